package cost

import "actscope/internal/config"

// Stage is what a training is for.
type Stage string

// The stages. They have no seed in common.
const (
	Tuning  Stage = "tuning"
	Judging Stage = "judging"
)

// Trial is one training. Trials of one number and stage share their data, split,
// random weights and shuffles, whatever the network.
type Trial struct {
	Activation string `json:"activation"`
	Shape
	Rate   float64 `json:"rate"`
	Stage  Stage   `json:"stage"`
	Number int     `json:"number"` // from 0
}

// Attempt is what came of a training.
type Attempt struct {
	// Accuracy is the share of the test rows that are classified rightly, 0 where the
	// training diverged.
	Accuracy float64 `json:"accuracy"`
	Diverged bool    `json:"diverged,omitempty"`
}

// Where the seeds of a trial lie, counted from the configuration's. Streams for
// points, splits and weights have seeds of their own, because equal ones would give
// equal random numbers.
const (
	judgingSeeds = 3_000_000
	dataSeeds    = 100_000_000
	splitSeeds   = 200_000_000
)

// trial is the configuration of a training.
func (c Config) trial(t Trial) config.Config {
	n := c.Training
	n.Activations, n.Hidden, n.Parts, n.LearningRate = []string{t.Activation}, t.Hidden(), []string{}, t.Rate
	n.Seed += int64(t.Number)
	if t.Stage == Judging {
		n.Seed += judgingSeeds
	}
	n.DataSeed, n.SplitSeed = n.Seed+dataSeeds, n.Seed+splitSeeds
	if !c.fromFile() {
		n.Samples = c.trainingRows() + c.TestRows
		// Half a row less, because the number of rows that are held out is rounded up.
		n.TestFraction = (float64(c.TestRows) - 0.5) / float64(n.Samples)
	}
	return n
}
