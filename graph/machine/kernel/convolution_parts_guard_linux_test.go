package kernel

import (
	"math"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"testing"
	"unsafe"
)

// What convolutions are made of, each on memory whose ends may not be passed; a convolution has
// most of it in memory of its own.
func TestPartsOfConvolutionsTouchNothingOutsideTheirSlices(t *testing.T) {
	onVectorSets(t, partsStayInside[float64], partsStayInside[float32])
}

func partsStayInside[T Float](t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			t.Fatal(r)
		}
	}()
	var fences [5]fenced
	for i := range fences {
		fences[i] = newFenced(t, 1<<15)
	}
	rng := rand.New(rand.NewPCG(41, 42))
	for _, lower := range []bool{false, true} {
		for n := range 140 {
			multiplesStayInside[T](t, rng, fences, n, lower)
			notZerosStayInside[T](t, rng, fences, n, lower)
		}
		for filters := 1; filters <= 70; filters++ {
			for places := 1; places <= 14; places++ {
				filtersStayInside[T](t, rng, fences, filters, places, lower)
			}
		}
	}
}

// within is n numbers beside a fence, and what is around them.
func within[T Float](rng *rand.Rand, f fenced, n int, lower bool) (x, around []T) {
	x, around = array[T](f, n, 0, lower)
	fill(around, canary)
	copy(x, numbers[T](rng, n))
	return x, around
}

func untouched[T Float](around []T) bool {
	return !slices.ContainsFunc(around, func(x T) bool { return x != canary })
}

func multiplesStayInside[T Float](t *testing.T, rng *rand.Rand, fences [5]fenced, n int, lower bool) {
	for count := range 4 {
		dst, around := within[T](rng, fences[0], n, lower)
		b, _ := within[T](rng, fences[1], n+7, lower) // rows begin at its first entry, and at its last but n
		factors, _ := within[T](rng, fences[2], count, lower)
		offsets, _ := array[int32](fences[3], count, 0, lower)
		for i := range offsets {
			offsets[i] = int32(i % 2 * 7)
		}
		if n > 0 && count == 3 {
			b[rng.IntN(len(b))], factors[rng.IntN(count)] = T(math.NaN()), T(math.Inf(1))
		}
		want := slices.Clone(dst)
		for i, factor := range factors {
			for j := range want {
				want[j] = multiplyAdd(factor, b[int(offsets[i])+j], want[j])
			}
		}
		addMultiples(dst, b, factors, offsets)
		sameBits(t, dst, want, "%d multiples of %d entries", count, n)
		if !untouched(around) {
			t.Fatalf("%d multiples are written outside %d entries", count, n)
		}
	}
}

func notZerosStayInside[T Float](t *testing.T, rng *rand.Rand, fences [5]fenced, n int, lower bool) {
	x, _ := within[T](rng, fences[0], n, lower)
	values, around := within[T](rng, fences[1], n, lower)
	places, _ := array[int32](fences[2], n, 0, lower)
	offsets, _ := array[int32](fences[3], n, 0, lower)
	for i := range x {
		offsets[i] = rng.Int32()
		if rng.IntN(3) > 0 {
			x[i] = 0
		}
	}
	var want []T
	var at []int32
	for i, v := range x {
		if v != 0 {
			want, at = append(want, v), append(at, offsets[i])
		}
	}
	count := notZeros(values, places, x, offsets)
	sameBits(t, values[:count], want, "of %d entries", n)
	if !slices.Equal(places[:count], at) || !untouched(around) {
		t.Fatalf("of %d entries other places are picked, or more is written", n)
	}
}

func filtersStayInside[T Float](t *testing.T, rng *rand.Rand, fences [5]fenced, filters, places int, lower bool) {
	const inner = 5
	image, _ := within[T](rng, fences[0], places+inner-1, lower)
	from, _ := array[int32](fences[1], places, 0, lower)
	seen, _ := array[int32](fences[2], inner, 0, lower)
	for i := range from {
		from[i] = int32(places - 1 - i)
	}
	for k := range seen {
		seen[k] = int32(k)
	}
	for _, p := range filterPanels[T](filters) {
		weights, _ := within[T](rng, fences[3], inner*p.columns, lower)
		dst, around := within[T](rng, fences[4], places*p.columns, lower)
		for resume := range 2 {
			want := slices.Clone(dst)
			for i := range want {
				if resume == 0 {
					want[i] = 0
				}
				for k := range inner {
					want[i] = multiplyAdd(image[from[i/p.columns]+seen[k]], weights[k*p.columns+i%p.columns], want[i])
				}
			}
			p.multiply(places, inner, unsafe.SliceData(image), &from[0], &seen[0], unsafe.SliceData(weights), unsafe.SliceData(dst), resume)
			sameBits(t, dst, want, "%d columns at %d places", p.columns, places)
		}
		if !untouched(around) {
			t.Fatalf("%d columns at %d places are written outside dst", p.columns, places)
		}
	}
}
