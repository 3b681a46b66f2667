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
// but straight, better than the other.
func TestTheArticlesNetworksKeepTheDistanceToTheirBoundaries(t *testing.T) {
	r := articleResult(t)
	for i, want := range [][]float64{{0.9975, 0.9975, 0.9943, 0.9846}, {0.6821, 0.9032, 0.9147, 0.8588}} {
		n := r.Networks[i]
		for l, layer := range n.Geometry.Layers {
			if got := float64(layer.DistanceCorrelation); math.Abs(got-want[l]) > 0.002 {
				t.Errorf("%s, %s: %.4f, want %.4f", n.Name, layer.Name, got, want[l])
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
