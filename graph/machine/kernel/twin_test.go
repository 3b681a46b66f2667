package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/graph/machine/elementary/reference"
)

// twin is a kernel of which there are two, in Go and in assembly.
type twin[T Float] struct {
	name     string
	results  int // arrays, or one number for a sum
	operands int // arrays
	kind     kind
	run      func(out, in [][]T)
}

// kind is how much alike twins are.
type kind int

const (
	bitwise  kind = iota // bit for bit
	accurate             // both within ULP
	summed               // with terms added in another order
)

func twins[T Float]() []twin[T] {
	two := func(name string, f func(dst, a, b []T)) []twin[T] {
		return []twin[T]{
			{name, 1, 2, bitwise, func(out, in [][]T) { f(out[0], in[0], in[1]) }},
			{name + " with a number on the right", 1, 1, bitwise, func(out, in [][]T) { f(out[0], in[0], []T{-0.3}) }},
			{name + " with a number on the left", 1, 1, bitwise, func(out, in [][]T) { f(out[0], []T{-0.3}, in[0]) }},
		}
	}
	one := func(name string, k kind, f func(dst, x []T)) twin[T] {
		return twin[T]{name, 1, 1, k, func(out, in [][]T) { f(out[0], in[0]) }}
	}
	total := func(name string, operands int, f func(in [][]T) T) twin[T] {
		return twin[T]{name, 1, operands, summed, func(out, in [][]T) { out[0][0] = f(in) }}
	}
	return slices.Concat(
		two("Add", Add[T]), two("Sub", Sub[T]), two("Mul", Mul[T]), two("Div", Div[T]),
		[]twin[T]{
			one("Neg", bitwise, Neg[T]), one("Square", bitwise, Square[T]), one("ReLU", bitwise, ReLU[T]), one("Step", bitwise, Step[T]),
			{"Gate", 1, 2, bitwise, func(out, in [][]T) { Gate(out[0], in[0], in[1]) }},
			{"TripleProduct", 1, 3, bitwise, func(out, in [][]T) { TripleProduct(out[0], in[0], in[1], in[2]) }},
			{"WeightedSum", 1, 2, bitwise, func(out, in [][]T) { WeightedSum(out[0], in[0], 0.3, in[1], -7) }},
			{"GateFrom", 1, 2, bitwise, func(out, in [][]T) { GateFrom(out[0], in[0], in[1], 0) }},
			{"KeptQuotient", 1, 2, bitwise, func(out, in [][]T) { KeptQuotient(out[0], in[0], in[1], 0.3) }},
			{"Descend", 1, 2, bitwise, func(out, in [][]T) { Descend(out[0], in[0], in[1], 0.3) }},
			one("Exp", accurate, Exp[T]), one("Log", accurate, Log[T]), one("Tanh", accurate, Tanh[T]),
			one("Normal", accurate, Normal[T]), one("NormalDensity", accurate, NormalDensity[T]),
			one("ExpBelow", accurate, ExpBelow[T]), one("Expm1Below", accurate, Expm1Below[T]),
			one("Logistic, rising", accurate, func(dst, x []T) { Logistic(dst, nil, nil, x) }),
			one("Logistic, falling", accurate, func(dst, x []T) { Logistic(nil, dst, nil, x) }),
			one("Logistic, softplus", accurate, func(dst, x []T) { Logistic(nil, nil, dst, x) }),
			{"Logistic, rising and falling", 2, 1, accurate, func(out, in [][]T) { Logistic(out[0], out[1], nil, in[0]) }},
			{"Logistic, rising and softplus", 2, 1, accurate, func(out, in [][]T) { Logistic(out[0], nil, out[1], in[0]) }},
			{"Logistic, all", 3, 1, accurate, func(out, in [][]T) { Logistic(out[0], out[1], out[2], in[0]) }},
			total("Sum", 1, func(in [][]T) T { s := []T{0}; Sum(s, in[0], len(in[0]), 1); return s[0] }),
			total("SumSquares", 1, func(in [][]T) T { return SumSquares(in[0]) }),
			total("ResidualSum", 3, func(in [][]T) T { return ResidualSum(in[0], in[1], in[2]) }),
			total("CrossEntropySum", 3, func(in [][]T) T { return CrossEntropySum(in[0], 1e-3, in[1], 1e-4, in[2]) }),
			total("CrossEntropySum of labels 0 and 1", 3, func(in [][]T) T {
				ReLU(in[0], in[0])
				ReLU(in[1], in[1])
				Step(in[2], in[2])
				return CrossEntropySum(in[0], 1e-3, in[1], 1e-4, in[2])
			}),
			total("Finite", 1, func(in [][]T) T { return finiteness(in[0]) }),
		})
}

func finiteness[T Float](x []T) T {
	if Finite(x) {
		return 1
	}
	return 0
}

// forBoth runs a test in both precisions.
func forBoth(t *testing.T, double, single func(t *testing.T)) {
	if !hasAVX2 {
		t.Skip("this processor lacks AVX2")
	}
	t.Run("float64", double)
	t.Run("float32", single)
}

// onVectorSets runs a test in both precisions with the kernels of AVX2, and of AVX-512 where they are.
func onVectorSets(t *testing.T, double, single func(t *testing.T)) {
	t.Helper()
	onEverySet(t, func(t *testing.T) {
		if !vectors {
			return
		}
		t.Run("float64", double)
		t.Run("float32", single)
	})
}

// bySet runs f with the portable kernels or the others.
func bySet(vectorised bool, f func()) {
	defer func(before bool) { vectors = before }(vectors)
	vectors = vectorised
	f()
}

func TestTwinsAgreeAtEveryLength(t *testing.T) {
	forBoth(t, agreeAtEveryLength[float64], agreeAtEveryLength[float32])
}

func agreeAtEveryLength[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, k := range twins[T]() {
		for n := range 201 {
			in := make([][]T, k.operands)
			for i := range in {
				in[i] = numbers[T](rng, n)
			}
			agree(t, k, n, in)
		}
		x, y := pairs()
		in := [][]T{converted[T](x), converted[T](y), converted[T](x)}[:k.operands]
		if k.kind != summed {
			agree(t, k, len(x), in)
		}
	}
}

func converted[T Float](x []float64) []T {
	r := make([]T, len(x))
	for i, x := range x {
		r[i] = T(x)
	}
	return r
}

// agree compares what the twins make of n entries.
func agree[T Float](t *testing.T, k twin[T], n int, in [][]T) {
	t.Helper()
	if k.kind == summed {
		n = 1
	}
	var got [2][][]T
	for i, vectorised := range []bool{false, true} {
		for range k.results {
			got[i] = append(got[i], garbage[T](n))
		}
		bySet(vectorised, func() { k.run(got[i], in) })
	}
	for r := range k.results {
		for i, want := range got[0][r] {
			if have := got[1][r][i]; !alike(k.kind, have, want, len(in[0])) {
				t.Errorf("%s: entry %d of %d is %v, by the portable kernel %v", k.name, i, n, have, want)
				return
			}
		}
	}
	if k.kind == summed || k.operands == 0 {
		return
	}
	inPlace := make([][]T, k.operands)
	for i := range in {
		inPlace[i] = slices.Clone(in[i])
	}
	out := append([][]T{inPlace[0]}, got[0][1:]...)
	bySet(true, func() { k.run(out, inPlace) })
	for i, want := range got[1][0] {
		if have := inPlace[0][i]; bits(have) != bits(want) && have == have {
			t.Errorf("%s: in place, entry %d of %d is %v instead of %v", k.name, i, n, have, want)
			return
		}
	}
}

func bits[T Float](x T) uint64 { return math.Float64bits(float64(x)) }

// alike reports whether have is as good as want; entries is the length of a sum.
func alike[T Float](k kind, have, want T, entries int) bool {
	switch {
	case bits(have) == bits(want), have != have && want != want:
		return true
	case have == 0 && want == 0: // of one sign, but for e^-0 - 1
		return k == accurate
	case k == accurate:
		return reference.Distance(have, want) <= 2*ULP
	case k == summed:
		last := 0x1p-52
		if _, single := any(have).(float32); single {
			last = 0x1p-23
		}
		return math.Abs(float64(have-want)) <= last*float64(entries)*max(10, math.Abs(float64(want)))
	}
	return false
}

func TestSumsOfColumnsAgreeAtEveryShape(t *testing.T) {
	forBoth(t, columnSumsAgree[float64], columnSumsAgree[float32])
}

func columnSumsAgree[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for rows := 1; rows < 40; rows++ {
		for columns := 1; columns < 40; columns++ {
			const blocks = 2
			x := numbers[T](rng, blocks*rows*columns)
			want, got := garbage[T](blocks*columns), garbage[T](blocks*columns)
			bySet(false, func() { Sum(want, x, rows, columns) })
			bySet(true, func() { Sum(got, x, rows, columns) })
			for i := range want {
				if !alike(summed, got[i], want[i], rows) {
					t.Fatalf("%d × %d: entry %d is %v, by the portable kernel %v", rows, columns, i, got[i], want[i])
				}
			}
		}
	}
}

func TestSumsKeepNaNAndInfinities(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			for n := 1; n < 20; n++ {
				for at := range n {
					values, s := make([]float64, n), []float64{0}
					values[at] = x
					if Sum(s, values, n, 1); bits(s[0]) != bits(x) && x == x || s[0] == s[0] && x != x {
						t.Errorf("%v at %d of %d gives %v", x, at, n, s[0])
					}
				}
			}
		}
	})
}

func BenchmarkTwins(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, k := range twins[float64]() {
		for _, n := range []int{64, 512} {
			for _, set := range []string{Portable, AVX2} {
				in := [][]float64{numbers[float64](rng, n), numbers[float64](rng, n), numbers[float64](rng, n)}[:k.operands]
				out := [][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}[:k.results]
				b.Run(fmt.Sprintf("%s/%d/%s", k.name, n, set), func(b *testing.B) {
					if set == AVX2 && !hasAVX2 {
						b.Skip("this processor lacks AVX2")
					}
					bySet(set == AVX2, func() {
						for b.Loop() {
							k.run(out, in)
						}
					})
				})
			}
		}
	}
}
