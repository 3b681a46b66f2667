package sweep

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"actscope/internal/input"
	"actscope/models"
)

// drawnRecord is any record of trial i.
func drawnRecord(t *rapid.T, i int) Record {
	number := rapid.OneOf(rapid.Float64(), rapid.Just(math.NaN()), rapid.Just(math.Inf(1)))
	r := Record{
		Index: i, ID: rapid.StringMatching(`[0-9a-f]{24}`).Draw(t, "id"), Status: Status(rapid.IntRange(0, 2).Draw(t, "status")),
		Reason: rapid.String().Draw(t, "reason"), Steps: rapid.IntRange(0, math.MaxInt64).Draw(t, "steps"),
		TrainAccuracy: number.Draw(t, "train"), TestAccuracy: number.Draw(t, "test"),
		GradientFirst: number.Draw(t, "first"), GradientLast: number.Draw(t, "last"),
		Spread: rapid.SliceOfN(number, 0, 5).Draw(t, "spread"), NoticeableGrowth: number.Draw(t, "growth"), TestRows: rapid.IntRange(0, math.MaxInt64).Draw(t, "test rows"), FreshRows: rapid.IntRange(0, math.MaxInt64).Draw(t, "fresh points"),
	}
	r.FreshRight = rapid.IntRange(0, r.FreshRows).Draw(t, "right")
	for i := range r.Loss {
		r.Loss[i] = number.Draw(t, "loss")
	}
	if rapid.Bool().Draw(t, "numbers are predicted") {
		r.Fits = &Fits{Train: models.Fit{R2: rapid.Float64().Draw(t, "R2")}}
	}
	if rapid.Bool().Draw(t, "more is measured") {
		r.Measured = rapid.SliceOfN(number, 1, 5).Draw(t, "measured")
	}
	return r
}

// read reads a segment from memory.
func (p *Plan) read(content []byte) (map[int][]byte, error) {
	s, err := p.decodeSegment("a.segment", bytes.NewReader(content), int64(len(content)))
	records := make(map[int][]byte)
	for e, record := range s.records {
		records[e.trial] = record
	}
	return records, err
}

func TestSegmentsKeepRecords(t *testing.T) {
	p := planOf(t, "seed: 1..100\n")
	rapid.Check(t, func(t *rapid.T) {
		var records []Record
		for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, p.Trials()-1), 1, 20, rapid.ID[int]).Draw(t, "trials") {
			records = append(records, drawnRecord(t, i))
		}
		encoded, err := p.read(encodeSegment(p.hash, records))
		if err != nil || len(encoded) != len(records) {
			t.Fatalf("%d records for %d: %v", len(encoded), len(records), err)
		}
		for _, want := range records {
			got, err := decodeRecord(want.Index, encoded[want.Index])
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.appendTo(nil), want.appendTo(nil)) || got.Index != want.Index || got.Reason != want.Reason || got.Steps != want.Steps ||
				got.TestRows != want.TestRows || (got.Fits == nil) != (want.Fits == nil) || len(got.Measured) != len(want.Measured) || got.FreshRight != want.FreshRight || got.FreshRows != want.FreshRows {
				t.Fatalf("got %+v, want %+v", got, want)
			}
		}
	})
}

// twoRecords is a small segment of a plan.
func twoRecords(p *Plan) []byte {
	return encodeSegment(p.hash, []Record{
		{Index: 3, ID: "b", Spread: []float64{1, 2}, Status: Diverged, Reason: "too fast"}, {Index: 1, ID: "a", Steps: 4, FreshRight: 19_000, FreshRows: 20_000},
	})
}

func TestNoDamageToASegmentGoesUnnoticed(t *testing.T) {
	p := planOf(t, "seed: 1..4\n")
	content := twoRecords(p)
	if _, err := p.read(content); err != nil {
		t.Fatal(err)
	}
	refuse := func(what string, damaged []byte) {
		t.Helper()
		_, err := p.read(damaged)
		var bad *input.Error
		if !errors.As(err, &bad) || bad.File != "a.segment" || !errors.Is(err, ErrDamaged) {
			t.Fatalf("%s: got %v", what, err)
		}
	}
	for i := range content {
		for bit := range 8 {
			damaged := bytes.Clone(content)
			damaged[i] ^= 1 << bit
			refuse("a flipped bit", damaged)
		}
		refuse("truncated", content[:i])
	}
	refuse("doubled", append(bytes.Clone(content), content...))
	refuse("with a byte more", append(bytes.Clone(content), 0))
}

func TestSegmentsOfUnknownFormatsAreRefused(t *testing.T) {
	p := planOf(t, "seed: 1..4\n")
	for _, format := range []uint32{0, segmentFormat + 1} {
		_, err := p.read(ofFormat(p, format))
		if errors.Is(err, ErrDamaged) {
			t.Errorf("format %d: taken for damaged", format)
		}
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("written in format %d; this program knows formats 1 to 5", format)) {
			t.Errorf("format %d: got %v", format, err)
		}
	}
}

// ofFormat is a segment of a format that may be to come.
func ofFormat(p *Plan, format uint32) []byte {
	content := twoRecords(p)
	binary.LittleEndian.PutUint32(content[8:], format)
	binary.LittleEndian.PutUint32(content[44:], 0) // what stands there may mean anything
	binary.LittleEndian.PutUint32(content[headerBytes-4:], crc32.Checksum(content[:headerBytes-4], castagnoli))
	return content
}

func TestSegmentOfAnotherPlanIsForeign(t *testing.T) {
	_, err := planOf(t, "seed: 1..5\n").read(twoRecords(planOf(t, "seed: 1..4\n")))
	var bad *input.Error
	if !errors.As(err, &bad) || !errors.Is(err, ErrForeign) || !strings.HasPrefix(err.Error(), "a.segment: belongs to another plan") {
		t.Errorf("got %v", err)
	}
}

// Checksums keep damage out; they are put right here, so that what stands behind
// them meets every content.
func FuzzSegment(f *testing.F) {
	p := planOf(f, "seed: 1..4\n")
	content := twoRecords(p)
	f.Add(content, true)
	f.Add(content[:len(content)-1], false)
	f.Add([]byte("actscope"), false)
	f.Fuzz(func(t *testing.T, content []byte, mend bool) {
		if mend && len(content) > headerBytes {
			mendSegment(p, content)
		}
		records, err := p.read(content)
		var bad *input.Error
		if err != nil && !errors.As(err, &bad) {
			t.Errorf("%v is not about the segment", err)
		}
		for i, b := range records {
			decodeRecord(i, b)
		}
	})
}

// mendSegment makes the header of a segment fit what follows it.
func mendSegment(p *Plan, content []byte) {
	put := binary.LittleEndian.PutUint32
	copy(content, segmentMagic)
	put(content[8:], 1+uint32(content[8])%segmentFormat)
	copy(content[12:], p.hash[:])
	count := int(content[44]) % (len(content[headerBytes:])/entryBytes + 1)
	put(content[44:], uint32(count))
	table, payload := content[headerBytes:headerBytes+count*entryBytes], content[headerBytes+count*entryBytes:]
	binary.LittleEndian.PutUint64(content[56:], uint64(len(payload)))
	put(content[64:], crc32.Checksum(table, castagnoli))
	put(content[68:], crc32.Checksum(payload, castagnoli))
	put(content[headerBytes-4:], crc32.Checksum(content[:headerBytes-4], castagnoli))
}

// The record of a segment whose checksums are right can still be of another
// program's making.
func FuzzRecord(f *testing.F) {
	r := Record{ID: "a", Reason: "b", Spread: []float64{1}, TestRows: 3, FreshRight: 1, FreshRows: 2, NoticeableGrowth: 2.5}
	f.Add(r.appendTo(nil))
	r.Fits = &Fits{Test: models.Fit{R2: 0.5}}
	f.Add(r.appendTo(nil))
	r.Measured = []float64{1, 2}
	f.Add(r.appendTo(nil))
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeRecord(0, b)
		if err != nil {
			return
		}
		again, err := decodeRecord(0, r.appendTo(nil))
		if err != nil || !reflect.DeepEqual(again.appendTo(nil), r.appendTo(nil)) {
			t.Errorf("read back as %+v, %v", again, err)
		}
	})
}

func TestLossEpochsEndWithTheLast(t *testing.T) {
	for _, epochs := range []int{1, 2, 19, 20, 21, 400, 10_000_000} {
		at := LossEpochs(epochs)
		if at[0] != 1 || at[LossPoints-1] != epochs {
			t.Errorf("of %d epochs: %v", epochs, at)
		}
		for i := 1; i < LossPoints; i++ {
			if at[i] < at[i-1] || at[i] > epochs {
				t.Errorf("of %d epochs: %v", epochs, at)
			}
		}
	}
}
