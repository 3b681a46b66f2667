package geometry

import (
	"math"
	"strings"
	"testing"

	"actscope/graph"
	"actscope/models"
)

// limitAt is the limit in a direction that is nowhere near an arc's end.
func limitAt(arcs []Arc, angle float64) (logit float64, ok bool) {
	const near = 2e-4
	for _, a := range arcs {
		for _, turned := range []float64{angle, angle + 2*math.Pi} {
			if turned > a.From+near && turned < a.To-near {
				return a.Logit, true
			}
		}
	}
	return 0, false
}

// The network itself, evaluated far out in 3,600 directions, is the truth.
func TestFarArcsAreWhatNetworksDoFarAway(t *testing.T) {
	const directions = 3600
	for _, a := range graph.Activations() {
		for seed, hidden := range [][]int{{1}, {5}, {3, 3}, {8, 8}, {4, 4, 4}} {
			net := randomNet(t, uint64(seed), a, hidden...)
			arcs, err := FarArcs(net)
			if err != nil {
				t.Fatal(err)
			}
			whole := 0.0
			for i, arc := range arcs {
				whole += arc.Share()
				if next := arcs[(i+1)%len(arcs)]; math.Abs(math.Mod(arc.To-next.From+3*math.Pi, 2*math.Pi)-math.Pi) > 1e-12 {
					t.Errorf("%s %v: an arc ends at %v, the next one begins at %v", a.Name, hidden, arc.To, next.From)
				}
			}
			if math.Abs(whole-1) > 1e-12 {
				t.Errorf("%s %v: the shares of %d arcs add up to %v", a.Name, hidden, len(arcs), whole)
			}
			for _, r := range []float64{1e7, 1e9} {
				var x []float64
				for i := range directions {
					sin, cos := math.Sincos(2 * math.Pi * (float64(i) + 0.3) / directions)
					x = append(x, r*cos+0.7, r*sin-1.3) // wherever rays begin
				}
				probability, err := net.Predict(x)
				if err != nil {
					t.Fatal(err)
				}
				compared := 0
				for i, p := range probability {
					logit, ok := limitAt(arcs, 2*math.Pi*(float64(i)+0.3)/directions)
					if !ok {
						continue
					}
					compared++
					if want := graph.Sigmoid.Value(logit); math.Abs(p-want) > 1e-6 {
						t.Fatalf("%s %v: P = %v in direction %d at %v, want %v", a.Name, hidden, p, i, r, want)
					}
				}
				if compared < directions*9/10 {
					t.Errorf("%s %v: %d directions compared", a.Name, hidden, compared)
				}
			}
		}
	}
}

// By hand: one sigmoid unit that reads x leaves two half-planes, two ReLU units that
// read x and y a dead quarter with the output's bias.
func TestFarArcsOfNetworksByHand(t *testing.T) {
	net := randomNet(t, 1, graph.Sigmoid, 1)
	copy(net.Parameters[0].Values, []float64{2, 0})
	net.Parameters[2].Values[0], net.Parameters[3].Values[0] = 5, -1
	arcs, err := FarArcs(net)
	if err != nil || len(arcs) != 2 || arcs[0] != (Arc{math.Pi / 2, 3 * math.Pi / 2, -1}) || arcs[1].Logit != 4 || arcs[1].Share() != 0.5 || arcs[1].To != 2.5*math.Pi {
		t.Errorf("%v, %v", arcs, err)
	}
	net = randomNet(t, 1, graph.ReLU, 2)
	copy(net.Parameters[0].Values, []float64{1, 0, 0, 1})
	copy(net.Parameters[1].Values, []float64{0.5, -0.5})
	copy(net.Parameters[2].Values, []float64{3, -3})
	net.Parameters[3].Values[0] = -2
	arcs, err = FarArcs(net)
	inf := math.Inf(1)
	want := []Arc{{math.Pi / 4, math.Pi, -inf}, {math.Pi, 3 * math.Pi / 2, -2}, {3 * math.Pi / 2, 2.25 * math.Pi, inf}}
	if err != nil || len(arcs) != 3 {
		t.Fatalf("%v, %v", arcs, err)
	}
	for i, a := range arcs {
		if math.Abs(a.From-want[i].From) > 1e-15 || math.Abs(a.To-want[i].To) > 1e-15 || a.Logit != want[i].Logit {
			t.Errorf("arc %v, want %v", a, want[i])
		}
	}
}

// Far out, the class whose lead has a positive limit is the one that is predicted.
func TestFarLeadsSayWhichClassIsPredictedFarAway(t *testing.T) {
	const directions = 3600
	var x []float64
	for i := range directions {
		sin, cos := math.Sincos(2 * math.Pi * (float64(i) + 0.3) / directions)
		x = append(x, 1e8*cos, 1e8*sin)
	}
	for _, a := range []graph.Activation{graph.Sigmoid, graph.ReLU, graph.GELU} {
		for seed, spec := range []models.MLP{{Outputs: 4, Loss: graph.Softmax}, {Outputs: 3, Loss: graph.Hinge}, {Outputs: 3}, {Outputs: 2, Loss: graph.Softmax}} {
			spec.Inputs, spec.Hidden, spec.Activation = 2, []int{6, 6}, a
			net := headed(t, uint64(seed), spec)
			o, err := net.Observe(x)
			if err != nil {
				t.Fatal(err)
			}
			compared, first := 0, 0
			for unit := range spec.Outputs {
				arcs, err := FarLeads(net, unit)
				if err != nil {
					t.Fatal(err)
				}
				for i := range directions {
					limit, ok := limitAt(arcs, 2*math.Pi*(float64(i)+0.3)/directions)
					if !ok {
						continue
					}
					z := o.Pre[2].RawRowView(i)
					lead := z[unit]
					if net.Targets() == graph.Classes {
						lead = math.Inf(1)
						for j, other := range z {
							if j != unit {
								lead = min(lead, z[unit]-other)
							}
						}
					}
					if math.IsInf(limit, 0) && limit*lead < 1e3 || !math.IsInf(limit, 0) && math.Abs(limit-lead) > 1e-5 {
						t.Fatalf("%s %s%d: the lead of unit %d is %v in direction %d, want %v", a.Name, spec.Loss.Name, spec.Outputs, unit, lead, i, limit)
					}
					if compared++; limit > 0 {
						first++
					}
				}
			}
			if compared < directions*spec.Outputs*9/10 || first == 0 || first == compared {
				t.Errorf("%s %s%d: %d limits compared, %d above 0", a.Name, spec.Loss.Name, spec.Outputs, compared, first)
			}
		}
	}
}

func TestFarArcsRefuseWhatHasNone(t *testing.T) {
	sine := graph.Activation{Name: "sine", Expression: graph.Identity.Expression, Value: math.Sin, Derivative: math.Cos, Gain: 1}
	for want, net := range map[string]*models.Network{
		"3 outputs have limits of their": specified(t, models.MLP{Inputs: 2, Outputs: 3, Loss: graph.Softmax}, 1),
		"3 inputs":                       specified(t, models.MLP{Inputs: 3, Hidden: []int{2}, Activation: graph.ReLU}, 1),
		"the part batch-norm":            specified(t, models.MLP{Inputs: 2, Hidden: []int{2}, Activation: graph.ReLU, Parts: parts(t, "batch-norm")}, 1),
		"sine has no asymptotes: its n":  specified(t, models.MLP{Inputs: 2, Hidden: []int{2}, Activation: sine}, 1),
	} {
		if _, err := FarArcs(net); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestAsymptotesOfKnownFunctions(t *testing.T) {
	for name, test := range map[string]struct {
		value, derivative func(float64) float64
		above, below      asymptote
		none              bool
	}{
		"z/(1+|z|)": {
			value: func(z float64) float64 { return z / (1 + math.Abs(z)) }, derivative: func(z float64) float64 { return 1 / (1 + math.Abs(z)) / (1 + math.Abs(z)) },
			above: asymptote{0, 1}, below: asymptote{0, -1},
		},
		"ln(1+e^z), which overflows": {
			value: func(z float64) float64 { return math.Log(1 + math.Exp(z)) }, derivative: func(z float64) float64 { return math.Exp(z) / (1 + math.Exp(z)) },
			above: asymptote{1, 0}, below: asymptote{0, 0},
		},
		"√(z²+4) + z/2 + 3": {
			value: func(z float64) float64 { return math.Hypot(z, 2) + z/2 + 3 }, derivative: func(z float64) float64 { return z/math.Hypot(z, 2) + 0.5 },
			above: asymptote{1.5, 3}, below: asymptote{-0.5, 3},
		},
		"z²":        {value: func(z float64) float64 { return z * z }, derivative: func(z float64) float64 { return 2 * z }, none: true},
		"sin z":     {value: math.Sin, derivative: math.Cos, none: true},
		"√|z|":      {value: func(z float64) float64 { return math.Sqrt(math.Abs(z)) }, derivative: func(z float64) float64 { return math.Copysign(0.5/math.Sqrt(math.Abs(z)), z) }, none: true},
		"ln(1+|z|)": {value: func(z float64) float64 { return math.Log1p(math.Abs(z)) }, derivative: func(z float64) float64 { return math.Copysign(1/(1+math.Abs(z)), z) }, none: true},
	} {
		for sign, want := range map[float64]asymptote{-1: test.below, 1: test.above} {
			got, ok := asymptoteOf(graph.Activation{Value: test.value, Derivative: test.derivative}, sign)
			if ok == test.none || ok && (math.Abs(got.slope-want.slope) > 1e-9 || math.Abs(got.offset-want.offset) > 1e-6) {
				t.Errorf("%s towards %v∞: %+v, %v; want %+v", name, sign, got, ok, want)
			}
		}
	}
}
