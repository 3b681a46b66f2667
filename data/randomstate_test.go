package data_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/data"
)

func TestStreamFollowsNumPy(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, seed := range []uint32{0, 42, math.MaxUint32} {
		rng := data.NewRandomState(seed)
		uniform := make([]float64, 700)
		for i := range uniform {
			uniform[i] = rng.Float64()
		}
		reference.identical(fmt.Sprintf("uniform_%d", seed), uniform)

		rng.Seed(seed)
		gauss := make([]float64, 701)
		for i := range gauss {
			gauss[i] = rng.NormFloat64()
		}
		reference.close(fmt.Sprintf("gauss_%d", seed), gauss)
	}
}

func TestBoundedFollowsNumPy(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	rng := data.NewRandomState(7)
	var got []float64
	for _, max := range reference.values("bounded_max") {
		for range 10 {
			got = append(got, float64(rng.Bounded(uint32(max))))
		}
	}
	reference.identical("bounded", got)
}

func TestPermutationAndShuffleFollowNumPy(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	rng := data.NewRandomState(11)
	for _, n := range []int{0, 1, 2, 3, 10, 1000} {
		reference.identical(fmt.Sprintf("permutation_%d", n), floats(rng.Permutation(n)))
	}
	letters := make([]float64, 26)
	for i := range letters {
		letters[i] = float64(i)
	}
	rng.Shuffle(len(letters), func(i, j int) { letters[i], letters[j] = letters[j], letters[i] })
	reference.identical("shuffle", letters)
}

func TestKeptGaussianOutlivesDrawsButNotSeeding(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	rng := data.NewRandomState(3)
	got := []float64{rng.NormFloat64(), rng.Float64(), float64(rng.Permutation(5)[0]), rng.NormFloat64(), rng.NormFloat64()}
	rng.Seed(3)
	reference.close("mixed", append(got, rng.NormFloat64()))
}

func TestCloneGoesItsOwnWay(t *testing.T) {
	rng := data.NewRandomState(5)
	rng.NormFloat64() // keeps a second one
	clone := rng.Clone()
	want := draws(rng.Clone())
	rng.Permutation(1000)
	if got := draws(clone); !slices.Equal(got, want) {
		t.Error("drawing from the original moved its clone")
	}
	if got := draws(rng); slices.Equal(got, want) {
		t.Error("the original stood still")
	}
}

// draws returns the next numbers of a stream, of every kind.
func draws(rng *data.RandomState) []float64 {
	values := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.Float64(), float64(rng.Bounded(1000))}
	return append(values, floats(rng.Permutation(700))...)
}

func TestPermutationIntoDoesNotAllocate(t *testing.T) {
	rng := data.NewRandomState(1)
	order := make([]int, 300)
	if n := testing.AllocsPerRun(10, func() { rng.PermutationInto(order) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestStoredStreamContinuesExactly(t *testing.T) {
	for _, drawn := range []int{0, 1, 2, 623, 1000} {
		rng := data.NewRandomState(9)
		for range drawn {
			rng.NormFloat64()
		}
		stored, err := rng.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var resumed data.RandomState
		if err := resumed.UnmarshalBinary(stored); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(draws(&resumed), draws(rng)) {
			t.Errorf("after %d Gaussians the stored stream goes on differently", drawn)
		}
	}
}

func TestMarshalBinaryRefusesUnseededStream(t *testing.T) {
	var rng data.RandomState
	if _, err := rng.MarshalBinary(); err == nil {
		t.Error("no error")
	}
}

func TestUnmarshalBinaryRefusesMalformedBytes(t *testing.T) {
	rng := data.NewRandomState(9)
	rng.NormFloat64()
	stored, err := rng.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	end := len(stored)
	position, mark, kept := end-13, end-9, end-8
	set := func(at int, b ...byte) []byte {
		damaged := bytes.Clone(stored)
		copy(damaged[at:], b)
		return damaged
	}
	zeroWords := bytes.Clone(stored)
	clear(zeroWords[8:position])
	for _, c := range []struct {
		name    string
		bytes   []byte
		message string
	}{
		{"nothing", nil, "0 bytes instead of"},
		{"truncated", stored[:end-1], "bytes instead of"},
		{"too long", append(bytes.Clone(stored), 0), "bytes instead of"},
		{"other marker", set(0, 'M'), "begins with"},
		{"other version", set(7, 2), "begins with"},
		{"position beyond the words", set(position, 0, 0, 2, 113), "position 625"},
		{"words all zero", zeroWords, "all zero"},
		{"unknown mark", set(mark, 2), "mark is 2"},
		{"kept but marked absent", set(mark, 0), "marked as absent"},
		{"kept NaN", set(kept, 0x7f, 0xf8), "NaN"},
		{"kept infinity", set(kept, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0), "Inf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			resumed := data.NewRandomState(1)
			want := draws(resumed.Clone())
			err := resumed.UnmarshalBinary(c.bytes)
			if err == nil || !strings.Contains(err.Error(), c.message) {
				t.Errorf("error %v, want one with %q", err, c.message)
			}
			if !slices.Equal(draws(resumed), want) {
				t.Error("the stream moved")
			}
		})
	}
}

// Whatever is accepted is a usable stream and stores to the same bytes.
func FuzzUnmarshalBinary(f *testing.F) {
	for _, drawn := range []int{0, 1} {
		rng := data.NewRandomState(4)
		for range drawn {
			rng.NormFloat64()
		}
		stored, err := rng.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(stored)
		f.Add(stored[:40])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var rng data.RandomState
		if rng.UnmarshalBinary(b) != nil {
			return
		}
		if again, err := rng.MarshalBinary(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("stores to other bytes (error %v)", err)
		}
		if v := rng.NormFloat64(); math.IsNaN(v) {
			t.Error("draws NaN")
		}
	})
}
