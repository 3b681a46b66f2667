package config

import (
	"cmp"
	"errors"
	"math"
	"strings"

	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/nearest"
	"actscope/models"
)

// Points are the settings that decide the data of an experiment. Equal values stand for
// equal data, as long as a file that they name does not change.
type Points struct {
	// Dataset names a generator, or is a formula, such as x2 > sin(3*x1), or csv:FILE.
	Dataset string `json:"dataset"`
	// Samples is the number of points that a generator makes.
	Samples int `json:"samples"`
	// Noise is the standard deviation of the Gaussian noise on each coordinate, or on the number
	// to predict.
	Noise float64 `json:"noise"`
	// ClassShare is the share of class 1 among generated points; 0 is an even split.
	ClassShare float64 `json:"class-share"`
	// Classes is the number of classes of generated blobs and spirals; 0 stands for 2.
	Classes int `json:"classes,omitempty"`
	// Label is the column of a CSV file that holds the targets, or several with commas between
	// them, each a label that is 0 or 1 or a number; "" is the last.
	Label string `json:"label"`
	// Task says what a file's targets are: "" or "auto" to see what they look like, classes or
	// regression.
	Task string `json:"task,omitempty"`
	// DataSeed seeds the stream that makes the points.
	DataSeed int64 `json:"data-seed"`
	// SplitSeed seeds the stream that splits them.
	SplitSeed int64 `json:"split-seed"`
	// TestFraction is the share of the rows that are held out, rounded up.
	TestFraction float64 `json:"test-fraction"`
	// Stratify holds out the same share of every class.
	Stratify bool `json:"stratify,omitempty"`
	// ValidationFraction is the share of the training rows that are set aside to validate on, rounded
	// up: they are not trained on. They are split off as the test rows are, by a stream of the same seed.
	ValidationFraction float64 `json:"validation-fraction,omitempty"`
	// Standardise says over which rows columns are standardised: see [StandardiseAll].
	Standardise string `json:"standardise,omitempty"`
}

// csvPrefix marks a data set that is read from a file.
const csvPrefix = "csv:"

// File is the file that the points are read from; ok is false where they are generated.
func (p Points) File() (path string, ok bool) { return DataFile(p.Dataset) }

// DataFile is the file that a value of the setting "dataset" names; ok is false where it
// names a generator.
func DataFile(dataset string) (path string, ok bool) { return strings.CutPrefix(dataset, csvPrefix) }

// Config is what determines the result of a comparison, and nothing of the place
// or time. Its JSON keys are the names of the command line's flags.
type Config struct {
	Points
	// Activations are the networks that are compared, by the name of their
	// hidden layers' activation, or the formula in z that it is.
	Activations []string `json:"activations"`
	// Hidden lists the units of the hidden layers.
	Hidden []int `json:"hidden"`
	// Parts are what every hidden layer has beside its map and activation, such as
	// batch-norm, in order.
	Parts []string `json:"parts"`
	// Init names how weights are drawn; "article" is He for rectifiers, Xavier in its
	// fan-in form for others, the output layer as the last hidden one.
	Init string `json:"init"`
	// From is a file of another program, or of ours, whose weights training begins with; "" for
	// weights that are drawn.
	From string `json:"from,omitempty"`
	// Loss names the objective. "logits", the default, is cross-entropy for labels, of two
	// classes at one sigmoid unit and of more at a softmax, and for numbers the squared error:
	// see [Specification.For].
	Loss string `json:"loss"`
	// Output names the activation of the output layer under a squared error; "" is the identity.
	Output string `json:"output,omitempty"`
	// Reduction names what the sum of the losses of all rows and outputs is divided by; "" is
	// the rows.
	Reduction string `json:"reduction,omitempty"`
	// L2 adds L2/2 times the sum of the squared weights to the objective.
	L2 float64 `json:"l2,omitempty"`
	// L1 is a penalty of so many times the sum of the weights' magnitudes; see [models.Training].
	L1 float64 `json:"l1,omitempty"`
	// ClassWeights is "" for rows that count alike, or balanced, for classes that do.
	ClassWeights string `json:"class-weights,omitempty"`
	// Epochs is the number of passes over the training rows.
	Epochs int `json:"epochs"`
	// Optimiser names the rule that turns gradients into steps.
	Optimiser string `json:"optimiser"`
	// LearningRate is the size of a step, WeightDecay the share of each weight that a
	// step of rate 1 takes away, Clip the largest norm of a gradient (0 for none).
	LearningRate float64 `json:"learning-rate"`
	// RateFactors are what the rate of each activation's network is multiplied by, none for one rate.
	RateFactors []float64 `json:"rate-factors,omitempty"`
	WeightDecay float64   `json:"weight-decay"`
	Clip        float64   `json:"clip"`
	// Schedule says how the rate changes from epoch to epoch, "" for not at all, in a form of
	// [models.ScheduleForms], and WarmUp over how many epochs it rises first.
	Schedule string `json:"schedule,omitempty"`
	WarmUp   int    `json:"warm-up,omitempty"`
	// Patience, where positive, is how many epochs without a lower validation loss end a training,
	// which gives back the best epoch's parameters.
	Patience int `json:"patience,omitempty"`
	// ValidateEvery is every how many epochs the test rows are judged; 0 stands for the snapshots.
	ValidateEvery int `json:"validate,omitempty"`
	// BatchSize is the number of rows per step.
	BatchSize int `json:"batch-size"`
	// Seed seeds the stream of initial weights and shuffles.
	Seed int64 `json:"seed"`
	// Dtype names the arithmetic of the networks: float64 or float32.
	Dtype string `json:"dtype"`
}

// Article is the configuration of the published study.
func Article() Config {
	return Config{
		Points:      Points{Dataset: "moons", Samples: 400, Noise: 0.18, DataSeed: 42, SplitSeed: 42, TestFraction: 0.25},
		Activations: []string{"sigmoid", "relu"}, Hidden: []int{8, 8}, Parts: []string{}, Init: "article", Loss: "logits",
		Epochs: 800, Optimiser: "descent", LearningRate: 0.05, BatchSize: 64, Seed: 42, Dtype: "float64",
	}
}

// Limits of a configuration, beyond which nothing that the study asks is learnt.
const (
	// MaxDepth is the largest number of hidden layers.
	MaxDepth       = 100
	maxActivations = 8
	maxWidth       = 4096
	maxEpochs      = 10_000_000
)

// Specification is one network and its training, with every name looked up.
type Specification struct {
	// Name is that of the hidden layers' activation, by which files and arrays call the
	// network (of a formula its slug), and Title the same as texts and figures write it.
	Name, Title string
	// Points decide its data.
	Points Points
	// MLP is the network, but for what the data decide: see [Specification.For].
	MLP models.MLP
	// Training is how it is trained, but for the random streams, which begin at Seed, and the
	// weights of the classes, which are those of the training rows where Balanced asks for them.
	Training models.Training
	Seed     uint32
	Balanced bool
	// From is a file whose network training begins with, "" for weights that are drawn.
	From string
}

// Validate reports the first setting outside its domain as an [input.Error]. Settings of
// the data are checked where the data is made.
func (c Config) Validate() error {
	_, err := c.Specifications()
	return err
}

// Specifications are those of the configuration's networks, one for each activation, in
// order. The first setting outside its domain is an [input.Error]; settings of the data
// are checked where the data is made.
func (c Config) Specifications() ([]Specification, error) {
	if err := c.checkNumbers(); err != nil {
		return nil, err
	}
	common := Specification{
		Points: c.Points, Seed: uint32(c.Seed), From: c.From, MLP: models.MLP{Hidden: c.Hidden},
		Training: models.Training{Rate: c.LearningRate, Batch: c.BatchSize, Epochs: c.Epochs, WeightDecay: c.WeightDecay, L1: c.L1, Clip: c.Clip, Patience: c.Patience},
	}
	common.MLP.L2 = c.L2
	for _, name := range []struct {
		key    string
		lookUp func() error
	}{
		{"dtype", func() (err error) { common.MLP.Precision, err = graph.PrecisionNamed(c.Dtype); return err }},
		{"init", func() (err error) { common.MLP.Init, err = models.InitNamed(c.Init); return err }},
		{"parts", func() (err error) { common.MLP.Parts, err = graph.PartsNamed(c.Parts); return err }},
		{"loss", func() (err error) { common.MLP.Loss, err = graph.LossNamed(c.Loss); return err }},
		{"output", func() (err error) { common.MLP.Output, err = c.output(); return err }},
		{"reduction", func() (err error) {
			common.MLP.Reduction, err = graph.ReductionNamed(cmp.Or(c.Reduction, string(graph.Mean)))
			return err
		}},
		{"class-weights", func() (err error) { common.Balanced, err = c.balanced(); return err }},
		{"schedule", func() (err error) { common.Training.Schedule, err = c.schedule(); return err }},
		{"optimiser", func() (err error) { common.Training.Optimiser, err = models.OptimiserNamed(c.Optimiser); return err }},
	} {
		if err := name.lookUp(); err != nil {
			return nil, input.Under(name.key, err)
		}
	}
	var all []Specification
	for i, name := range c.Activations {
		s := common
		s.Training.Rate *= c.RateFactor(i)
		var err error
		if s.MLP.Activation, err = graph.ActivationNamed(name); err != nil {
			return nil, input.Under("activations", err)
		}
		s.Name, s.Title = s.MLP.Activation.FileName(), s.MLP.Activation.Title
		for _, o := range all {
			switch {
			case o.MLP.Activation.Name == s.MLP.Activation.Name:
				return nil, input.Refuse("activations", "%s is named twice", s.MLP.Activation.Name)
			case o.Name == s.Name: // the digits of two formulas' sums are equal
				return nil, input.Refuse("activations", "%s and %s would have the files and arrays of one name, %s: write one of them in another way", o.MLP.Activation.Name, s.MLP.Activation.Name, s.Name)
			}
		}
		if err := s.check(); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// checkNumbers reports the first number outside its domain.
func (c Config) checkNumbers() error {
	for _, seed := range []struct {
		key   string
		value int64
	}{{"data-seed", c.DataSeed}, {"split-seed", c.SplitSeed}, {"seed", c.Seed}} {
		if seed.value < 0 || seed.value > math.MaxUint32 {
			return input.Refuse(seed.key, "%d is not a seed: take one from 0 to %d", seed.value, uint32(math.MaxUint32))
		}
	}
	if len(c.Activations) == 0 || len(c.Activations) > maxActivations {
		return input.Refuse("activations", "%d of them: name 1 to %d", len(c.Activations), maxActivations)
	}
	if len(c.Hidden) == 0 || len(c.Hidden) > MaxDepth {
		return input.Refuse("hidden", "%d hidden layers: take 1 to %d", len(c.Hidden), MaxDepth)
	}
	for i, units := range c.Hidden {
		if units < 1 || units > maxWidth {
			return input.Refuse("hidden", "layer %d has %d units: take 1 to %d", i+1, units, maxWidth)
		}
	}
	if c.Epochs < 1 || c.Epochs > maxEpochs {
		return input.Refuse("epochs", "%d: take 1 to %d", c.Epochs, maxEpochs)
	}
	if !(c.LearningRate > 0) || math.IsInf(c.LearningRate, 0) {
		return input.Refuse("learning-rate", "%v: it must be a positive number", c.LearningRate)
	}
	for _, size := range []struct {
		key   string
		value float64
	}{{"weight-decay", c.WeightDecay}, {"clip", c.Clip}, {"l2", c.L2}, {"l1", c.L1}} {
		if !(size.value >= 0) || math.IsInf(size.value, 0) {
			return input.Refuse(size.key, "%v: it must be a number from 0", size.value)
		}
	}
	if n := len(c.RateFactors); n > 0 && n != len(c.Activations) {
		return input.Refuse("rate-factors", "%d of them for %d networks: give each network one, or leave them out", n, len(c.Activations))
	}
	for i := range c.Activations {
		rate := c.LearningRate * c.RateFactor(i)
		if !(rate > 0) || math.IsInf(rate, 0) {
			return input.Refuse("rate-factors", "%v: times the learning rate %v it must be a positive number", c.RateFactor(i), c.LearningRate)
		}
		if !(c.WeightDecay*rate <= 1) {
			return input.Refuse("weight-decay", "%v: above 1/learning-rate, %v, a step would change the signs of the weights", c.WeightDecay, 1/rate)
		}
	}
	for _, count := range []struct {
		key   string
		value int
	}{{"warm-up", c.WarmUp}, {"patience", c.Patience}, {"validate", c.ValidateEvery}} {
		if count.value < 0 || count.value > maxEpochs {
			return input.Refuse(count.key, "%d: take 0 to %d epochs", count.value, maxEpochs)
		}
	}
	if f := c.ValidationFraction; !(f >= 0 && f < 1) {
		return input.Refuse("validation-fraction", "%v: it is a share of the training rows, from 0 and below 1", f)
	}
	if c.Patience > 0 && c.ValidationFraction == 0 {
		return input.Refuse("patience", "%d epochs, and there are no validation rows to be judged on: set some aside, --validation-fraction 0.1", c.Patience)
	}
	if c.BatchSize < 1 {
		return input.Refuse("batch-size", "%d: a step needs at least one row", c.BatchSize)
	}
	return nil
}

// RateFactor is what the rate of a network, by the place of its activation, is multiplied by.
func (c Config) RateFactor(network int) float64 {
	if network < len(c.RateFactors) {
		return c.RateFactors[network]
	}
	return 1
}

// Untrained are the specifications of a configuration whose networks may be left as they
// are drawn: with 0 epochs. There is one for each activation.
func (c Config) Untrained() ([]Specification, error) {
	if c.Epochs < 0 {
		return nil, input.Refuse("epochs", "%d: a count cannot be negative", c.Epochs)
	}
	epochs := c.Epochs
	c.Epochs = max(epochs, 1)
	all, err := c.Specifications()
	for i := range all {
		all[i].Training.Epochs = epochs
	}
	return all, err
}

// output is the activation of the output layer, the zero value for the loss's own.
func (c Config) output() (graph.Activation, error) {
	if c.Output == "" {
		return graph.Activation{}, nil
	}
	return graph.ActivationNamed(c.Output)
}

// schedule is how the rate changes; a cosine without a length has the epochs'.
func (c Config) schedule() (models.Schedule, error) {
	s, err := models.ParseSchedule(cmp.Or(c.Schedule, constant), c.Epochs)
	if err != nil {
		return s, err
	}
	if s.WarmUp = c.WarmUp; s.Validate() != nil {
		return s, input.Refuse("warm-up", "%w", s.Validate())
	}
	return s, nil
}

// constant is the schedule that is none.
const constant = "constant"

// LengthOfSchedule says that the rates depend on the number of epochs: a training with fewer is no
// part of one with more.
func (c Config) LengthOfSchedule() bool { return c.Schedule == "cosine" }

// FullSchedule is the schedule with its length, without its warm-up.
func (c Config) FullSchedule() string {
	s, err := c.schedule()
	if err != nil {
		return c.Schedule
	}
	return s.String()
}

// balanced says whether classes are to count alike.
func (c Config) balanced() (bool, error) {
	switch c.ClassWeights {
	case "":
		return false, nil
	case balanced:
		return true, nil
	}
	return false, nearest.Unknown("class weights", c.ClassWeights, []string{"none", balanced})
}

// balanced is the value of the setting "class-weights" that has classes count alike.
const balanced = "balanced"

// dataKeys names the settings behind the fields that package data reports.
var dataKeys = map[string]string{
	"GeneratorConfig.Name":     "dataset",
	"GeneratorConfig.Samples":  "samples",
	"GeneratorConfig.Noise":    "noise",
	"GeneratorConfig.Share":    "class-share",
	"GeneratorConfig.Classes":  "classes",
	"SplitConfig.TestFraction": "test-fraction",
	"SplitConfig.Stratify":     "stratify",
	"CSVConfig.Label":          "label",
	"CSVConfig.Task":           "task",
}

// OfData turns package data's report of a bad setting into one that names the setting as
// users know it; other errors pass.
func OfData(err error) error {
	var field *input.Error
	if errors.As(err, &field) && dataKeys[field.Key] != "" {
		named := *field
		named.Key = dataKeys[field.Key]
		return &named
	}
	return err
}
