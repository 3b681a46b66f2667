package claims

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"actscope/internal/experiment"
)

// Log knows what was measured in every training that was carried out under one base and
// program, so that a run that was stopped goes on from there.
type Log = experiment.LedgerFile[LoggedTraining, []*Measurement]

// LoggedTraining says which training of a design it is.
type LoggedTraining struct {
	Network string  `json:"network"`
	Hidden  string  `json:"hidden"`
	Rate    float64 `json:"rate"`
	Init    string  `json:"init"`
	Epochs  string  `json:"epochs"` // at which it was measured
	Pair
}

// OpenLog reads the log at path. Where there is none, or one of another base or program,
// the log is empty. Errors are [input.Error]s.
func OpenLog(path string, d Design, p experiment.Provenance) (*Log, error) {
	settings, err := json.Marshal(d.Base)
	if err != nil {
		return nil, err
	}
	plan, err := experiment.LedgerPlan(settings, d.Base.Dataset, p)
	if err != nil {
		return nil, err
	}
	return experiment.OpenLedger[LoggedTraining, []*Measurement](path, plan, func(a, b LoggedTraining) int {
		return cmp.Or(strings.Compare(a.Network, b.Network), strings.Compare(a.Hidden, b.Hidden), cmp.Compare(a.Rate, b.Rate), strings.Compare(a.Init, b.Init),
			strings.Compare(a.Epochs, b.Epochs), cmp.Compare(a.DataSeed, b.DataSeed), cmp.Compare(a.Seed, b.Seed))
	})
}

// logged is the training as the log knows it.
func (t Training) logged() LoggedTraining {
	l := LoggedTraining{Network: t.network, Pair: t.pair, Rate: t.at[0].Rate, Init: t.at[0].Init, Hidden: fmt.Sprint(t.at[0].Hidden)}
	for _, v := range t.at {
		l.Epochs = strings.TrimSpace(fmt.Sprint(l.Epochs, " ", v.Epochs))
	}
	return l
}

// ledger is the log for the pool.
type ledger struct{ log *Log }

// Find implements [experiment.Ledger]. What does not fit the training, as in a file that was
// edited, is not known.
func (l ledger) Find(t Training) ([]*Measurement, bool) {
	taken, known := l.log.Find(t.logged())
	return taken, known && t.fits(taken)
}

// fits says whether measurements have the shape of those of the training.
func (t Training) fits(taken []*Measurement) bool {
	if len(taken) != len(t.at) {
		return false
	}
	for i, m := range taken {
		layers := len(t.at[i].Hidden)
		switch {
		case m == nil:
			return false
		case m.Failed():
			continue
		case len(m.Spread) != layers || len(m.FirstGradients) != layers+1:
			return false
		case len(m.Growth) != layers || len(m.Kept) != layers+2 || len(m.KeptPooled) != layers+2 || len(m.Trace[0]) != 2*layers+1 || len(m.Trace[1]) != 2*layers+1:
			return false
		}
	}
	return true
}

// Add implements [experiment.Ledger]. Infinite signals have no place in JSON: such a
// training is repeated.
func (l ledger) Add(t Training, taken []*Measurement) error {
	if _, err := json.Marshal(taken); err != nil {
		return nil
	}
	return l.log.Add(t.logged(), taken)
}
