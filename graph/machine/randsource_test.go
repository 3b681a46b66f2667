package machine

import (
	"math"
	"math/rand"
	"testing"
)

func TestLaggedSourcesGoOnAsThoseOfMathRand(t *testing.T) {
	if !sourcesAreLagged() {
		t.Fatal("this version of Go has other sources: dropouts draw their numbers one by one")
	}
	for seed := range int64(30) {
		ours, theirs := rand.New(rand.NewSource(seed)), rand.New(rand.NewSource(seed))
		for n := range 700 {
			p := theirs.Float64()
			if ours.Float64() != p {
				t.Fatal("generators of one seed differ")
			}
			kept := make([]float32, n)
			mark(sourceOf(ours), kept, keptBelow(func(f float64) bool { return f < p }))
			for i, x := range kept {
				if (theirs.Float64() < p) != (x == 1) {
					t.Fatalf("seed %d: number %d of %d is not that of math/rand", seed, i, n)
				}
			}
		}
	}
}

// Numbers that would make 1 are drawn again, and those beside them are not.
func TestLaggedSourcesDrawAgainWhatMakesOne(t *testing.T) {
	for _, number := range []int64{drawnAgain - 1, drawnAgain, math.MaxInt64} {
		kept, sources := make([]float64, 20), [2]*lagged{}
		var generators [2]*rand.Rand
		for i := range generators {
			generators[i] = rand.New(rand.NewSource(3))
			sources[i] = sourceOf(generators[i])
			for j := range sources[i].numbers {
				sources[i].numbers[j] = 0
			}
			for at := 330; at > 320; at -= 3 { // it is added to 0
				sources[i].numbers[at] = number
			}
		}
		mark(sources[0], kept, keptBelow(func(f float64) bool { return f < 0.5 }))
		for i, x := range kept {
			if (generators[1].Float64() < 0.5) != (x == 1) {
				t.Errorf("number %d beside %d is not that of math/rand", i, number)
			}
		}
	}
}

func TestOtherSourcesAreNotTakenForLaggedOnes(t *testing.T) {
	if sourceOf(rand.New(other{})) != nil {
		t.Error("a source of another type is taken for one of math/rand")
	}
}

type other struct{ rand.Source }
