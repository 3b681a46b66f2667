package comparison

import (
	"encoding/json"
	"math"
	"testing"

	"actscope/models/geometry"
)

func TestAlignmentsCompareTheHiddenLayersOfTwoNetworks(t *testing.T) {
	r := articleResult(t)
	all := r.Alignments()
	if len(all) != 1 || all[0].Networks != [2]string{"sigmoid", "relu"} || len(all[0].CKA) != 2 {
		t.Fatalf("%+v", all)
	}
	for l, row := range all[0].CKA {
		for k, got := range row {
			want, err := geometry.CKA(r.Networks[1].Test.Hidden(k+1), r.Networks[0].Test.Hidden(l+1))
			if err != nil || math.Abs(float64(got)-want) > 1e-12 || !(got > 0 && got < 1) {
				t.Errorf("layers %d and %d: %v, the other way round %v, %v", l+1, k+1, got, want, err)
			}
		}
	}
}

// The thesis of the article as a number, in its own run: both networks keep the order
// of the distances to their own boundaries, the sigmoid network, whose boundary is all
// but straight, better than the other. The values are those of
// testdata/distance_correlation.py.
func TestTheArticlesNetworksKeepTheDistanceToTheirBoundaries(t *testing.T) {
	r := articleResult(t)
	for i, want := range []struct{ within, pooled []float64 }{
		{[]float64{0.99786, 0.99812, 0.99529, 0.99899}, []float64{0.99750, 0.99750, 0.99430, 0.98460}},
		{[]float64{0.68280, 0.90888, 0.92192, 0.89963}, []float64{0.68211, 0.90320, 0.91467, 0.85884}},
	} {
		n := r.Networks[i]
		for l, layer := range n.Geometry.Layers {
			if got := float64(layer.DistanceCorrelation); math.Abs(got-want.within[l]) > 0.002 {
				t.Errorf("%s, %s: %.4f, want %.4f", n.Name, layer.Name, got, want.within[l])
			}
			if got := float64(layer.DistanceCorrelationPooled); math.Abs(got-want.pooled[l]) > 0.002 {
				t.Errorf("%s, %s, pooled: %.4f, want %.4f", n.Name, layer.Name, got, want.pooled[l])
			}
		}
		if spread := n.Spread; math.Abs(float64(n.Geometry.Layers[1].Spread)-spread[0]) > 1e-12 {
			t.Errorf("%s: a spread of %v and one of %v", n.Name, n.Geometry.Layers[1].Spread, spread[0])
		}
	}
	if regions := r.Networks[1].Geometry.PlaneRegions; regions != 37 {
		t.Errorf("the lines of eight units make %v regions", regions)
	}
}

func TestGeometrySurvivesTheRunFile(t *testing.T) {
	run := articleResult(t).Summary("reproduce", nil)
	text, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	var read Summary
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(text) {
		t.Errorf("it reads as\n%s\nwhere there was\n%s", again, text)
	}
}
