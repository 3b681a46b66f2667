package models

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// A textbook takes one full-batch step with the gradient at given parameters. It
// is written from the papers, entry by entry, in other forms than the optimisers.
type textbook func(step int, p []float64, gradient func(at []float64) []float64)

const (
	bookRate  = 0.3
	bookShare = 0.9
)

var textbooks = map[string]func(size int) textbook{
	"descent": func(int) textbook {
		return func(_ int, p []float64, gradient func([]float64) []float64) {
			for i, g := range gradient(p) {
				p[i] = p[i] - bookRate*g
			}
		}
	},
	// Polyak's form: the next step is along the last one.
	"momentum": func(size int) textbook {
		last := make([]float64, size)
		return func(_ int, p []float64, gradient func([]float64) []float64) {
			for i, g := range gradient(p) {
				last[i] = bookShare*last[i] - bookRate*g
				p[i] += last[i]
			}
		}
	},
	// Sutskever's form keeps θ and takes the gradient at θ + μ v; the optimiser's
	// parameters are those points.
	"nesterov": func(size int) textbook {
		var theta []float64
		v := make([]float64, size)
		return func(step int, p []float64, gradient func([]float64) []float64) {
			if step == 1 {
				theta = slices.Clone(p)
			}
			for i, g := range gradient(p) {
				v[i] = bookShare*v[i] - bookRate*g
				theta[i] += v[i]
				p[i] = theta[i] + bookShare*v[i]
			}
		}
	},
	// The means as sums over all gradients so far.
	"adam": func(size int) textbook {
		var all [][]float64
		return func(step int, p []float64, gradient func([]float64) []float64) {
			all = append(all, slices.Clone(gradient(p)))
			for i := range p {
				var mean, square, meanWeight, squareWeight float64
				for past, g := range all {
					age := float64(step - 1 - past)
					mean += math.Pow(0.9, age) * g[i]
					meanWeight += math.Pow(0.9, age)
					square += math.Pow(0.999, age) * g[i] * g[i]
					squareWeight += math.Pow(0.999, age)
				}
				p[i] -= bookRate * mean / meanWeight / (math.Sqrt(square/squareWeight) + 1e-8)
			}
		}
	},
}

// flat are all parameters in one array, and back.
func flat(net *Network) []float64 {
	var all []float64
	for _, p := range net.Parameters {
		all = append(all, p.Values...)
	}
	return all
}

func unflatten(net *Network, all []float64) {
	for _, p := range net.Parameters {
		all = all[copy(p.Values, all):]
	}
}

func TestOptimisersStepAsTheirTextbooksSay(t *testing.T) {
	set := moons(t, 20)
	for _, optimiser := range Optimisers() {
		for _, extra := range []struct{ decay, clip float64 }{{0, 0}, {0.05, 0}, {0, 0.1}, {0.05, 0.1}} {
			if extra.decay > 0 && optimiser.Name() == "nesterov" {
				continue // its textbook keeps other parameters, to which the decay would apply
			}
			t.Run(fmt.Sprint(optimiser.Name(), extra), func(t *testing.T) {
				net, shuffle := newNet(t, graph.Tanh, 4, 3)
				witness, _ := newNet(t, graph.Tanh, 4, 3)
				p := flat(witness)
				book := textbooks[optimiser.Name()](len(p))
				clipped := 0
				gradient := func(at []float64) []float64 {
					unflatten(witness, at)
					g, err := witness.Gradient(set)
					if err != nil {
						t.Fatal(err)
					}
					var all []float64
					for _, array := range g.Parameters {
						all = append(all, array...)
					}
					norm := 0.0
					for _, v := range all {
						norm += v * v
					}
					if norm = math.Sqrt(norm); extra.clip > 0 && norm > extra.clip {
						clipped++
						for i := range all {
							all[i] *= extra.clip / norm
						}
					}
					return all
				}
				decayed := func(p []float64) { // the weights only
					at := 0
					for i, array := range witness.Parameters {
						for range array.Values {
							if i%2 == 0 {
								p[at] -= bookRate * extra.decay * p[at]
							}
							at++
						}
					}
				}
				const steps = 12
				training := Training{Rate: bookRate, Batch: 20, Epochs: steps, Shuffle: shuffle, Optimiser: optimiser, WeightDecay: extra.decay, Clip: extra.clip}
				step := 0
				_, err := Train(t.Context(), net, set, training, RecorderFunc(func(Epoch) error {
					step++
					g := gradient(slices.Clone(p))
					decayed(p)
					book(step, p, func([]float64) []float64 { return g })
					for i, v := range flat(net) {
						if math.Abs(v-p[i]) > 2e-12*math.Max(1, math.Abs(p[i])) {
							return fmt.Errorf("step %d: parameter %d is %v, want %v", step, i, v, p[i])
						}
					}
					return nil
				}))
				if err != nil {
					t.Error(err)
				}
				if step != steps || (clipped == 0) != (extra.clip == 0) {
					t.Errorf("%d steps, %d of them clipped", step, clipped)
				}
			})
		}
	}
}

// Decay shrinks weights and nothing else, and does not enter an optimiser's memory.
func TestWeightDecayIsDecoupled(t *testing.T) {
	set := moons(t, 10)
	for _, optimiser := range Optimisers() {
		course := func(decay float64) *Network {
			net, shuffle := newNet(t, graph.Tanh, 3)
			if _, err := Train(t.Context(), net, set, Training{Rate: 0.1, Batch: 10, Epochs: 1, Shuffle: shuffle, Optimiser: optimiser, WeightDecay: decay}); err != nil {
				t.Fatal(err)
			}
			return net
		}
		before, _ := newNet(t, graph.Tanh, 3)
		without, with := course(0), course(0.5)
		for i, p := range with.Parameters {
			for j, v := range p.Values {
				want := without.Parameters[i].Values[j]
				if p.Weight {
					want -= 0.1 * 0.5 * before.Parameters[i].Values[j]
				}
				if math.Abs(v-want) > 1e-15 {
					t.Errorf("%s: %s[%d] is %v, want %v", optimiser.Name(), p.Name, j, v, want)
				}
			}
		}
	}
}

func TestBadOptimisersAreRefused(t *testing.T) {
	for _, optimiser := range []Optimiser{
		Momentum{-0.1}, Momentum{1}, Nesterov{math.NaN()}, Adam{1, 0.9, 1e-8}, Adam{0.9, -1, 1e-8}, Adam{0.9, 0.9, 0}, Adam{0.9, 0.9, math.Inf(1)},
	} {
		training := Training{Rate: 0.1, Batch: 1, Epochs: 1, Shuffle: data.NewRandomState(1), Optimiser: optimiser}
		if err := training.Validate(); err == nil {
			t.Errorf("%+v was accepted", optimiser)
		}
	}
	for _, optimiser := range Optimisers() {
		if found, err := OptimiserNamed(optimiser.Name()); err != nil || found != optimiser || found.Validate() != nil {
			t.Errorf("%s: found %v, %v", optimiser.Name(), found, err)
		}
	}
	if _, err := OptimiserNamed("adams"); err == nil || !strings.Contains(err.Error(), "did you mean adam? Choose one of descent, momentum, nesterov, adam") {
		t.Errorf("got %v", err)
	}
}
