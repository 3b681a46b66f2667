package cost

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/input"
)

// Confidence is that of all statements of a search together.
const Confidence = 0.95

// Config is what determines the result of a search.
type Config struct {
	// Target is the test accuracy to reach.
	Target float64 `json:"target"`
	// Share is the share of trainings that have to reach it.
	Share float64 `json:"share"`
	// Widths and Depths are those of the networks, ascending.
	Widths []int `json:"widths"`
	Depths []int `json:"depths"`
	// Rates are the learning rates that are tried, ascending.
	Rates []float64 `json:"rates"`
	// Seeds is the largest number of trainings by which a network is judged at a rate.
	Seeds int `json:"seeds"`
	// TestRows is the number of points in the test sample of a training where points
	// are generated; those of a file are split by the training's TestFraction.
	TestRows int `json:"test-rows"`
	// Training says how networks are trained. Its Activations are compared, and its
	// Seed is where the seeds count from.
	Training Training `json:"training"`
}

// Training is the configuration of all trainings but for the settings in [Decided],
// which its JSON leaves out.
type Training struct{ config.Config }

// Decided are the settings of a [Training] that the search decides.
var Decided = []string{"hidden", "parts", "from", "learning-rate", "data-seed", "split-seed"}

// MarshalJSON leaves out what the search decides.
func (t Training) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(t.Config)
	if err != nil {
		return nil, err
	}
	var settings map[string]json.RawMessage
	if err := json.Unmarshal(text, &settings); err != nil {
		return nil, err
	}
	for _, key := range Decided {
		delete(settings, key)
	}
	return json.Marshal(settings)
}

// UnmarshalJSON reads what MarshalJSON writes; what is left out is the article's.
func (t *Training) UnmarshalJSON(text []byte) error {
	t.Config = config.Article()
	return json.Unmarshal(text, &t.Config)
}

// Default asks for 95 % in nine of ten trainings, with the article's data and budget. Its
// seeds are so many that a probability of 0.95 is seen to be at least the share, and one of
// 0.84 to be below, in more than nine searches of ten.
func Default() Config {
	c := Config{
		Target: 0.95, Share: 0.9,
		Widths: []int{1, 2, 3, 4, 5, 6, 8}, Depths: []int{1, 2, 3},
		Rates: []float64{0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8},
		Seeds: 1000, TestRows: 20_000, Training: Training{config.Article()},
	}
	c.Training.Activations = []string{"sigmoid", "relu", "tanh"}
	return c
}

// Quick is Default with one hidden layer only, fewer rates and fewer seeds.
func Quick() Config {
	c := Default()
	c.Widths, c.Depths = []int{2, 3, 4, 5, 6, 8}, []int{1}
	c.Rates = []float64{0.2, 0.5, 2, 4}
	c.Seeds = 320
	return c
}

// Limits of a search.
const (
	maxSeeds    = 100_000
	maxTestRows = 1_000_000
	maxList     = 100
	maxSeed     = math.MaxUint32 - splitSeeds - weightSeeds - maxSeeds
)

// Validate reports the first setting outside its domain as an [input.Error].
func (c Config) Validate() error {
	if !(c.Target > 0.5 && c.Target < 1) {
		return input.Refuse("target", "%v: an accuracy above 0.5, which guessing reaches, and below 1", c.Target)
	}
	if !(c.Share > 0 && c.Share < 1) {
		return input.Refuse("share", "%v: a share of the trainings above 0 and below 1", c.Share)
	}
	if c.Seeds < 1 || c.Seeds > maxSeeds {
		return input.Refuse("seeds", "%d: take 1 to %d", c.Seeds, maxSeeds)
	}
	if s := c.Training.Seed; s < 0 || s > maxSeed {
		return input.Refuse("seed", "%d: seeds count from it, so take one from 0 to %d", s, int64(maxSeed))
	}
	if f := c.Training.TestFraction; !(f > 0 && f < 1) {
		return input.Refuse("test-fraction", "%v: it has to be above 0 and below 1", f)
	}
	if !c.fromFile() {
		if c.TestRows < 1 || c.TestRows > maxTestRows {
			return input.Refuse("test-rows", "%d: take 1 to %d", c.TestRows, maxTestRows)
		}
		if n := c.Training.Samples; n > data.MaxSamples-maxTestRows || c.trainingRows() < 1 {
			return input.Refuse("samples", "%d: take up to %d, of which the test fraction leaves at least one row to train on", n, data.MaxSamples-maxTestRows)
		}
	}
	if err := cmp.Or(ascending("widths", c.Widths), ascending("depths", c.Depths), ascending("rates", c.Rates)); err != nil {
		return err
	}
	if least, most := c.Depths[0], c.Depths[len(c.Depths)-1]; least < 1 || most > config.MaxDepth {
		return input.Refuse("depths", "%v: take hidden layers from 1 to %d", c.Depths, config.MaxDepth)
	}
	for _, activation := range c.Training.Activations {
		if err := c.validateTrials(activation); err != nil {
			return err
		}
	}
	if n := len(c.Training.Activations); n == 0 {
		return input.Refuse("activations", "none: name at least one")
	} else if sorted := slices.Sorted(slices.Values(c.Training.Activations)); len(slices.Compact(sorted)) < n {
		return input.Refuse("activations", "one is named twice")
	}
	if least := c.Rule().leastTrials(); c.Seeds < least {
		return input.Refuse("seeds", "%d cannot show that a share of %v reaches the target, even if all do: take at least %d, or a smaller share, or fewer widths, depths, rates or activations", c.Seeds, c.Share, least)
	}
	return nil
}

// ascending refuses a list that is not in strictly ascending order.
func ascending[T cmp.Ordered](key string, values []T) *input.Error {
	if len(values) == 0 || len(values) > maxList {
		return input.Refuse(key, "%d of them: take 1 to %d", len(values), maxList)
	}
	for i, v := range values[1:] {
		if !(v > values[i]) {
			return input.Refuse(key, "%v after %v: write them in ascending order, each once", v, values[i])
		}
	}
	return nil
}

// validateTrials checks the trainings with the largest and smallest of everything.
func (c Config) validateTrials(activation string) error {
	for _, shape := range []Shape{{c.Depths[0], c.Widths[0]}, {c.Depths[len(c.Depths)-1], c.Widths[len(c.Widths)-1]}} {
		for _, rate := range []float64{c.Rates[0], c.Rates[len(c.Rates)-1]} {
			last := Trial{Activation: activation, Shape: shape, Rate: rate, Number: c.Seeds - 1}
			if err := c.trial(last).Validate(); err != nil {
				return ofSearch(err)
			}
		}
	}
	return nil
}

// ofSearch turns an error about a setting that the search decides into one about the
// search's own setting behind it.
func ofSearch(err error) error {
	own := map[string]string{"hidden": "widths", "learning-rate": "rates"}
	var setting *input.Error
	if !errors.As(err, &setting) || own[setting.Key] == "" {
		return err
	}
	return input.Refuse(own[setting.Key], "%s", setting.Reason)
}

// fromFile says whether the points are read and not generated.
func (c Config) fromFile() bool {
	_, ok := c.Training.File()
	return ok
}

// trainingRows is the number of generated rows that a network is trained on: as many
// as a comparison at these settings would have.
func (c Config) trainingRows() int {
	n := c.Training.Samples
	return n - int(math.Ceil(c.Training.TestFraction*float64(n)))
}

// Rule is how each network is judged at each rate; see the package comment for how the
// probability of error is divided.
func (c Config) Rule() Rule {
	network := (1 - Confidence) / float64(len(c.Training.Activations)*len(c.Depths)*len(c.Widths))
	return Rule{Share: c.Share, FalseReach: network / 2 / float64(len(c.Rates)), FalseMiss: network / 2, Looks: doublingLooks(c.Seeds)}
}

// bytes is the size of a number in the networks.
func (c Config) bytes() int {
	if c.Training.Dtype == graph.Single.String() {
		return 4
	}
	return 8
}

// Settings lists what determines the result, the search's own settings first.
func (c Config) Settings() []config.Entry {
	settings := []config.Entry{
		config.NewEntry("target", c.Target), config.NewEntry("share", c.Share),
		config.NewEntry("widths", commas(c.Widths)), config.NewEntry("depths", commas(c.Depths)), config.NewEntry("rates", commas(c.Rates)),
		config.NewEntry("seeds", c.Seeds),
	}
	if !c.fromFile() {
		settings = append(settings, config.NewEntry("test-rows", c.TestRows))
	}
	return append(settings, c.Training.Entries(Decided...)...)
}

// commas writes a list of numbers as its flag reads it.
func commas[T any](values []T) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(values), "[]"), " ", ",")
}
