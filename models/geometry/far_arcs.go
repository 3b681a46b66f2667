package geometry

import (
	"fmt"
	"math"
	"slices"

	"actscope/graph"
	"actscope/internal/panics"
	"actscope/models"
)

// Arc is a range of directions in the plane along which a network's logit, or the lead of one
// of its units, has one limit, wherever the ray begins.
type Arc struct {
	// From and To are angles from the first axis in radians: From is at least 0 and below
	// 2π, To above From by at most 2π.
	From, To float64
	// Logit is the limit, -Inf or +Inf where it grows without bound.
	Logit float64
}

// Share is the arc's share of all directions, from 0 to 1.
func (a Arc) Share() float64 { return (a.To - a.From) / (2 * math.Pi) }

// Class is the class that a network of two classes predicts there, 0 or 1.
func (a Arc) Class() int {
	if a.Logit >= 0 {
		return 1
	}
	return 0
}

// FarArcs divides all directions by the limit of the logit of a network of two inputs, in the
// order of their angles. It follows what each unit comes to far out, r (x, y)·d + c along the
// direction d at the distance r: an affine map takes such functions to such ones, an
// activation to its asymptote at the end that the sign of (x, y)·d leads to, and a unit whose
// (x, y) is 0 to its value at c. Arcs end where a sign changes. That is exact for an
// activation that is straight in pieces (the affine pieces of Hein, Andriushchenko &
// Bitterwolf 2019, 1812.05720) or saturates; on an arc where another one's slopes cancel,
// the limit is as exact as its asymptotes, to 1e-6.
//
// Single directions between two arcs, on which a unit rests at a value between its limits,
// have limits of their own, which are no part of this. The error says that a network has
// other than two inputs, a part, an activation without asymptotes, or several outputs: see
// [FarLeads].
func FarArcs(net *models.Network) ([]Arc, error) {
	if net = net.OneUnit(); net.Outputs() > 1 {
		return nil, fmt.Errorf("geometry: %d outputs have limits of their own: see FarLeads", net.Outputs())
	}
	return FarLeads(net, 0)
}

// FarLeads is [FarArcs] of the [Lead] of an output unit (from 0): its class is predicted far
// out where the limit is above 0. Of a unit that predicts a number it is that of the number,
// before the output's activation.
func FarLeads(net *models.Network, unit int) (_ []Arc, err error) {
	defer panics.Catch(&err, "following %v far away", net)
	if unit < 0 || unit >= net.Outputs() {
		return nil, fmt.Errorf("geometry: output unit %d of %d: they are counted from 0", unit, net.Outputs())
	}
	if net.Inputs() != 2 {
		return nil, fmt.Errorf("geometry: %d inputs: directions are divided into arcs for two", net.Inputs())
	}
	sectors := []sector{{0, 2 * math.Pi, []farUnit{{x: 1}, {y: 1}}}}
	layers := net.Layers()
	for l, layer := range layers {
		if len(layer.Parts) > 0 {
			return nil, fmt.Errorf("geometry: layer %d has the part %s: far limits are known of layers without parts", l+1, layer.Parts[0].Name())
		}
		weights, bias := net.Parameters[2*l].Values, net.Parameters[2*l+1].Values
		var divided []sector
		for _, s := range sectors {
			if s = s.through(weights, bias); l == len(layers)-1 {
				s.units = leadsOf(s.units, unit, net.Targets() == graph.Classes)
			}
			divided = append(divided, s.divided()...)
		}
		if sectors = divided; l == len(layers)-1 {
			break
		}
		below, okBelow := asymptoteOf(layer.Activation, -1)
		above, okAbove := asymptoteOf(layer.Activation, 1)
		if !okBelow || !okAbove {
			return nil, fmt.Errorf("geometry: %s has no asymptotes: its networks have no limits far away", layer.Activation.Name)
		}
		for _, s := range sectors {
			for i, u := range s.units {
				switch slope := u.along(s.middle()); {
				case slope > 0:
					s.units[i] = u.on(above)
				case slope < 0:
					s.units[i] = u.on(below)
				default:
					s.units[i].c = layer.Activation.Value(u.c)
				}
			}
		}
	}
	return arcs(sectors), nil
}

// farUnit is what a unit comes to far out: r (x, y)·d + c in the direction d.
type farUnit struct{ x, y, c float64 }

// along is the growth in the direction of an angle.
func (u farUnit) along(angle float64) float64 {
	sin, cos := math.Sincos(angle)
	return u.x*cos + u.y*sin
}

// on is the unit on a straight line.
func (u farUnit) on(a asymptote) farUnit {
	return farUnit{a.slope * u.x, a.slope * u.y, a.slope*u.c + a.offset}
}

// leadsOf are what a unit is more than each of the others, or than 0.
func leadsOf(units []farUnit, unit int, overOthers bool) []farUnit {
	if !overOthers {
		return units[unit : unit+1]
	}
	var leads []farUnit
	for j, other := range units {
		if u := units[unit]; j != unit {
			leads = append(leads, farUnit{u.x - other.x, u.y - other.y, u.c - other.c})
		}
	}
	return leads
}

// sector is a range of angles with a layer's units there.
type sector struct {
	from, to float64
	units    []farUnit
}

func (s sector) middle() float64 { return s.from + (s.to-s.from)/2 }

// through is the next layer's pre-activations, of weights fan-in × units.
func (s sector) through(weights, bias []float64) sector {
	next := sector{s.from, s.to, make([]farUnit, len(bias))}
	for j, b := range bias {
		sum := farUnit{c: b}
		for i, u := range s.units {
			w := weights[i*len(bias)+j]
			sum.x, sum.y, sum.c = sum.x+w*u.x, sum.y+w*u.y, sum.c+w*u.c
		}
		next.units[j] = sum
	}
	return next
}

// divided cuts the sector where a unit's growth changes sign.
func (s sector) divided() []sector {
	// Growths that change sign at one direction do so in places that differ by rounding.
	const rounding = 1e-12
	var cuts []float64
	for _, u := range s.units {
		if u.x == 0 && u.y == 0 {
			continue
		}
		for _, quarter := range []float64{1, 3} {
			cut := math.Mod(math.Atan2(u.y, u.x)+quarter*math.Pi/2+2*math.Pi, 2*math.Pi)
			if cut > s.from+rounding && cut < s.to-rounding {
				cuts = append(cuts, cut)
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.CompactFunc(cuts, func(a, b float64) bool { return math.Abs(a-b) < rounding })
	var pieces []sector
	from := s.from
	for _, to := range append(cuts, s.to) {
		pieces = append(pieces, sector{from, to, slices.Clone(s.units)})
		from = to
	}
	return pieces
}

// arcs are the sectors of leads, of which the least counts, neighbours with one limit as one.
func arcs(sectors []sector) []Arc {
	var all []Arc
	for _, s := range sectors {
		logit := math.Inf(1)
		for _, lead := range s.units {
			limit := lead.c
			if slope := lead.along(s.middle()); slope != 0 {
				limit = math.Inf(int(math.Copysign(1, slope)))
			}
			logit = min(logit, limit)
		}
		if n := len(all); n > 0 && all[n-1].Logit == logit {
			all[n-1].To = s.to
			continue
		}
		all = append(all, Arc{s.from, s.to, logit})
	}
	if last := len(all) - 1; last > 0 && all[0].Logit == all[last].Logit { // over the angle 0
		all[last].To += all[0].To
		all = all[1:]
	}
	return all
}
