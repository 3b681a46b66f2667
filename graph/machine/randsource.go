package machine

import (
	"math/rand"
	"reflect"
	"sync"

	"actscope/graph/machine/kernel"
)

// lagged is the source of random numbers that rand.NewSource makes, an additive lagged Fibonacci
// generator: each number is the sum of two of the last 607, which are stored from the last place
// to the first. It is read here so that dropouts draw many numbers in one loop, see mark.
type lagged struct {
	tap, feed int // places of the two that were added last
	numbers   [607]int64
}

// sourceOf is the source of a generator, nil if it is another one than lagged.
func sourceOf(generator *rand.Rand) *lagged {
	if !sourcesAreLagged() {
		return nil
	}
	return laggedIn(generator)
}

func laggedIn(generator *rand.Rand) *lagged {
	source := reflect.ValueOf(generator).Elem().FieldByName("src")
	if source.Kind() != reflect.Interface || source.Elem().Type() != laggedType() {
		return nil
	}
	return (*lagged)(source.Elem().UnsafePointer())
}

var laggedType = sync.OnceValue(func() reflect.Type { return reflect.TypeOf(rand.NewSource(1)) })

// sourcesAreLagged reports whether this version of Go's library has the sources that lagged
// describes, and makes floats of their numbers as keptBelow knows it.
var sourcesAreLagged = sync.OnceValue(func() bool {
	t, want := laggedType(), reflect.TypeFor[lagged]()
	if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct || t.Elem().NumField() != want.NumField() || t.Elem().Size() != want.Size() {
		return false
	}
	for i := range want.NumField() {
		if f := t.Elem().Field(i); f.Type != want.Field(i).Type || f.Offset != want.Field(i).Offset {
			return false
		}
	}
	for i, name := range []string{"tap", "feed", "vec"} {
		if t.Elem().Field(i).Name != name {
			return false
		}
	}
	ours, theirs := rand.New(rand.NewSource(5)), rand.New(rand.NewSource(5))
	source := laggedIn(ours)
	if source == nil {
		return false
	}
	kept := make([]float64, 2000)
	mark(source, kept, keptBelow(func(f float64) bool { return f < 0.7 }))
	for _, x := range kept {
		if (theirs.Float64() < 0.7) != (x == 1) {
			return false
		}
	}
	return ours.Int63() == theirs.Int63()
})

// drawnAgain is the least number that makes 1, which math/rand does not want of a float and
// draws again.
const drawnAgain = 1<<63 - 1<<9

// keptBelow is the least of the numbers from 0 to 1<<63 whose float is not kept; larger ones are
// not kept either.
func keptBelow(kept func(f float64) bool) uint64 {
	low, high := uint64(0), uint64(1<<63)
	for low < high {
		if n := (low + high) / 2; kept(float64(n) / (1 << 63)) {
			low = n + 1
		} else {
			high = n
		}
	}
	return low
}

// mark draws a number of the source for each entry of dst and writes 1 if it is below a limit, else 0.
func mark[T kernel.Float](s *lagged, dst []T, limit uint64) {
	for len(dst) > 0 {
		if s.tap == 0 {
			s.tap = len(s.numbers)
		}
		if s.feed == 0 {
			s.feed = len(s.numbers)
		}
		n := min(len(dst), s.tap, s.feed)
		s.tap, s.feed = s.tap-n, s.feed-n
		feed := s.numbers[s.feed:][:n]
		tap := s.numbers[s.tap:][:len(feed)]
		at := 0
		for i := n - 1; i >= 0; i-- {
			x := feed[i] + tap[i]
			feed[i] = x
			number := uint64(x) & (1<<63 - 1)
			one := 0
			if number < limit {
				one = 1
			}
			dst[at] = T(one)
			if number < drawnAgain {
				at++
			}
		}
		dst = dst[at:]
	}
}
