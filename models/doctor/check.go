package doctor

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"actscope/graph"
	"actscope/internal/input"
	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// Options say what the file does not; whatever is left out is found by trying all.
type Options struct {
	// Loss is bce (or logits), softmax, mse, half-mse, hinge or article.
	Loss string
	// Output is the activation of the output layer: sigmoid, identity, tanh or relu under squared errors.
	Output string
	// Reduction is mean, sum, mean-all, half-sum or half-mean. Where it is left out and the file has no loss, the mean over
	// rows is meant.
	Reduction string
	// L2 is the strength of a penalty L2/2 Σ W². Where it is nil, the penalty's strength is fitted.
	L2 *float64
	// Activations are those of the hidden layers: one for all, or one to a layer.
	Activations []graph.Activation
	// Map names arrays of the file that are not to be recognised by their names: x, y, loss, W1, b1, grad_W1, grad_b1, Z1, dZ1, ...
	Map map[string]string
	// Layout says how arrays are laid out, as far as it is known: samples are rows or columns, weights in-out (inputs × units)
	// or out-in, biases that stand in them bias-first or bias-last; such as columns,out-in.
	Layout string
	// Relative and Absolute are the tolerance, nil for that of the file's precision.
	Relative, Absolute *float64
	// Stdin is read for the file "-".
	Stdin io.Reader
}

// Tolerances for numbers of 64, of 32 and of 16 bits.
var (
	Double = mistakes.Tolerance{Relative: 1e-6, Absolute: 1e-9}
	Single = mistakes.Tolerance{Relative: 1e-4, Absolute: 1e-6}
	Half   = mistakes.Tolerance{Relative: 1e-2, Absolute: 1e-5}
)

// Check reads a file and judges the gradients in it. Errors about the file or the options are of type [input.Error]; wrong
// gradients are no error.
func Check(ctx context.Context, file string, options Options) (*Report, error) {
	arrays, err := Read(file, options.Stdin)
	if err != nil {
		return nil, err
	}
	report, err := Judge(ctx, arrays, options)
	if err != nil && ctx.Err() == nil {
		return nil, input.InFile(file, err)
	}
	return report, err
}

// Judge judges the gradients among arrays that are read already.
func Judge(ctx context.Context, arrays []Array, options Options) (*Report, error) {
	n, err := nameArrays(arrays, options.Map)
	if err != nil {
		return nil, err
	}
	layout, err := options.layout()
	if err != nil {
		return nil, err
	}
	all, err := allReadings(arrays, n, layout)
	if err != nil {
		return nil, err
	}
	trials, err := options.trials(all)
	if err != nil {
		return nil, err
	}
	found, err := searchAll(ctx, trials)
	if err != nil {
		return nil, err
	}
	if len(found[0].unexplained) > 0 {
		undone, err := beforeStep(ctx, found)
		if err != nil {
			return nil, err
		}
		found = append(undone, found...)
	}
	found = preferOwn(found, arrays)
	if err := undecided(arrays, found); err != nil {
		return nil, err
	}
	return newReport(ctx, arrays, found[0].trial.r.names, found)
}

// explanation is a state of a trial.
type explanation struct {
	*state
	trial *trial
}

// tolerance is what the options say, or else what the numbers' precision allows.
func (o Options) tolerance(r *reading) mistakes.Tolerance {
	return ToleranceOf(r.single, r.half, o.Relative, o.Absolute)
}

// ToleranceOf is what is given, or else what the precision allows: of files with numbers of 32 bits, or gradients of 16.
func ToleranceOf(single, half bool, relative, absolute *float64) mistakes.Tolerance {
	t := Double
	switch {
	case half:
		t = Half
	case single:
		t = Single
	}
	if relative != nil {
		t.Relative = *relative
	}
	if absolute != nil {
		t.Absolute = *absolute
	}
	return t
}

// trials are all readings under all objectives with all activations that the options leave open.
func (o Options) trials(all []*reading) ([]*trial, error) {
	var list []*trial
	var why error
	overflow := false
	for _, r := range all {
		objectives, err := o.objectives(r)
		if err != nil {
			why = err
			continue
		}
		choices, err := o.activations(r, objectives)
		if err != nil {
			return nil, err
		}
		for _, objective := range objectives {
			for _, activations := range choices {
				t := newTrial(r, objective, activations, o, o.tolerance(r))
				if !t.finite() {
					overflow = true
					continue
				}
				if err := t.mean(o.Reduction); err != nil {
					return nil, err
				}
				list = append(list, t)
			}
		}
	}
	if len(list) == 0 && overflow {
		return nil, input.Refuse("", "the right gradients are not finite: x and the parameters are too large for this network")
	}
	if len(list) == 0 {
		return nil, why
	}
	return list, nil
}

// mean says which reduction is meant: the one given, or else that of the file's loss, or else the mean.
func (t *trial) mean(given string) error {
	t.meant = handcoded.Mean
	if given != "" {
		r, err := graph.ReductionNamed(given)
		if err != nil {
			return input.Under("reduction", err)
		}
		t.meant = handcoded.Reduction(r)
	} else if r, ok := t.lossIs(); ok {
		t.meant = r
	}
	t.declarePenalty()
	return nil
}

// lossSum is the sum of the loss's terms, and that of the article's formula.
func (t *trial) lossSum() (sum, article float64) {
	n := len(t.r.layers)
	z, p, y := t.z[n], t.a[n], t.r.y
	for i := range z.rows {
		sum += t.o.Term(z.row(i), p.row(i), y.row(i))
		if t.o.outputName() == "sigmoid" && !t.o.loss.AnyOutput() {
			for j, v := range z.row(i) {
				article += handcoded.Reported(v, y.row(i)[j])
			}
		}
	}
	return sum, article
}

// lossIs tells for which reduction the file's loss is that of the objective, with the penalty or without.
func (t *trial) lossIs() (handcoded.Reduction, bool) {
	if t.r.loss == nil {
		return "", false
	}
	sum, article := t.lossSum()
	penalty := t.l2 / 2 * t.squares(&state{})
	for _, r := range append([]handcoded.Reduction{t.meant}, reductions...) {
		divisor := r.Divisor(t.r.rows(), t.r.outputs())
		for _, want := range []float64{sum / divisor, sum/divisor + penalty, article / divisor} {
			if t.isLoss(want) {
				return r, true
			}
		}
	}
	return "", false
}

const (
	costUnusual   = 0.8 // of a loss that does not go with the targets
	costOtherLoss = 0.5 // of an objective whose value is not the loss in the file
)

// usual tells the loss that goes with the targets: a cross-entropy for labels and classes, else the squared error.
func (t *trial) usual() bool {
	k := t.r.outputs()
	for i := range t.r.rows() {
		sum, labels := 0.0, true
		for _, v := range t.r.y.row(i) {
			sum += v
			labels = labels && (v == 0 || v == 1)
		}
		if !labels {
			return t.o.loss.AnyOutput()
		}
		if k > 1 && sum != 1 {
			return t.o.Loss == handcoded.Logits
		}
	}
	return k == 1 && t.o.Loss == handcoded.Logits || k > 1 && t.o.Loss == handcoded.Softmax
}

// searchAll searches all trials on all cores, and sorts the explanations by cost, a loss in the file that fits counting for
// its objective.
func searchAll(ctx context.Context, trials []*trial) ([]explanation, error) {
	var mutex sync.Mutex
	limit := math.Inf(1)
	results := make([][]explanation, len(trials))
	run := func(chosen func(t *trial) bool) error {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(runtime.GOMAXPROCS(0))
		for i, t := range trials {
			if !chosen(t) {
				continue
			}
			group.Go(func() error {
				mutex.Lock()
				t.limit = limit
				mutex.Unlock()
				states, err := t.search(ctx)
				if err != nil {
					return err
				}
				for _, s := range states {
					results[i] = append(results[i], explanation{s, t})
				}
				mutex.Lock()
				if len(states) > 0 {
					limit = min(limit, states[0].cost+1+costUnusual)
				}
				mutex.Unlock()
				return nil
			})
		}
		return group.Wait()
	}
	// Those of which the output layer is right come first: what they cost limits how far the others are searched.
	if err := run((*trial).outputIsRight); err != nil {
		return nil, err
	}
	if err := run(func(t *trial) bool { return !t.outputIsRight() }); err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Concat(results...), func(e explanation) bool {
		return e.cost > limit+within // which trials look that far depends on which end first
	})
	for i := range found {
		e := &found[i]
		t := e.trial
		if t.r.loss != nil && !e.lossAgrees() {
			e.cost += costOtherLoss
		}
		// Where nothing is right, the loss that goes with the targets is likelier than one that was not named.
		if t.options.Loss == "" && len(e.faults)+len(e.unexplained) > 0 && !t.usual() {
			e.cost += costUnusual
		}
	}
	slices.SortStableFunc(found, func(a, b explanation) int { return cmp.Compare(a.cost, b.cost) })
	if len(found) == 0 {
		return nil, fmt.Errorf("nothing to search")
	}
	return found, nil
}
