package data

import (
	"bytes"
	"math"
	"math/bits"
	"testing"

	"gonum.org/v1/gonum/mathext/prng"
)

// gonum's twister is the second opinion: the same words, and the same stored form.
func TestTwisterDrawsGonumsWords(t *testing.T) {
	for _, seed := range []uint32{0, 1, 42, 5489, math.MaxUint32} {
		rng, oracle := NewRandomState(seed), prng.NewMT19937()
		oracle.Seed(uint64(seed))
		for i := range 3*twisterWords + 1 {
			if i%100 == 0 || i%twisterWords < 2 {
				stored, err := rng.MarshalBinary()
				if err != nil {
					t.Fatal(err)
				}
				want, err := oracle.MarshalBinary()
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(stored[len(stateMarker):keptOffset], want) {
					t.Fatalf("seed %d: another state after %d words", seed, i)
				}
			}
			if got, want := rng.twister.next(), oracle.Uint32(); got != want {
				t.Fatalf("seed %d: word %d is %#x, want %#x", seed, i, got, want)
			}
		}
	}
}

// The words of the authors' own test program are not at hand; the standard of C++ gives
// the 10000th of the default seed (ISO/IEC 14882, [rand.predef]).
func TestTwisterHasTheWordOfTheStandard(t *testing.T) {
	var w twister
	w.seed(5489)
	for range 9999 {
		w.next()
	}
	if got := w.next(); got != 4123659995 {
		t.Errorf("%d instead of 4123659995", got)
	}
}

// Permutations end within, at and beyond the words of a block.
func TestPermutationsDrawAsBoundedDoes(t *testing.T) {
	rng := NewRandomState(8)
	for n := range 700 {
		other := rng.Clone()
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		other.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		for i, got := range rng.Permutation(n) {
			if got != order[i] {
				t.Fatalf("of %d: entry %d is %d, want %d", n, i, got, order[i])
			}
		}
		if *rng.twister != *other.twister {
			t.Fatalf("of %d: drew another number of words", n)
		}
	}
}

// Why there is a twister here beside gonum's.
func BenchmarkPermutation(b *testing.B) {
	order := make([]int, 300)
	b.Run("own words", func(b *testing.B) {
		rng := NewRandomState(1)
		for b.Loop() {
			rng.PermutationInto(order)
		}
	})
	b.Run("gonum's words", func(b *testing.B) {
		twister := prng.NewMT19937()
		for b.Loop() {
			for i := range order {
				order[i] = i
			}
			last := uint32(len(order) - 1)
			mask := uint32(1)<<bits.Len32(last) - 1
			for i := last; i > 0; {
				v := twister.Uint32() & mask
				rejected := uint32((int64(i) - int64(v)) >> 63)
				j := v ^ (v^i)&rejected
				order[i], order[j] = order[j], order[i]
				if i -= 1 + rejected; i <= mask>>1 {
					mask >>= 1
				}
			}
		}
	})
}
