package cost

import (
	"cmp"
	"context"
	"math"
	"slices"

	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/models/geometry"
)

// Bits says in how few bits the hidden activations of a network can be stored; see
// [geometry.FewestBits].
type Bits struct {
	// Trained are the trainings that were looked at, the first ones at the network's rate;
	// Fewest are the bits that those of them need which reach the target, ascending, null for
	// more than [geometry.MostBits].
	Trained int            `json:"trained"`
	Fewest  []number.Float `json:"fewest"`
	// Bits are enough in the share of these that the search asks for, and MultiplyAddBits
	// are the bits times the network's multiply-adds; null where there are none.
	Bits            number.Float `json:"bits"`
	MultiplyAddBits number.Float `json:"multiply_add_bits"`
}

const (
	bitTrainings = 20   // of each network
	bitRows      = 4000 // test rows that may flip, at most
)

// MeasureBits measures the smallest network of each activation and depth that reaches the
// target, jobs trainings at a time. What it finds does not depend on how many.
func (r *Result) MeasureBits(ctx context.Context, jobs int) error {
	each := min(bitTrainings, r.Config.Seeds)
	var trials []Trial
	var depths []*DepthResult
	for i := range r.Activations {
		for k := range r.Activations[i].Depths {
			d := &r.Activations[i].Depths[k]
			if n := d.Bracket().Reaches; n != nil {
				depths = append(depths, d)
				for number := range each {
					trials = append(trials, Trial{Activation: n.Activation, Shape: n.Shape, Rate: n.Rate, Number: number})
				}
			}
		}
	}
	pool, err := experiment.NewPool(jobs)
	if err != nil {
		return err
	}
	work := experiment.Work[Trial, number.Float]{Pool: pool, Train: r.Config.bits}
	all, err := work.All(ctx, trials)
	if err != nil {
		return err
	}
	for i, d := range depths {
		d.Bits = bitsOf(all[i*each:(i+1)*each], r.Config.Share, d.Bracket().Reaches.MultiplyAdds)
	}
	return nil
}

// none stands for a training that does not reach the target.
const none = 0

// bits are those that a training needs; it may also be none.
func (c Config) bits(ctx context.Context, trainer *experiment.Trainer, t Trial) (number.Float, error) {
	training, diverged, err := c.train(ctx, trainer, t)
	if err != nil || diverged {
		return none, err
	}
	accuracy, err := training.Network.Accuracy(training.Data.Test)
	if err != nil || accuracy < c.Target {
		return none, err
	}
	train, err := geometry.Observe(ctx, training.Network, training.Data.Train.First(geometry.MeasuredRows(training.Network.Inputs())))
	if err != nil {
		return none, err
	}
	test, err := geometry.Observe(ctx, training.Network, training.Data.Test.First(bitRows))
	if err != nil {
		return none, err
	}
	bits, err := geometry.FewestBits(training.Network, train, test)
	return number.Float(bits), err
}

// bitsOf summarises trainings of a network with so many multiply-adds.
func bitsOf(trainings []number.Float, share float64, multiplyAdds int) *Bits {
	undefined := number.Float(math.NaN())
	b := &Bits{Trained: len(trainings), Fewest: []number.Float{}, Bits: undefined, MultiplyAddBits: undefined}
	for _, bits := range trainings {
		if bits != none {
			b.Fewest = append(b.Fewest, bits)
		}
	}
	beyond := func(v number.Float) float64 { // NaN is more than any
		if math.IsNaN(float64(v)) {
			return math.Inf(1)
		}
		return float64(v)
	}
	slices.SortFunc(b.Fewest, func(x, y number.Float) int { return cmp.Compare(beyond(x), beyond(y)) })
	if n := len(b.Fewest); n > 0 {
		enough := min(max(int(math.Ceil(share*float64(n)-1e-9)), 1), n) // but for rounding of the product
		b.Bits = b.Fewest[enough-1]
		b.MultiplyAddBits = b.Bits * number.Float(multiplyAdds)
	}
	return b
}
