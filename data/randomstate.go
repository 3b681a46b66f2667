package data

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// RandomState is NumPy's legacy random stream, numpy.random.RandomState: a
// 32-bit Mersenne Twister and the recipes that NumPy froze for turning its words
// into doubles, Gaussians, bounded integers and shuffles. The same seed and the
// same calls give the same numbers as there.
//
// NewRandomState makes one; the zero value only serves UnmarshalBinary.
// A RandomState is not safe for concurrent use.
type RandomState struct {
	twister *twister
	// The polar method makes Gaussians in pairs; the second waits here.
	kept    float64
	hasKept bool
}

// NewRandomState returns the stream that numpy.random.RandomState(seed) gives.
func NewRandomState(seed uint32) *RandomState {
	s := &RandomState{twister: new(twister)}
	s.Seed(seed)
	return s
}

// Seed starts the stream anew, as numpy.random.seed does: a Gaussian kept from
// before is dropped.
func (s *RandomState) Seed(seed uint32) {
	s.twister.seed(seed)
	s.kept, s.hasKept = 0, false
}

// Clone returns a stream at the same position that goes its own way from there.
func (s *RandomState) Clone() *RandomState {
	twister := *s.twister
	return &RandomState{twister: &twister, kept: s.kept, hasKept: s.hasKept}
}

// Float64 returns a uniform number in [0, 1) with 53 random bits, from two words
// of the twister.
func (s *RandomState) Float64() float64 {
	high := s.twister.next() >> 5
	low := s.twister.next() >> 6
	return (float64(high)*(1<<26) + float64(low)) / (1 << 53)
}

// NormFloat64 returns a standard Gaussian by Marsaglia's polar method, drawn in
// the order of NumPy's legacy_gauss.
func (s *RandomState) NormFloat64() float64 {
	if s.hasKept {
		gauss := s.kept
		s.kept, s.hasKept = 0, false
		return gauss
	}
	for {
		x1 := 2*s.Float64() - 1
		x2 := 2*s.Float64() - 1
		// The conversions forbid fused multiply-add, which would round otherwise.
		r2 := float64(x1*x1) + float64(x2*x2)
		if r2 >= 1 || r2 == 0 {
			continue
		}
		f := math.Sqrt(-2 * math.Log(r2) / r2)
		s.kept, s.hasKept = f*x1, true
		return f * x2
	}
}

// Bounded returns a uniform integer in [0, max], max included: words are masked
// to the bits of max and rejected above it. For max 0 nothing is drawn.
func (s *RandomState) Bounded(max uint32) uint32 {
	if max == 0 {
		return 0
	}
	mask := uint32(1)<<bits.Len32(max) - 1
	for {
		if v := s.twister.next() & mask; v <= max {
			return v
		}
	}
}

// Shuffle permutes n elements in place, n at most 2^32, by Fisher and Yates's
// method from the last element down, as numpy.random.shuffle does.
func (s *RandomState) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, int(s.Bounded(uint32(i))))
	}
}

// Permutation returns the numbers 0 to n-1 shuffled.
func (s *RandomState) Permutation(n int) []int {
	order := make([]int, n)
	s.PermutationInto(order)
	return order
}

// PermutationInto fills order with the numbers 0 to len(order)-1 and shuffles
// them. It does not allocate.
func (s *RandomState) PermutationInto(order []int) {
	for i := range order {
		order[i] = i
	}
	if len(order) < 2 {
		return
	}
	// What Bounded rejects is unpredictable, so instead of jumping back the element is
	// swapped with itself.
	i := len(order) - 1
	mask := 1<<bits.Len(uint(i)) - 1
	for i > 0 {
		words := s.twister.left()
		drawn := len(words)
		for k, word := range words {
			v := int(temper(word)) & mask
			room := i - v
			rejected := room >> (bits.UintSize - 1) // all bits if v > i, else none
			j := v + room&rejected
			order[i], order[j] = order[j], order[i]
			if i -= 1 + rejected; i <= mask>>1 {
				if mask >>= 1; i == 0 {
					drawn = k + 1
					break
				}
			}
		}
		s.twister.used += drawn
	}
}

var (
	_ encoding.BinaryMarshaler   = (*RandomState)(nil)
	_ encoding.BinaryUnmarshaler = (*RandomState)(nil)
)

// The stored form, all big-endian: the marker, the twister's 624 words and its
// position, one byte that tells whether a Gaussian is kept, and its bits.
const (
	stateMarker = "mt19937\x01"
	keptOffset  = len(stateMarker) + (twisterWords+1)*4
	stateSize   = keptOffset + 1 + 8
)

// MarshalBinary returns the position of the stream, the kept Gaussian included.
// It never fails on a stream that NewRandomState made.
func (s *RandomState) MarshalBinary() ([]byte, error) {
	if s.twister == nil {
		return nil, errors.New("data: random state was never seeded: make it with NewRandomState")
	}
	b := make([]byte, 0, stateSize)
	b = append(b, stateMarker...)
	for _, word := range s.twister.words {
		b = binary.BigEndian.AppendUint32(b, word)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(s.twister.used))
	if s.hasKept {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	return binary.BigEndian.AppendUint64(b, math.Float64bits(s.kept)), nil
}

// UnmarshalBinary puts the stream at the position that MarshalBinary stored.
// Bytes that no stream can have written are an error and change nothing.
func (s *RandomState) UnmarshalBinary(b []byte) error {
	if len(b) != stateSize {
		return fmt.Errorf("data: random state: %d bytes instead of %d", len(b), stateSize)
	}
	if string(b[:len(stateMarker)]) != stateMarker {
		return fmt.Errorf("data: random state: begins with %q instead of %q", b[:len(stateMarker)], stateMarker)
	}
	twister := new(twister)
	for i := range twister.words {
		twister.words[i] = binary.BigEndian.Uint32(b[len(stateMarker)+4*i:])
	}
	used := binary.BigEndian.Uint32(b[keptOffset-4:])
	hasKept := b[keptOffset]
	kept := math.Float64frombits(binary.BigEndian.Uint64(b[keptOffset+1:]))
	switch {
	case used > twisterWords:
		return fmt.Errorf("data: random state: position %d lies beyond the %d words", used, twisterWords)
	case twister.isStuck():
		return errors.New("data: random state: the twister's words are all zero")
	case hasKept > 1:
		return fmt.Errorf("data: random state: kept-Gaussian mark is %d instead of 0 or 1", hasKept)
	case hasKept == 0 && math.Float64bits(kept) != 0:
		return errors.New("data: random state: holds a kept Gaussian that is marked as absent")
	case math.IsNaN(kept) || math.IsInf(kept, 0):
		return fmt.Errorf("data: random state: kept Gaussian is %v", kept)
	}
	twister.used = int(used)
	*s = RandomState{twister: twister, kept: kept, hasKept: hasKept == 1}
	return nil
}
