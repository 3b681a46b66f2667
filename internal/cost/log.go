package cost

import (
	"cmp"
	"strings"

	"actscope/internal/experiment"
)

// Log knows what came of every trial that was carried out under one program, data and
// training, so that a search that was stopped goes on from there, and another search
// of the same trainings need not repeat them.
type Log = experiment.LedgerFile[Trial, Attempt]

// OpenLog reads the log at path. Where there is none, or one of other trainings or of
// another program, the log is empty.
func OpenLog(path string, c Config, p experiment.Provenance) (*Log, error) {
	// What decides a training besides what a trial says.
	same := Config{TestRows: c.TestRows, Training: c.Training}
	same.Training.Activations = nil
	settings, err := same.MarshalJSON()
	if err != nil {
		return nil, err
	}
	plan, err := experiment.LedgerPlan(settings, c.Training.Dataset, p)
	if err != nil {
		return nil, err
	}
	return experiment.OpenLedger[Trial, Attempt](path, plan, func(a, b Trial) int {
		return cmp.Or(strings.Compare(a.Activation, b.Activation), cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Width, b.Width),
			strings.Compare(string(b.Stage), string(a.Stage)), cmp.Compare(a.Rate, b.Rate), cmp.Compare(a.Number, b.Number))
	})
}
