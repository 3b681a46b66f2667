package graph

import (
	"fmt"
	"math"
	"testing"

	"actscope/graph/machine/elementary"
)

// single compiles a network of one weight and one bias, so that z = w x + b, and
// gives objective, reported loss and d objective / d b.
func single(t *testing.T, loss Loss, z, y float64) (objective, reported, slope float64) {
	t.Helper()
	n := Architecture{Inputs: 1, Layers: []Layer{{Units: 1, Activation: Sigmoid}}, Loss: loss}
	parameters := n.NewParameters()
	parameters[0].Values[0] = z
	p, err := Compile(n, parameters, 1, Options{Purpose: Training})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.X[0], p.Y[0] = 1, y
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return p.Objective(), p.ReportedLoss(), p.Gradient(1)[0]
}

// For one row the logits objective is elementary.Softplus(z) - z y with derivative σ(z) - y.
func TestLogitsLossIsExactEverywhere(t *testing.T) {
	for _, z := range hardInputs {
		for _, y := range []float64{0, 1} {
			t.Run(fmt.Sprint(z, y), func(t *testing.T) {
				value, derivative := elementary.Softplus(z), elementary.Sigmoid(z)
				if y == 1 { // in forms that do not cancel
					value, derivative = elementary.Softplus(-z), -elementary.Sigmoid(-z)
				}
				objective, reported, slope := single(t, Logits, z, y)
				if !close(objective, value, 1e-15) || !close(slope, derivative, 1e-15) {
					t.Errorf("got %v with slope %v, want %v with %v", objective, slope, value, derivative)
				}
				p := elementary.Sigmoid(z)
				if want := -(y*math.Log(p+1e-9) + (1-y)*math.Log(1-p+1e-9)); math.Abs(reported-want) > 1e-14 {
					t.Errorf("reported %v, want %v", reported, want)
				}
			})
		}
	}
}

// Its derivative is -y p q/(p+ε) + (1-y) p q/(q+ε).
func TestArticleLossIsDifferentiatedAsItStands(t *testing.T) {
	for _, z := range hardInputs {
		for _, y := range []float64{0, 1} {
			t.Run(fmt.Sprint(z, y), func(t *testing.T) {
				p, q := elementary.Sigmoid(z), elementary.Sigmoid(-z)
				objective, _, slope := single(t, ArticleLoss, z, y)
				value, derivative := -math.Log(q+1e-9), p*q/(q+1e-9)
				if y == 1 {
					value, derivative = -math.Log(p+1e-9), -p*q/(p+1e-9)
				}
				if !close(objective, value, 1e-14) || !close(slope, derivative, 1e-13) {
					t.Errorf("got %v with slope %v, want %v with %v", objective, slope, value, derivative)
				}
			})
		}
	}
}

// The study's example of a confidently wrong point: z = -20, y = 1.
func TestLossesDisagreeWhereAPointIsConfidentlyWrong(t *testing.T) {
	_, _, logits := single(t, Logits, -20, 1)
	_, _, article := single(t, ArticleLoss, -20, 1)
	if math.Abs(logits+1) > 1e-8 || math.Abs(article+0.6733) > 1e-4 {
		t.Errorf("gradients %v and %v, want about -1 and -0.6733", logits, article)
	}
}
