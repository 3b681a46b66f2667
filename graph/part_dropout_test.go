package graph

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestDropoutMasksTrainingOnly(t *testing.T) {
	with, plain, _ := partProgram(t, 400, Training, nil, "dropout:0.3")
	whole := capture(t, plain, Point{1, PostActivation}).Copy()
	if !slices.Equal(capture(t, with, Point{1, PostActivation}).Copy(), whole) {
		t.Error("before the first draw something is dropped")
	}
	with.Draw(rand.New(rand.NewPCG(4, 4)))
	if err := with.Run(); err != nil {
		t.Fatal(err)
	}
	numbers := rand.New(rand.NewPCG(4, 4))
	dropped := 0
	for i, a := range capture(t, with, Point{1, PostActivation}).Copy() {
		want := whole[i] / 0.7
		if numbers.Float64() < 0.3 {
			want = 0
			dropped++
		}
		if math.Abs(a-want) > 1e-15 {
			t.Fatalf("entry %d is %v, want %v", i, a, want)
		}
	}
	if share := float64(dropped) / 2400; math.Abs(share-0.3) > 0.03 {
		t.Errorf("%v of the entries are dropped", share)
	}
	with, plain, _ = partProgram(t, 9, Evaluation, nil, "dropout:0.3")
	if with.Draws() || !slices.Equal(with.Probability(), plain.Probability()) {
		t.Error("dropout changes an evaluation")
	}
}
