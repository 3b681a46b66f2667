package data

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

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
