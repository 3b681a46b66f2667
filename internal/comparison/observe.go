package comparison

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
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
	// Measured, if any, is told of each network that is measured, by several goroutines.
	Measured func()
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
	r := &Result{Config: config.Config{Points: o.Points, Activations: []string{}, Hidden: []int{}, Parts: []string{}, Dtype: graph.Double.String()}, Data: d, Origin: experiment.NewOrigin(d.Hash())}
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
			if o.Measured != nil {
				o.Measured()
			}
			return err
		})
	}
	return r, group.Wait()
}

// columns is what the networks' columns were put through to be those of the set, empty where the networks
// read the set's own.
func (o Observing) columns(d *experiment.Dataset) data.Standardiser {
	if o.Standardise {
		return data.Standardiser{}
	}
	return d.Scaling
}

// network makes the network of a file for the points.
func (o Observing) network(g Given, d *experiment.Dataset, names map[string]bool) (*Trained, error) {
	model, err := g.Reading(d.Raw.Targets, o.columns(d), d.TargetScaling)
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
