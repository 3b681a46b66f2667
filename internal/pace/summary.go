package pace

import (
	"fmt"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/number"
	"actscope/internal/runfolder"
	"actscope/models/tangent"
)

// commandName is the command in run.json.
const commandName = "kernel"

// Summary is the content of run.json. What is infinite or not defined is null.
type Summary struct {
	Command string        `json:"command"`
	Config  config.Config `json:"config"`
	// Origin says which program, kernels and points it comes from.
	experiment.Origin
	// TrainingRows are all of the split, Rows and TestRows those that kernels are of: the first ones.
	TrainingRows int `json:"training_rows"`
	// AskedRows is how many were asked for, 0 for none.
	AskedRows int `json:"asked_rows,omitempty"`
	Rows      int `json:"rows"`
	TestRows  int `json:"test_rows"`
	// Draws is how many networks were drawn of each width, 0 for none.
	Draws int `json:"draws"`
	// LineLoss is the least training loss of outputs affine in the inputs; see [tangent.FitLine].
	LineLoss number.Float `json:"line_loss"`
	Networks []Network    `json:"networks"`
}

// Network is one network: what its kernel predicts, and how it was trained.
type Network struct {
	// Name begins the names of its arrays, as in the run.json of compare; Activation is the same, but
	// for a formula, which it is as a whole.
	Name       string `json:"name"`
	Activation string `json:"activation"`
	Parameters int    `json:"parameters"`
	// Tangent is the kernel's at the start, with all modes.
	experiment.Tangent
	// TestEigenvalues are those of the test rows' own kernel at the start.
	TestEigenvalues []number.Float `json:"test_eigenvalues"`
	Twin            Twin           `json:"twin"`
	// Loss is the network's, epoch by epoch; Diverged is the epoch in which it was no number, and then
	// there is no final loss.
	Loss          []number.Float `json:"loss_history"`
	FinalLoss     number.Float   `json:"final_loss"`
	Diverged      int            `json:"diverged,omitempty"`
	TrainAccuracy number.Float   `json:"train_accuracy"`
	TestAccuracy  number.Float   `json:"test_accuracy"`
	Drift         Drift          `json:"drift"`
	// Widths has kernels of random networks beside their limit; nil where none were asked for.
	Widths *Widths `json:"widths,omitempty"`
	// LineFrom is the first epoch whose loss is at most 5 % above the straight line's, LineTo the first
	// that is 5 % below, HalfLine the first with at most half of it; 0 for none.
	LineFrom int `json:"line_from"`
	LineTo   int `json:"line_to"`
	HalfLine int `json:"half_line"`

	line number.Float
}

// Twin is the linearised network; see [tangent.Linearised].
type Twin struct {
	Loss          []number.Float `json:"loss_history"`
	FinalLoss     number.Float   `json:"final_loss"`
	TrainAccuracy number.Float   `json:"train_accuracy"`
	TestAccuracy  number.Float   `json:"test_accuracy"`
	// Apart is the first epoch in which its loss is off the network's by more than [Apart] of that, 0 for
	// none; HalfLine as the network's.
	Apart    int `json:"apart"`
	HalfLine int `json:"half_line"`
	// InParameters says that it was trained as parameters, Diverged in which epoch its loss was no
	// number, Reason why there is none.
	InParameters bool   `json:"in_parameters,omitempty"`
	Diverged     int    `json:"diverged,omitempty"`
	Reason       string `json:"reason,omitempty"`
}

// Drift is how far the kernel moves from the start, by epoch.
type Drift struct {
	Epochs []int `json:"epochs"`
	// Alignment is that of the kernel with the first one, TraceRatio its trace over the first one's.
	Alignment  []number.Float `json:"alignment"`
	TraceRatio []number.Float `json:"trace_ratio"`
}

// maxWidth is above all widths.
const maxWidth = 1 << 20

// compare finds the epochs at which the curves meet and part.
func (n *Network) compare() {
	network, twin, line := Numbers(n.Loss), Numbers(n.Twin.Loss), float64(n.line)
	n.LineFrom = tangent.Reached(network, (1+near)*line)
	n.LineTo = tangent.Reached(network, (1-near)*line)
	n.HalfLine = tangent.Reached(network, line/2)
	n.Twin.HalfLine = tangent.Reached(twin, line/2)
	n.Twin.Apart = tangent.Apart(twin, network, Apart)
}

// Numbers are values as plain numbers.
func Numbers(values []number.Float) []float64 {
	all := make([]float64, len(values))
	for i, v := range values {
		all[i] = float64(v)
	}
	return all
}

// Load reads the result in a run folder back. What keeps it from being read is an [input.Error].
func Load(path string) (*Result, error) {
	r := new(Result)
	if err := runfolder.ReadResult(path, &r.Summary, false, r.Summary.check); err != nil {
		return nil, err
	}
	return r, nil
}

// check reports what a study does not leave behind.
func (s *Summary) check() error {
	if s.Command != commandName {
		return fmt.Errorf("a run of %q, not of %s", s.Command, commandName)
	}
	if err := s.Config.Validate(); err != nil {
		return err
	}
	if len(s.Networks) != len(s.Config.Activations) {
		return input.Refuse("networks", "%d for %d activations", len(s.Networks), len(s.Config.Activations))
	}
	specifications, err := s.Config.Specifications()
	if err != nil {
		return err
	}
	for i, n := range s.Networks {
		refuse := func(key, format string, args ...any) error {
			return input.Refuse(fmt.Sprintf("networks[%d]: %s", i, key), format, args...)
		}
		modes, d := len(n.Eigenvalues), n.Drift
		switch {
		case n.Name != specifications[i].Name || n.Activation != specifications[i].MLP.Activation.Name:
			return refuse("name", "%q of activation %q, where the configuration has %q", n.Name, n.Activation, specifications[i].Name)
		case modes == 0 || len(n.Tau) != modes || len(n.Energy) != modes:
			return refuse("eigenvalues", "%d of them with %d time constants and %d shares of energy", modes, len(n.Tau), len(n.Energy))
		case n.Modes < 0 || n.Modes > modes:
			return refuse("modes", "%d of %d", n.Modes, modes)
		case len(n.Loss) > s.Config.Epochs || len(n.Twin.Loss) > s.Config.Epochs:
			return refuse("loss_history", "%d and %d losses in %d epochs", len(n.Loss), len(n.Twin.Loss), s.Config.Epochs)
		case len(d.Alignment) != len(d.Epochs) || len(d.TraceRatio) != len(d.Epochs):
			return refuse("drift", "%d alignments and %d traces at %d epochs", len(d.Alignment), len(d.TraceRatio), len(d.Epochs))
		}
		for j, e := range d.Epochs {
			if e < 0 || e > s.Config.Epochs || j > 0 && e <= d.Epochs[j-1] {
				return refuse("drift", "epoch %d at place %d of %d epochs", e, j+1, s.Config.Epochs)
			}
		}
		if w := n.Widths; w != nil {
			if w.Reason == "" && len(w.Widths) == 0 {
				return refuse("widths", "missing, and no reason")
			}
			for j, width := range w.Widths {
				if width < 1 || width > maxWidth || j > 0 && width <= w.Widths[j-1] {
					return refuse("widths", "width %d at place %d", width, j+1)
				}
			}
			for _, l := range [][]number.Float{w.Departure, w.Spread, w.Trace, w.BiasDeparture, w.BiasSpread} {
				if len(l) != len(w.Widths) {
					return refuse("widths", "%d numbers at %d widths", len(l), len(w.Widths))
				}
			}
		}
		for j, v := range n.Eigenvalues {
			if !(v >= 0) || j > 0 && v > n.Eigenvalues[j-1] {
				return refuse("eigenvalues", "number %d is %v: they descend to 0", j+1, v)
			}
		}
	}
	return nil
}
