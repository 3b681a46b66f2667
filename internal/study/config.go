package study

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// Config is what determines the result of a comparison, and nothing of the place
// or time. Its JSON keys are the names of the command line's flags.
type Config struct {
	// Dataset names a generator, or csv:FILE.
	Dataset string `json:"dataset"`
	// Samples is the number of points that a generator makes.
	Samples int `json:"samples"`
	// Noise is the standard deviation of the Gaussian noise on each coordinate.
	Noise float64 `json:"noise"`
	// ClassShare is the share of class 1 among generated points; 0 is an even split.
	ClassShare float64 `json:"class-share"`
	// Label is the column of a CSV file that holds the classes; "" is the last.
	Label string `json:"label"`
	// DataSeed seeds the stream that makes the points.
	DataSeed int64 `json:"data-seed"`
	// SplitSeed seeds the stream that splits them.
	SplitSeed int64 `json:"split-seed"`
	// TestFraction is the share of the rows that are held out, rounded up.
	TestFraction float64 `json:"test-fraction"`
	// Activations are the networks that are compared, by the name of their
	// hidden layers' activation.
	Activations []string `json:"activations"`
	// Hidden lists the units of the hidden layers.
	Hidden []int `json:"hidden"`
	// Parts are what every hidden layer has beside its map and activation, such as
	// batch-norm, in order.
	Parts []string `json:"parts"`
	// Init names how weights are drawn; "article" is He for rectifiers, Xavier in its
	// fan-in form for others.
	Init string `json:"init"`
	// Loss is the objective: logits or article.
	Loss string `json:"loss"`
	// Epochs is the number of passes over the training rows.
	Epochs int `json:"epochs"`
	// Optimiser names the rule that turns gradients into steps.
	Optimiser string `json:"optimiser"`
	// LearningRate is the size of a step, WeightDecay the share of each weight that a
	// step of rate 1 takes away, Clip the largest norm of a gradient (0 for none).
	LearningRate float64 `json:"learning-rate"`
	WeightDecay  float64 `json:"weight-decay"`
	Clip         float64 `json:"clip"`
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
		Dataset: "moons", Samples: 400, Noise: 0.18, DataSeed: 42, SplitSeed: 42, TestFraction: 0.25,
		Activations: []string{"sigmoid", "relu"}, Hidden: []int{8, 8}, Parts: []string{}, Init: "article", Loss: "logits",
		Epochs: 800, Optimiser: "descent", LearningRate: 0.05, BatchSize: 64, Seed: 42, Dtype: "float64",
	}
}

// Limits of a configuration, beyond which nothing that the study asks is learnt.
const (
	maxActivations = 8
	maxDepth       = 100
	maxWidth       = 4096
	maxEpochs      = 10_000_000
)

// ConfigError is a setting that cannot be used.
type ConfigError struct {
	// Key is the name of the flag.
	Key string
	// Reason says what is wrong and what would be right.
	Reason string
}

func (e *ConfigError) Error() string { return e.Key + ": " + e.Reason }

func badSetting(key, format string, args ...any) error {
	return &ConfigError{Key: key, Reason: fmt.Sprintf(format, args...)}
}

// Validate reports the first setting outside its domain as a [ConfigError].
// Settings of the data are checked where the data is made.
func (c Config) Validate() error {
	for _, seed := range []struct {
		key   string
		value int64
	}{{"data-seed", c.DataSeed}, {"split-seed", c.SplitSeed}, {"seed", c.Seed}} {
		if seed.value < 0 || seed.value > math.MaxUint32 {
			return badSetting(seed.key, "%d is no seed: take one from 0 to %d", seed.value, uint32(math.MaxUint32))
		}
	}
	if err := c.validateNetworks(); err != nil {
		return err
	}
	if _, err := graph.LossNamed(c.Loss); err != nil {
		return badSetting("loss", "%v", err)
	}
	if c.Epochs < 1 || c.Epochs > maxEpochs {
		return badSetting("epochs", "%d: take 1 to %d", c.Epochs, maxEpochs)
	}
	if !(c.LearningRate > 0) || math.IsInf(c.LearningRate, 0) {
		return badSetting("learning-rate", "%v: it must be a positive number", c.LearningRate)
	}
	if _, err := models.OptimiserNamed(c.Optimiser); err != nil {
		return badSetting("optimiser", "%v", err)
	}
	for _, size := range []struct {
		key   string
		value float64
	}{{"weight-decay", c.WeightDecay}, {"clip", c.Clip}} {
		if !(size.value >= 0) || math.IsInf(size.value, 0) {
			return badSetting(size.key, "%v: it must be a number from 0", size.value)
		}
	}
	if c.BatchSize < 1 {
		return badSetting("batch-size", "%d: a step needs at least one row", c.BatchSize)
	}
	return nil
}

func (c Config) validateNetworks() error {
	if len(c.Activations) == 0 || len(c.Activations) > maxActivations {
		return badSetting("activations", "%d of them: name 1 to %d", len(c.Activations), maxActivations)
	}
	for i, name := range c.Activations {
		if _, err := graph.ActivationNamed(name); err != nil {
			return badSetting("activations", "%v", err)
		}
		if slices.Contains(c.Activations[:i], name) {
			return badSetting("activations", "%s is named twice", name)
		}
	}
	if _, err := graph.PrecisionNamed(c.Dtype); err != nil {
		return badSetting("dtype", "%v", err)
	}
	if _, err := models.InitNamed(c.Init); err != nil {
		return badSetting("init", "%v", err)
	}
	for _, name := range c.Parts {
		if _, err := graph.PartNamed(name); err != nil {
			return badSetting("parts", "%v", err)
		}
	}
	if len(c.Hidden) == 0 || len(c.Hidden) > maxDepth {
		return badSetting("hidden", "%d hidden layers: take 1 to %d", len(c.Hidden), maxDepth)
	}
	for i, units := range c.Hidden {
		if units < 1 || units > maxWidth {
			return badSetting("hidden", "layer %d has %d units: take 1 to %d", i+1, units, maxWidth)
		}
	}
	return nil
}

// settingKeys names the flags behind the fields that package data reports.
var settingKeys = map[string]string{
	"GeneratorConfig.Name":     "dataset",
	"GeneratorConfig.Samples":  "samples",
	"GeneratorConfig.Noise":    "noise",
	"GeneratorConfig.Share":    "class-share",
	"SplitConfig.TestFraction": "test-fraction",
}

// asConfigError turns package data's report of a bad setting into one that names
// the flag; other errors pass.
func asConfigError(err error) error {
	var setting *data.SettingError
	if errors.As(err, &setting) && settingKeys[setting.Field] != "" {
		return badSetting(settingKeys[setting.Field], "%v: it has to be %s", setting.Value, setting.Want)
	}
	return err
}
