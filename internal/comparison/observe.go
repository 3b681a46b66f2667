package comparison

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/panics"
	"actscope/models"
	"actscope/models/foreign"
)

// Given is a network that was trained elsewhere, or before, as it is to be observed.
type Given struct {
	// File is where it comes from, Name what it is called there, "" for the file's own.
	File, Name string
	// SHA256 is that of the file, in hexadecimal.
	SHA256 string
	*foreign.Model
}

// Source says where a network comes from that was not trained in its comparison.
type Source struct {
	// File is the file's name, without its folder; SHA256 is of its content.
	File string `json:"file"`
	// Title is what texts and figures call the network.
	Title  string `json:"title"`
	SHA256 string `json:"sha256"`
	Format string `json:"format"`
	// Understood is what the file was understood as, and Notes what was taken for granted.
	Understood string   `json:"understood"`
	Notes      []string `json:"notes,omitempty"`
	// Architecture is the network's that is observed.
	Architecture graph.Architecture `json:"architecture"`
	// OnAll is the accuracy on all points, or R2 of numbers.
	OnAll float64 `json:"on_all"`
	// Options are the flags that settled what the file does not say.
	Options []string `json:"options,omitempty"`
	// Frames are the files of a film, in order, else nil.
	Frames []string `json:"frames,omitempty"`
}

// Observing says what networks are observed on, and how.
type Observing struct {
	Points config.Points
	// Standardise says that the networks were trained on standardised columns, which the files do
	// not say: they get such. Else they read the points as they are.
	Standardise bool
	// Options are the flags by which networks were read, to say them again.
	Options []string
	// Film says that the networks are one network's in the course of its training, in order.
	Film bool
}

// ObservedFraction is the share of the points that is measured, where nothing is said: readers and
// probes are fitted to the others, and no network is trained.
const ObservedFraction = 0.5

// mostGiven is how many networks have room side by side.
const mostGiven = 8

// Observe is a comparison of networks that are not trained: each computes its own function of the
// points, and distances are measured where all columns are standardised, as in every comparison.
// What does not fit the points is an [input.Error].
func Observe(ctx context.Context, o Observing, given []Given) (*Result, error) {
	if len(given) == 0 || !o.Film && len(given) > mostGiven {
		return nil, input.Refuse("", "%d networks: observe 1 to %d side by side", len(given), mostGiven)
	}
	arranged := &arrangement{given: given}
	d, err := experiment.LoadArranged(ctx, o.Points, arranged.arrange)
	if err != nil {
		return nil, err
	}
	if err := d.CheckFar(); err != nil {
		return nil, err
	}
	r := &Result{Config: config.Config{Points: o.Points, Activations: []string{}, Hidden: []int{}, Parts: []string{}, Dtype: graph.Double.String()}, Data: d}
	if r.Grid, err = d.CoarseGrid(); err != nil {
		return nil, err
	}
	var networks []*Trained
	names := make(map[string]bool)
	for _, g := range given {
		n, err := o.network(g, d, names)
		if err != nil {
			return nil, input.InFile(g.File, err)
		}
		n.Source.Notes = append(n.Source.Notes, arranged.notes...)
		if d.Raw.Targets.Task == data.Regression && g.Final == foreign.Sigmoid && slices.ContainsFunc(d.Raw.Y, func(y float64) bool { return y < 0 || y > 1 }) {
			n.Source.Notes = append(n.Source.Notes, "the network gives numbers from 0 to 1 and the targets are others: --label names the column that it predicts")
		}
		networks = append(networks, n)
	}
	if o.Film {
		if networks, err = film(networks, d); err != nil {
			return nil, err
		}
	}
	r.Networks = networks
	for _, n := range networks {
		if err := experiment.CheckMemory(d, observed(n.Model, o.Points)); err != nil {
			return nil, err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, n := range networks {
		g := given[len(given)-len(networks)+i] // of a film the last
		group.Go(func() (err error) {
			defer panics.Catch(&err, "observing %s", n.Title)
			if err := n.observe(ctx, r); err != nil {
				return err
			}
			if n.Source.OnAll, err = onAll(n.Model, d, data.Standardiser{}); err != nil {
				return err
			}
			o.scaledOtherwise(n, g, d)
			n.Survival, err = experiment.MeasureSurvival(ctx, n.Model, d, n.Measurement)
			return err
		})
	}
	return r, group.Wait()
}

// network makes the network of a file for the points.
func (o Observing) network(g Given, d *experiment.Dataset, names map[string]bool) (*Trained, error) {
	model, err := g.OnStandardised(d.Raw.Targets, d.Scaling, d.TargetScaling, o.Standardise)
	if err != nil {
		return nil, err
	}
	title := g.Name
	if title == "" {
		title = strings.TrimSuffix(filepath.Base(g.File), filepath.Ext(g.File))
	}
	title = input.Visible(title)
	if names[arrayPrefix(title)] { // the folder tells them apart
		folder := filepath.Base(g.File)
		if g.Name == "" {
			folder = filepath.Base(filepath.Dir(g.File))
		}
		if folder != "." && folder != string(filepath.Separator) {
			title = folder + " " + title
		}
	}
	n := &Trained{Title: title, Model: model, Source: &Source{
		Title: title, Options: o.Options,
		File: filepath.Base(g.File), SHA256: g.SHA256, Format: g.Format, Understood: g.String(), Notes: slices.Clone(g.Notes), Architecture: model.Architecture(),
	}}
	if len(g.Ignored) > 0 {
		n.Source.Notes = append(n.Source.Notes, "not read: "+listed(g.Ignored))
	}
	for i, note := range n.Source.Notes { // names in a file are anybody's
		n.Source.Notes[i] = input.Visible(note)
	}
	n.Name = unused(names, arrayPrefix(title))
	n.Activation = n.Name
	return n, nil
}

// arrayPrefix is a title in letters, digits, - and _.
func arrayPrefix(title string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '-', r == '_':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, title)
	if name = strings.Trim(name, "-_"); name == "" {
		return "network"
	}
	return name[:min(len(name), 60)]
}

// unused is a name that none before had.
func unused(names map[string]bool, name string) string {
	free := name
	for k := 2; names[free]; k++ {
		free = fmt.Sprintf("%s-%d", name, k)
	}
	names[free] = true
	return free
}

// observed is what memory is estimated by of a network that is not trained.
func observed(net *models.Network, p config.Points) config.Specification {
	s := config.Specification{Points: p, MLP: models.MLP{Activation: graph.Identity, Loss: net.Loss(), Outputs: net.Outputs(), Precision: net.Precision()}}
	layers := net.Layers()
	if net.Loss().AnyOutput() {
		s.MLP.Output = layers[len(layers)-1].Activation
	}
	for _, l := range layers[:len(layers)-1] {
		s.MLP.Hidden = append(s.MLP.Hidden, l.Units)
	}
	s.Training.Batch, s.Training.Epochs = 1, 1
	return s
}

// onAll is the accuracy on all points, or R2 of numbers, which the network may predict scaled.
func onAll(net *models.Network, d *experiment.Dataset, scaled data.Standardiser) (float64, error) {
	if d.Raw.Targets.Task != data.Regression {
		return net.Accuracy(d.Standardised)
	}
	outputs, err := net.Predict(d.Standardised.X)
	if err != nil {
		return 0, err
	}
	if outputs = d.InUnits(outputs); len(scaled.Mean) > 0 {
		if err := scaled.Undo(outputs); err != nil {
			return 0, err
		}
	}
	fit, err := models.FitOf(outputs, d.Raw.Y, d.Raw.Targets.Columns())
	return fit.R2, err
}

// worthSaying is by how much the likeliest mistake, a scaler that was forgotten, has to cost to be named.
const worthSaying = 0.05

// scaledOtherwise notes that a network does better where its columns, or the numbers that it predicts,
// are scaled otherwise.
func (o Observing) scaledOtherwise(n *Trained, g Given, d *experiment.Dataset) {
	regression := d.Raw.Targets.Task == data.Regression
	best, note := max(n.Source.OnAll, 0)+worthSaying, ""
	try := func(net *models.Network, scaled data.Standardiser, format, advice string) {
		does, err := onAll(net, d, scaled)
		if err != nil || !(does > best) {
			return
		}
		value := fmt.Sprintf("%.1f %%", 100*does)
		if regression {
			value = fmt.Sprintf("R² %.3f", does)
		}
		best, note = does, fmt.Sprintf(format, value)+advice
	}
	const units = ": then standardise the target in the file of points too"
	if regression {
		try(n.Model, d.TargetScaling, "%s if it predicts standardised numbers", units)
	}
	net, err := g.OnStandardised(d.Raw.Targets, d.Scaling, d.TargetScaling, !o.Standardise)
	if err == nil && len(g.Scaling.Mean) == 0 { // an error: its shortcuts add columns as they are
		with := "%s with --standardise"
		if o.Standardise {
			with = "%s without --standardise"
		}
		try(net, data.Standardiser{}, with, ": was it trained on such columns?")
		if regression {
			try(net, d.TargetScaling, with+" if it predicts standardised numbers", units)
		}
	}
	if note != "" {
		n.Source.Notes = append(n.Source.Notes, note)
	}
}

// lastNumber is the last whole number in a file's name.
var lastNumber = regexp.MustCompile(`\d+`)

// film makes one network of several that are its states: the last, with all as snapshots.
func film(states []*Trained, d *experiment.Dataset) ([]*Trained, error) {
	last := states[len(states)-1]
	var epochs []int
	for i, s := range states {
		if a, b := s.Model.String(), last.Model.String(); a != b {
			return nil, input.RefuseFile(s.Source.File, "%s, where the last file of the film is %s: a film is of one network", a, b)
		}
		numbers := lastNumber.FindAllString(s.Source.File, -1)
		epoch := -1
		if len(numbers) > 0 {
			epoch, _ = strconv.Atoi(numbers[len(numbers)-1])
		}
		if len(numbers) == 0 || i > 0 && epoch <= epochs[i-1] {
			epochs = nil
			break
		}
		epochs = append(epochs, epoch)
	}
	for i, s := range states {
		if epochs == nil {
			s.Source.Notes = append(s.Source.Notes, "the files' names have no rising numbers: they are counted from 1")
		}
		at := i + 1
		if epochs != nil {
			at = epochs[i]
		}
		g, err := s.Model.Gradient(d.Train)
		if err != nil {
			return nil, input.InFile(s.Source.File, err)
		}
		last.Snapshots = append(last.Snapshots, experiment.TakeSnapshot(s.Model, at, g.Reported))
		last.Source.Frames = append(last.Source.Frames, s.Source.File)
	}
	last.Source.Notes = append(last.Source.Notes, fmt.Sprintf("the film has %d states, from %s to %s; figures and numbers are of the last", len(states), states[0].Source.File, last.Source.File))
	return []*Trained{last}, nil
}

// arrangement brings the columns and classes of points into the order of networks.
type arrangement struct {
	given []Given
	notes []string
}

func (a *arrangement) arrange(set *data.Set, names *data.Names) error {
	for _, g := range a.given {
		if want := g.Columns(); want != set.Columns {
			columns := ""
			if len(names.Inputs) > 0 {
				columns = ", " + strings.Join(names.Inputs[:min(len(names.Inputs), 10)], ", ")
			}
			advice := "choose the target with --label, or leave columns out"
			if set.Columns+1 == want {
				advice = "the last column is taken for the target: add one, or choose it with --label"
			}
			return input.Refuse("dataset", "the points have %d columns%s, and %s reads %d: %s", set.Columns, columns, filepath.Base(g.File), want, advice)
		}
	}
	if err := a.columns(set, names); err != nil {
		return err
	}
	if set.Targets.Task != data.Classification {
		return nil
	}
	namedFirst := slices.SortedStableFunc(slices.Values(a.given), func(g, h Given) int { return min(len(h.Classes), 1) - min(len(g.Classes), 1) })
	for _, g := range namedFirst {
		classes := max(g.Outputs(), 2)
		named := g.Classes
		if len(named) != classes || slices.Equal(named, numbered(classes)) {
			named = nil
		}
		if set.Targets.Classes() == classes && names.Classes == nil && named == nil {
			continue
		}
		if g.Outputs() == 1 && set.Targets.Classes() > 2 {
			return input.Refuse("label", "the points have %v, and %s has one output, which tells two apart", set.Targets, filepath.Base(g.File))
		}
		if err := a.classes(set, names, g, named, classes); err != nil {
			return err
		}
	}
	return a.sameClasses()
}

// sameClasses refuses networks that have the same classes in another order: a point has one number.
func (a *arrangement) sameClasses() error {
	var first *Given
	for i, g := range a.given {
		switch {
		case len(g.Classes) != max(g.Outputs(), 2):
		case first == nil:
			first = &a.given[i]
		case !slices.Equal(g.Classes, first.Classes):
			return input.Refuse("label", "%s has the classes %s, and %s has %s: observe them one at a time",
				filepath.Base(first.File), listed(first.Classes), filepath.Base(g.File), listed(g.Classes))
		}
	}
	return nil
}

// numbered are the names of classes that have none.
func numbered(classes int) []string {
	var names []string
	for class := range classes {
		names = append(names, strconv.Itoa(class))
	}
	return names
}

// columns puts the columns into the order of the networks that name the same ones.
func (a *arrangement) columns(set *data.Set, names *data.Names) error {
	var first *Given
	var order []int
	for i, g := range a.given {
		if len(g.Inputs) != set.Columns || len(names.Inputs) != set.Columns {
			continue
		}
		places := make([]int, set.Columns)
		for j, name := range g.Inputs {
			places[j] = slices.Index(names.Inputs, name)
		}
		switch {
		case slices.Contains(places, -1):
		case first == nil:
			first, order = &a.given[i], places
		case !slices.Equal(places, order):
			return input.Refuse("dataset", "%s reads the columns %s, and %s %s: observe them one at a time",
				filepath.Base(first.File), listed(first.Inputs), filepath.Base(g.File), listed(g.Inputs))
		}
	}
	if first == nil || slices.Equal(first.Inputs, names.Inputs) {
		return nil
	}
	x := make([]float64, 0, len(set.X))
	for row := range set.Rows() {
		for _, j := range order {
			x = append(x, set.X[row*set.Columns+j])
		}
	}
	set.X, names.Inputs = x, slices.Clone(first.Inputs)
	a.notes = append(a.notes, "the columns were put into the network's order by their names")
	return nil
}

// classes gives the points the numbers that their classes have among the network's outputs, which
// named names, nil for numbers from 0.
func (a *arrangement) classes(set *data.Set, names *data.Names, g Given, named []string, classes int) error {
	have := names.Classes
	if have == nil {
		have = numbered(set.Targets.Classes())
	}
	place := make([]int, set.Targets.Classes())
	known := func(find func(name string) int) bool {
		for i, name := range have {
			if place[i] = find(name); place[i] < 0 || place[i] >= classes {
				return false
			}
		}
		return true
	}
	number := func(name string) int {
		switch strings.ToLower(name) {
		case "false":
			return 0
		case "true":
			return 1
		}
		v, err := strconv.ParseFloat(name, 64)
		if err != nil || v != math.Trunc(v) || math.Abs(v) > data.MaxClasses {
			return -1
		}
		return int(v)
	}
	switch {
	case named != nil && known(func(name string) int {
		return slices.IndexFunc(named, func(n string) bool { return n == name || number(n) >= 0 && number(n) == number(name) })
	}):
		names.Classes = slices.Clone(named)
	case !slices.ContainsFunc(named, func(n string) bool { return number(n) >= 0 }) && known(number):
		if names.Classes = slices.Clone(named); named == nil {
			names.Classes = numbered(classes)
			for i, name := range have {
				names.Classes[place[i]] = name
			}
		}
		if len(place) < classes {
			a.notes = append(a.notes, fmt.Sprintf("the points have the classes %s of the network's %s", listed(have), listed(names.Classes)))
		}
	case len(place) == classes:
		if named != nil {
			return input.Refuse("label", "the points have the classes %s, and %s has %s", listed(have), filepath.Base(g.File), namesOf(named))
		}
		a.notes = append(a.notes, fmt.Sprintf("the classes %s are taken for the network's, in this order", listed(have)))
		return nil
	default:
		of := fmt.Sprintf("0 to %d", classes-1)
		if named != nil {
			of = namesOf(named)
		}
		return input.Refuse("label", "the points have the classes %s, and %s has %s", listed(have), filepath.Base(g.File), of)
	}
	for i, y := range set.Y {
		set.Y[i] = float64(place[int(y)])
	}
	set.Targets = data.Targets{}
	if classes > 2 {
		set.Targets.Count = classes
	}
	return nil
}

// namesOf are a file's names of classes, and what to do where points have others.
func namesOf(classes []string) string {
	return listed(classes) + ": write these, or 0, 1 and so on in their order, into the column"
}

// listed writes some names, of many the first.
func listed(names []string) string {
	if len(names) > 12 {
		return strings.Join(names[:12], ", ") + fmt.Sprintf(" and %d more", len(names)-12)
	}
	return strings.Join(names, ", ")
}
