package theory

import (
	"math"

	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/input"
)

// Config is what determines a study of theory. Its JSON keys are the names of the
// command line's flags.
type Config struct {
	// Activation names an entry of the table of package graph.
	Activation string `json:"activation"`
	// WeightVariance is σw²: weights have this variance over the fan-in.
	// BiasVariance is σb², that of the biases.
	WeightVariance float64 `json:"weight-variance"`
	BiasVariance   float64 `json:"bias-variance"`
	// InputVariance is the mean square of an input's entries, InputCorrelation the
	// correlation of the two inputs that are compared.
	InputVariance    float64 `json:"input-variance"`
	InputCorrelation float64 `json:"input-correlation"`
	// Depth is the number of layers.
	Depth int `json:"depth"`
	// Width is that of the networks that are measured, Repetitions how many are drawn,
	// 0 for none; Seed seeds the first one's stream, the next number the second's.
	Width       int   `json:"width"`
	Repetitions int   `json:"repetitions"`
	Seed        int64 `json:"seed"`
	// MaxWeightVariance and MaxBiasVariance are where the phase diagram ends; 0 stands
	// for a range that shows the critical line ([VarianceMap.Range]).
	MaxWeightVariance float64 `json:"max-weight-variance"`
	MaxBiasVariance   float64 `json:"max-bias-variance"`
}

// Default is the article's sigmoid network as it initialises it, measured at width
// 512.
func Default() Config {
	return Config{
		Activation: graph.Sigmoid.Name, WeightVariance: 1, InputVariance: 1,
		Depth: 8, Width: 512, Repetitions: 20, Seed: 42,
	}
}

// Limits of a configuration.
const (
	maxVariance    = 1e6
	maxDepth       = 100
	maxWidth       = 4096
	maxRepetitions = 1000
	// maxWeights bounds the weights of one network, in memory as in time.
	maxWeights = 150_000_000
)

// Validate reports the first setting outside its domain as an [input.Error].
func (c Config) Validate() error {
	if _, err := graph.ActivationNamed(c.Activation); err != nil {
		return input.Under("activation", err)
	}
	for _, variance := range []struct {
		key   string
		value float64
	}{
		{"weight-variance", c.WeightVariance}, {"bias-variance", c.BiasVariance}, {"input-variance", c.InputVariance},
		{"max-weight-variance", c.MaxWeightVariance}, {"max-bias-variance", c.MaxBiasVariance},
	} {
		if !(variance.value >= 0 && variance.value <= maxVariance) {
			return input.Refuse(variance.key, "%v: a variance is a number from 0, and here at most %v", variance.value, maxVariance)
		}
	}
	if !(math.Abs(c.InputCorrelation) <= 1) {
		return input.Refuse("input-correlation", "%v: a correlation is a number from -1 to 1", c.InputCorrelation)
	}
	for _, count := range []struct {
		key              string
		value, low, high int
	}{{"depth", c.Depth, 1, maxDepth}, {"width", c.Width, 1, maxWidth}, {"repetitions", c.Repetitions, 0, maxRepetitions}} {
		if count.value < count.low || count.value > count.high {
			return input.Refuse(count.key, "%d: take %d to %d", count.value, count.low, count.high)
		}
	}
	if weights := c.Width * c.Width * c.Depth; weights > maxWeights && c.Repetitions > 0 {
		return input.Refuse("width", "%d at depth %d makes %d weights, at most %d can be measured: take narrower or fewer layers, or 0 repetitions", c.Width, c.Depth, weights, maxWeights)
	}
	if last := c.Seed + int64(max(c.Repetitions, 1)) - 1; c.Seed < 0 || c.Seed > math.MaxUint32 || last > math.MaxUint32 {
		return input.Refuse("seed", "%d: %d repetitions take the seeds from it on, which go from 0 to %d", c.Seed, c.Repetitions, uint32(math.MaxUint32))
	}
	return nil
}

// ensemble is that of the configuration.
func (c Config) ensemble() (Ensemble, error) {
	a, err := graph.ActivationNamed(c.Activation)
	return Ensemble{a, c.WeightVariance, c.BiasVariance}, err
}

// first are variance and correlation of the pre-activations of the first layer.
func (c Config) first() (variance, correlation float64) {
	variance = c.WeightVariance*c.InputVariance + c.BiasVariance
	if variance == 0 {
		return 0, math.NaN()
	}
	correlation = (c.WeightVariance*c.InputVariance*c.InputCorrelation + c.BiasVariance) / variance
	return variance, min(max(correlation, -1), 1)
}

// Settings lists the settings under the names of their flags.
func (c Config) Settings() []config.Entry {
	return []config.Entry{
		config.NewEntry("activation", c.Activation), config.NewEntry("weight-variance", c.WeightVariance), config.NewEntry("bias-variance", c.BiasVariance),
		config.NewEntry("input-variance", c.InputVariance), config.NewEntry("input-correlation", c.InputCorrelation),
		config.NewEntry("depth", c.Depth), config.NewEntry("width", c.Width), config.NewEntry("repetitions", c.Repetitions), config.NewEntry("seed", c.Seed),
		config.NewEntry("max-weight-variance", c.MaxWeightVariance), config.NewEntry("max-bias-variance", c.MaxBiasVariance),
	}
}
