package data

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext/prng"
)

var (
	_ encoding.BinaryMarshaler   = (*RandomState)(nil)
	_ encoding.BinaryUnmarshaler = (*RandomState)(nil)
)

// The stored form, all big-endian: the marker, the twister's 624 words and its
// position, one byte that tells whether a Gaussian is kept, and its bits.
const (
	stateMarker   = "mt19937\x01"
	twisterWords  = 624
	twisterBytes  = (twisterWords + 1) * 4
	keptOffset    = len(stateMarker) + twisterBytes
	stateSize     = keptOffset + 1 + 8
	twisterTopBit = 1 << 31
)

// MarshalBinary returns the position of the stream, the kept Gaussian included.
// It never fails on a stream that NewRandomState made.
func (s *RandomState) MarshalBinary() ([]byte, error) {
	if s.twister == nil {
		return nil, errors.New("data: random state was never seeded: make it with NewRandomState")
	}
	twister, err := s.twister.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("data: random state: %w", err)
	}
	b := make([]byte, 0, stateSize)
	b = append(b, stateMarker...)
	b = append(b, twister...)
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
	words := b[len(stateMarker):keptOffset]
	if err := checkTwister(words); err != nil {
		return err
	}
	hasKept := b[keptOffset]
	kept := math.Float64frombits(binary.BigEndian.Uint64(b[keptOffset+1:]))
	switch {
	case hasKept > 1:
		return fmt.Errorf("data: random state: kept-Gaussian mark is %d instead of 0 or 1", hasKept)
	case hasKept == 0 && math.Float64bits(kept) != 0:
		return errors.New("data: random state: holds a kept Gaussian that is marked as absent")
	case math.IsNaN(kept) || math.IsInf(kept, 0):
		return fmt.Errorf("data: random state: kept Gaussian is %v", kept)
	}
	twister := prng.NewMT19937()
	if err := twister.UnmarshalBinary(words); err != nil {
		return fmt.Errorf("data: random state: %w", err)
	}
	*s = RandomState{twister: twister, kept: kept, hasKept: hasKept == 1}
	return nil
}

// checkTwister refuses a position outside the words, and the one state from
// which a twister yields zeros for ever, so that no rejection loop ever ends.
func checkTwister(words []byte) error {
	if at := binary.BigEndian.Uint32(words[twisterWords*4:]); at > twisterWords {
		return fmt.Errorf("data: random state: position %d lies beyond the %d words", at, twisterWords)
	}
	// Of the first word only the top bit takes part in the recurrence.
	live := binary.BigEndian.Uint32(words) & twisterTopBit
	for i := 1; i < twisterWords; i++ {
		live |= binary.BigEndian.Uint32(words[i*4:])
	}
	if live == 0 {
		return errors.New("data: random state: the twister's words are all zero")
	}
	return nil
}
