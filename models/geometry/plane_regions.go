package geometry

import (
	"fmt"
	"math/big"

	"actscope/models"
)

// PlaneRegions is the number of regions into which lines a x + b y + c = 0, given as
// (a, b, c), part the plane: exactly, in rational arithmetic. Lines in general position
// make 1 + n + n(n-1)/2 (Steiner 1826), the most that a layer of n rectifiers has;
// parallel lines, several through one point and equal ones make fewer. With a = b = 0
// there is no line. Coefficients have to be finite; others make no line.
//
// Each line in turn adds a region for every stretch into which the lines before it
// cut it.
func PlaneRegions(lines [][3]float64) int {
	regions := 1
	var before []exactLine
	for _, coefficients := range lines {
		line, ok := newExactLine(coefficients)
		if !ok {
			continue
		}
		known := false
		cuts := make(map[string]bool)
		for _, other := range before {
			at, crosses := line.meet(other)
			if crosses {
				cuts[at] = true
			}
			known = known || (!crosses && line.c.Cmp(other.c) == 0)
		}
		if !known {
			regions += 1 + len(cuts)
			before = append(before, line)
		}
	}
	return regions
}

// exactLine is a line a x + b y + c = 0 scaled so that the first of a and b that is
// not 0 is 1: equal lines have equal coefficients.
type exactLine struct{ a, b, c *big.Rat }

func newExactLine(coefficients [3]float64) (exactLine, bool) {
	var r [3]*big.Rat
	for i, v := range coefficients {
		if r[i] = new(big.Rat).SetFloat64(v); r[i] == nil {
			return exactLine{}, false
		}
	}
	scale := r[0]
	if scale.Sign() == 0 {
		scale = r[1]
	}
	if scale.Sign() == 0 {
		return exactLine{}, false
	}
	scale = new(big.Rat).Inv(scale)
	for i := range r {
		r[i].Mul(r[i], scale)
	}
	return exactLine{r[0], r[1], r[2]}, true
}

// meet is the point in which two lines meet, as a name; parallel and equal lines have
// none.
func (l exactLine) meet(m exactLine) (at string, ok bool) {
	determinant := cross(l.a, l.b, m.a, m.b)
	if determinant.Sign() == 0 {
		return "", false
	}
	x, y := cross(l.b, l.c, m.b, m.c), cross(l.c, l.a, m.c, m.a)
	return x.Quo(x, determinant).RatString() + " " + y.Quo(y, determinant).RatString(), true
}

// cross is a d - b c.
func cross(a, b, c, d *big.Rat) *big.Rat {
	left := new(big.Rat).Mul(a, d)
	return left.Sub(left, new(big.Rat).Mul(b, c))
}

// planeUnits is the width up to which the lines of a layer are counted.
const planeUnits = 64

// kinkLines are the lines of the plane on which a unit of the first hidden layer of a
// network of two inputs has a kink, for [PlaneRegions].
func kinkLines(net *models.Network) (lines [][3]float64, reason string) {
	if net.Inputs() != 2 {
		return nil, "counted on the plane of two inputs"
	}
	layers, reason := straightLayers(net)
	if reason != "" || len(layers) == 0 {
		return nil, reason
	}
	first := layers[0]
	if len(first.bias) > planeUnits {
		return nil, fmt.Sprintf("counted for at most %d units", planeUnits)
	}
	for unit, bias := range first.bias {
		for _, kink := range first.pieces.kinks {
			lines = append(lines, [3]float64{first.weights.At(0, unit), first.weights.At(1, unit), bias - kink})
		}
	}
	return lines, ""
}
