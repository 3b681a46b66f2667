package experiment

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/number"
	"actscope/models"
	"actscope/models/tangent"
)

// MatteringShare is the share of the residual's energy that makes leading modes matter.
const MatteringShare = 0.6

// Tangent is what the tangent kernel K = J Jᵀ / n of a network says of its training: see package
// [tangent]. What is infinite or not defined is null.
type Tangent struct {
	// Eigenvalues are those of K on training rows, descending; Tau the time constants in epochs and
	// Energy the shares of the residual's square that belong to them. TauReason says why time
	// constants are null where all are.
	Eigenvalues []number.Float `json:"eigenvalues"`
	Tau         []number.Float `json:"tau"`
	TauReason   string         `json:"tau_reason,omitempty"`
	Energy      []number.Float `json:"energy"`
	// Modes is the least number of leading modes with [MatteringShare] of the energy, SlowestTau the
	// time constant of the last of them.
	Modes      int          `json:"modes"`
	SlowestTau number.Float `json:"slowest_tau"`
	// EffectiveRank and Trace are of K; TargetAlignment is its alignment with the targets, LargestRate
	// the rate up to which full batches of plain descent are stable at the start.
	EffectiveRank   number.Float `json:"effective_rank"`
	Trace           number.Float `json:"trace"`
	TargetAlignment number.Float `json:"target_alignment"`
	LargestRate     number.Float `json:"largest_stable_rate"`
}

// TangentOf takes the kernel of a network that was compiled for the first rows of a set on these,
// and what it says of a training.
func TangentOf(ctx context.Context, net *models.Network, compiled *tangent.Compiled, train data.Set, rows int, settings models.Training) (Tangent, *mat.SymDense, error) {
	var t Tangent
	g, err := compiled.Gradients(ctx, train.X[:rows*train.Columns])
	if err != nil {
		return t, nil, err
	}
	y, err := net.TargetRows(train)
	if err != nil {
		return t, nil, err
	}
	y = y[:g.Places()]
	k := g.Kernel()
	spectrum, err := tangent.Decompose(k, tangent.Residual(net.Architecture(), g.Values, y))
	if err != nil {
		return t, nil, err
	}
	clock := tangent.ClockOf(net.Architecture(), settings, train.Rows())
	t.TauReason = clock.Reason
	for i, v := range spectrum.Values {
		t.Eigenvalues = append(t.Eigenvalues, number.Float(v))
		t.Tau = append(t.Tau, number.Float(clock.Epochs(v)))
		t.Energy = append(t.Energy, number.Float(spectrum.Energy[i]))
	}
	if t.Modes = spectrum.Leading(MatteringShare); t.Modes > 0 {
		t.SlowestTau = t.Tau[t.Modes-1]
	} else {
		t.SlowestTau = number.Float(math.NaN())
	}
	t.EffectiveRank, t.Trace = number.Float(spectrum.EffectiveRank()), number.Float(mat.Trace(k))
	t.TargetAlignment = number.Float(tangent.TargetAlignment(k, signed(net, y)))
	t.LargestRate = number.Float(clock.LargestRate(spectrum.Values[0]))
	return t, k, nil
}

// signed are targets around 0: ±1 for labels, less 1/k for one of k classes.
func signed(net *models.Network, y []float64) []float64 {
	t := slices.Clone(y)
	for i := range t {
		switch net.Targets() {
		case graph.Labels:
			t[i] = 2*t[i] - 1
		case graph.Classes:
			t[i] -= 1 / float64(net.Outputs())
		}
	}
	return t
}

// StartingKernel is the tangent kernel of a network before its first step.
type StartingKernel struct {
	// Rows is how many training rows it is of: the first ones, whose order the split drew.
	Rows int `json:"rows"`
	// Reason says why there is none, where there is not.
	Reason string `json:"reason,omitempty"`
	// Tangent has the first modes only, at most [keptModes].
	Tangent
	// LineLoss is the least training loss of outputs affine in the inputs, null where that was not
	// looked for: see [tangent.FitLine].
	LineLoss number.Float `json:"line_loss"`
}

const (
	// keptModes is how many modes of a starting kernel are kept.
	keptModes = 10
	// startingPlaces bounds rows times outputs of a starting kernel, whose eigenvalues take the cube of it.
	startingPlaces = 400
	// lineEntries bounds rows times columns times outputs of the best straight line.
	lineEntries = 200_000
)

// StartingKernel takes the kernel of a training that has not begun. Nothing of the training changes.
// A kernel that cannot be had, such as of gradients that are not finite, is one with a Reason.
func (t *Training) StartingKernel(ctx context.Context) (*StartingKernel, error) {
	k, err := t.startingKernel(ctx)
	if err != nil && ctx.Err() == nil {
		none := number.Float(math.NaN())
		k, err = &StartingKernel{
			Reason:  err.Error(),
			Tangent: Tangent{SlowestTau: none, EffectiveRank: none, Trace: none, TargetAlignment: none, LargestRate: none}, LineLoss: none,
		}, nil
	}
	return k, err
}

func (t *Training) startingKernel(ctx context.Context) (*StartingKernel, error) {
	train := t.Data.Train
	k := &StartingKernel{Rows: min(train.Rows(), max(1, startingPlaces/t.Network.Outputs())), LineLoss: number.Float(math.NaN())}
	settings, err := t.Settings()
	if err != nil {
		return nil, err
	}
	start := t.Network.Clone()
	if err := start.AdoptStatistics(train.X); err != nil {
		return nil, err
	}
	compiled, err := tangent.Compile(start, k.Rows)
	if err != nil {
		return nil, err
	}
	defer compiled.Close()
	if k.Tangent, _, err = TangentOf(ctx, start, compiled, train, k.Rows, settings); err != nil {
		return nil, err
	}
	kept := min(keptModes, len(k.Eigenvalues))
	k.Eigenvalues, k.Tau, k.Energy = k.Eigenvalues[:kept:kept], k.Tau[:kept:kept], k.Energy[:kept:kept]
	if train.Rows()*(train.Columns+1)*start.Outputs() <= lineEntries {
		line, err := tangent.FitLine(ctx, start, train)
		if err != nil {
			return nil, err
		}
		k.LineLoss = number.Float(line)
	}
	return k, nil
}

// Check refuses what no kernel says.
func (k *StartingKernel) Check() error {
	modes := len(k.Eigenvalues)
	switch {
	case k.Reason != "" && modes == 0:
		return nil
	case modes == 0 || modes > keptModes || len(k.Tau) != modes || len(k.Energy) != modes:
		return input.Refuse("eigenvalues", "%d of them with %d time constants and %d shares of energy", modes, len(k.Tau), len(k.Energy))
	}
	for i, v := range k.Eigenvalues {
		if !(v >= 0) || i > 0 && v > k.Eigenvalues[i-1] {
			return input.Refuse("eigenvalues", "number %d is %v: they descend to 0", i+1, v)
		}
	}
	return nil
}
