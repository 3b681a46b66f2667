package models

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/graph"
)

// Observation is everything that flowed through a network for some rows, as its
// hooks saw it: predictions, mistakes, spreads and traces come from it without another
// evaluation.
type Observation struct {
	// Pre and Post are the pre- and post-activations of every layer, the output
	// layer last, each rows × units.
	Pre, Post []*mat.Dense

	reading reading
}

// Observe evaluates the rows of x with a hook on both stages of every layer.
func (net *Network) Observe(x []float64) (_ *Observation, err error) {
	rows, err := net.checkColumns(x)
	if err != nil {
		return nil, err
	}
	o := &Observation{reading: net.reading()}
	for i, l := range net.architecture.Layers {
		o.Pre = append(o.Pre, mat.NewDense(rows, l.Units, nil))
		o.Post = append(o.Post, mat.NewDense(rows, l.Units, nil))
		for _, h := range []struct {
			stage graph.Stage
			into  *mat.Dense
		}{{graph.PreActivation, o.Pre[i]}, {graph.PostActivation, o.Post[i]}} {
			hook, err := net.Hook(i+1, h.stage, func(c graph.Capture) error {
				c.CopyTo(h.into.RawMatrix().Data[c.FirstRow*c.Units:])
				return nil
			})
			if err != nil {
				return nil, err
			}
			defer hook.Remove()
		}
	}
	_, err = net.Predict(x)
	return o, err
}

// Rows is the number of rows that were observed.
func (o *Observation) Rows() int {
	rows, _ := o.Pre[0].Dims()
	return rows
}

// First is the observation of the first rows, one or more, in the same memory; it is
// all of it where there are no more.
func (o *Observation) First(rows int) *Observation {
	rows = min(rows, o.Rows())
	first := func(all []*mat.Dense) []*mat.Dense {
		var views []*mat.Dense
		for _, m := range all {
			_, units := m.Dims()
			views = append(views, m.Slice(0, rows, 0, units).(*mat.Dense))
		}
		return views
	}
	return &Observation{Pre: first(o.Pre), Post: first(o.Post), reading: o.reading}
}

// Trace is the signal trace of one row: the mean over the units of |z1|, |a1|,
// |z2|, ..., |zL|, that is 2L-1 stages ending with the output's pre-activation.
func (o *Observation) Trace(row int) []float64 {
	trace := make([]float64, 0, 2*len(o.Pre)-1)
	for l := range o.Pre {
		if l > 0 {
			trace = append(trace, meanMagnitude(o.Post[l-1].RawRowView(row)))
		}
		trace = append(trace, meanMagnitude(o.Pre[l].RawRowView(row)))
	}
	return trace
}

func meanMagnitude(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += math.Abs(v)
	}
	return sum / float64(len(values))
}

// Hidden is the post-activation matrix of hidden layer l (from 1), rows × units.
func (o *Observation) Hidden(l int) *mat.Dense { return o.Post[l-1] }

// HiddenLayers is the number of layers before the output.
func (o *Observation) HiddenLayers() int { return len(o.Post) - 1 }

// Spread is the population standard deviation over all entries of hidden layer
// l's post-activations.
func (o *Observation) Spread(l int) float64 {
	return stat.PopStdDev(o.Hidden(l).RawMatrix().Data, nil)
}

// Probability is P(class 1) for each row, or whatever else [Network.Predict] gives, rows × outputs.
func (o *Observation) Probability() []float64 { return o.Post[len(o.Post)-1].RawMatrix().Data }

// Wrong marks the rows that are predicted wrongly, as [Network.Wrong] does, given what a
// set's Y holds; it is nil for a network that predicts numbers. Like an index into a slice
// it panics where labels are missing.
func (o *Observation) Wrong(y []float64) []bool { return o.reading.wrong(o.Probability(), y, o.Rows()) }

// Accuracy is the share of rows that are not [Observation.Wrong].
func (o *Observation) Accuracy(y []float64) float64 { return Accuracy(o.Wrong(y)) }
