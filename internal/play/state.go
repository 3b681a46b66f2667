package play

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/graph/machine/kernel"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/formula"
	"actscope/internal/number"
	"actscope/models"
)

// state is what a page has to know beside frames; it changes by commands only.
type state struct {
	Type          string                     `json:"type"`
	Version       int                        `json:"version"`
	Settings      map[string]json.RawMessage `json:"settings"`
	Options       options                    `json:"options"`
	Data          stateData                  `json:"data"`
	Networks      []stateNetwork             `json:"networks"`
	Interventions int                        `json:"interventions"`
	Log           []Intervention             `json:"log"`
	Repeatable    bool                       `json:"repeatable"`
	Warnings      []string                   `json:"warnings"`
	Stop          conditions                 `json:"stop"`
	Seeds         int                        `json:"seeds"`
	Undo          int                        `json:"undo"`
	Redo          int                        `json:"redo"`
	Kernels       string                     `json:"kernels"`
}

type option struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

type options struct {
	Activations    []option       `json:"activations"`
	Datasets       []string       `json:"datasets"`
	Optimisers     []string       `json:"optimisers"`
	Schedules      []string       `json:"schedules"`
	Inits          []string       `json:"inits"`
	Normalisations []string       `json:"normalisations"`
	Losses         []string       `json:"losses"`
	Reductions     []string       `json:"reductions"`
	Features       []string       `json:"features"`
	InPlace        []string       `json:"in_place"`
	Limits         map[string]int `json:"limits"`
}

type stateData struct {
	Columns     []string     `json:"columns"`
	Targets     []string     `json:"targets"`
	Classes     []string     `json:"classes"`
	Task        string       `json:"task"`
	Train       [][2]float64 `json:"train"`
	TrainLabels any          `json:"train_labels"`
	TrainRows   []int        `json:"train_rows"`
	Test        [][2]float64 `json:"test"`
	TestLabels  any          `json:"test_labels"`
	TestRows    []int        `json:"test_rows"`
	Domain      [4]float64   `json:"domain"`
	Mean        []float64    `json:"mean"`
	Scale       []float64    `json:"scale"`
	Plane       *statePlane  `json:"plane"`
	Held        number.Float `json:"held"`
	HiddenRows  int          `json:"hidden_rows"`
	Drawable    bool         `json:"drawable"`
}

// statePlane says where points of other than two columns are drawn: standardised inputs are
// x axes[0] + y axes[1].
type statePlane struct {
	Axes [2][]float64 `json:"axes"`
}

type stateNetwork struct {
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Widths      []int    `json:"widths"`
	Activations []string `json:"activations"`
	Titles      []string `json:"titles"`
	Parts       []string `json:"parts"`
	Output      string   `json:"output"`
	Loss        string   `json:"loss"`
	Parameters  int      `json:"parameters"`
	RateFactor  float64  `json:"rate_factor"`
	Rate        float64  `json:"rate"`
}

// State is the JSON text of everything that a page has to know beside frames: the settings by their
// keys, what they can be, the points, the networks, and whether compare repeats the run.
func (l *Laboratory) State() []byte {
	s := state{
		Type: "state", Version: l.version, Settings: settingsOf(l.config), Options: optionsOf(), Data: l.stateData(),
		Interventions: len(l.log), Log: append([]Intervention{}, l.log...), Repeatable: len(l.log) == 0, Warnings: l.warnings(),
		Stop: l.until, Undo: len(l.undone.before), Redo: len(l.undone.after), Kernels: kernel.Set(),
	}
	if l.seeds != nil {
		s.Seeds = l.seeds.count
	}
	for k, n := range l.networks {
		s.Networks = append(s.Networks, n.state(l.config.RateFactor(k)))
	}
	text, err := json.Marshal(s)
	if err != nil {
		return []byte(`{"type":"state"}`) // cannot be: points are finite
	}
	return text
}

func (n *network) state(factor float64) stateNetwork {
	s := stateNetwork{
		Name: n.spec.Name, Title: n.spec.Title, Widths: []int{n.model.Inputs()}, Parts: []string{},
		Loss: n.model.Loss().Name, Parameters: n.model.ParameterCount(), RateFactor: factor, Rate: n.trainer.Rate(),
	}
	layers := n.model.Layers()
	for i, layer := range layers {
		s.Widths = append(s.Widths, layer.Units)
		if i == len(layers)-1 {
			s.Output = layer.Activation.Name
			continue
		}
		s.Activations = append(s.Activations, layer.Activation.Name)
		s.Titles = append(s.Titles, layer.Activation.Title)
	}
	for _, part := range n.spec.MLP.Parts {
		s.Parts = append(s.Parts, part.Name())
	}
	return s
}

// settingsOf are all settings in the form that JSON has for them.
func settingsOf(c config.Config) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for _, s := range config.Settings() {
		value := s.Get(c)
		var of any = value
		switch s.Kind {
		case "names":
			if s.Key == "rate-factors" {
				of = append([]float64{}, c.RateFactors...)
				break
			}
			of = append([]string{}, formula.Split(value)...)
			if value == "" {
				of = []string{}
			}
		case "units":
			of = append([]int{}, c.Hidden...)
		case "int", "float", "bool":
			if json.Valid([]byte(value)) {
				of = json.RawMessage(value)
			}
		}
		all[s.Key], _ = json.Marshal(of)
	}
	return all
}

func optionsOf() options {
	o := options{
		Datasets: data.GeneratorNames(), Schedules: strings.Split(models.ScheduleForms, ", "), Features: []string{}, InPlace: slices.Clone(inPlace),
		Limits: map[string]int{"depth": mostDepth, "width": mostWidth, "rows": mostRows, "networks": mostNetworks, "columns": mostColumns, "outputs": mostOutputs, "seeds": mostSeeds},
	}
	for _, a := range graph.Activations() {
		o.Activations = append(o.Activations, option{a.Name, a.Title})
	}
	for _, of := range models.Optimisers() {
		o.Optimisers = append(o.Optimisers, of.Name())
	}
	for _, i := range models.Inits() {
		o.Inits = append(o.Inits, i.Name)
	}
	for _, k := range graph.PartKinds() {
		o.Normalisations = append(o.Normalisations, k.Form)
	}
	for _, of := range graph.Losses() {
		o.Losses = append(o.Losses, of.Name)
	}
	for _, r := range graph.Reductions() {
		o.Reductions = append(o.Reductions, string(r))
	}
	return o
}

func (l *Laboratory) stateData() stateData {
	d := l.data
	s := stateData{
		Columns: columnNames(d.Raw.Columns, d.Inputs), Targets: d.Names.Targets, Classes: []string{}, Task: "classes",
		Train: l.plane.train, TrainLabels: labelsOf(d.InUnits(d.Train.Y), d.Raw.Targets), TrainRows: l.plane.trainRows,
		Test: l.plane.test, TestLabels: labelsOf(d.InUnits(d.Test.Y), d.Raw.Targets), TestRows: l.plane.testRows,
		Domain: l.plane.domain, Mean: d.Scaling.Mean, Scale: d.Scaling.Scale, Held: number.Float(d.Plane.Held()),
		HiddenRows: min(d.Test.Rows(), mostHidden), Drawable: drawable(d),
	}
	switch d.Raw.Targets.Task {
	case data.Regression:
		s.Task = "numbers"
	case data.MultiLabel:
		s.Task = "labels"
	default:
		for class := range d.Raw.Targets.Classes() {
			s.Classes = append(s.Classes, className(d.Names, class))
		}
	}
	if s.Targets == nil {
		s.Targets = []string{}
	}
	if !l.plane.raw {
		axes := d.Plane.Lift([]float64{1, 0, 0, 1})
		s.Plane = &statePlane{[2][]float64{axes[:d.Raw.Columns], axes[d.Raw.Columns:]}}
	}
	return s
}

func columnNames(columns int, known []string) []string {
	if len(known) == columns {
		return known
	}
	var names []string
	for j := range columns {
		names = append(names, "x"+strconv.Itoa(j+1))
	}
	return names
}

func className(names data.Names, class int) string {
	if class < len(names.Classes) {
		return names.Classes[class]
	}
	return strconv.Itoa(class)
}

// labelsOf are targets as a page reads them: a number a row, or of several a row of them.
func labelsOf(y []float64, t data.Targets) any {
	if t.Columns() == 1 {
		return y
	}
	var rows [][]float64
	for row := range slices.Chunk(y, t.Columns()) {
		rows = append(rows, row)
	}
	return rows
}

// drawable says that points can be drawn: in a plane, with one class or number each.
func drawable(d *experiment.Dataset) bool {
	return d.Raw.Columns == 2 && d.Raw.Targets.Columns() == 1
}

// warnings are what a page should say of the settings.
func (l *Laboratory) warnings() []string {
	warnings := []string{}
	if _, isFile := l.config.File(); !isFile && l.config.Samples < 40 {
		warnings = append(warnings, "With so few points the test accuracy says little.")
	}
	return warnings
}
