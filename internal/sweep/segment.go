package sweep

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"actscope/internal/input"
)

// A segment is a file of records:
//
//	header   magic, format, plan's hash, number of records, first and last trial,
//	         payload's length, checksums of the table and the payload, its own
//	table    for each record, in the order of trials: trial, status, where it ends
//	payload  the records, one after another
//
// Integers are little-endian.
const (
	segmentMagic = "actscope"
	// Records of format 1 lack the counts of rows and points, and what follows; those of format 3
	// may end with fits, those of format 4 with what the plan asks to be measured, those of format 5 with
	// both. A segment without either is of format 2.
	segmentFormat = 5
	headerBytes   = 80
	entryBytes    = 12
	maxPayload    = 1 << 28
	maxSegment    = 1 << 20 // records
	segmentSuffix = ".segment"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// segmentHeader describes a segment.
type segmentHeader struct {
	format      uint32
	plan        [sha256.Size]byte
	count       int
	first, last int
	payload     int
	tableSum    uint32
	payloadSum  uint32
}

// entry is one line of a segment's table.
type entry struct {
	trial  int
	status Status
	end    int // of the record in the payload
}

// encodeSegment writes records as a segment. They are sorted in place.
func encodeSegment(plan [sha256.Size]byte, records []Record) []byte {
	slices.SortFunc(records, func(a, b Record) int { return a.Index - b.Index })
	var table, payload []byte
	for i := range records {
		payload = records[i].appendTo(payload)
		table = binary.LittleEndian.AppendUint32(table, uint32(records[i].Index))
		table = binary.LittleEndian.AppendUint32(table, uint32(records[i].Status))
		table = binary.LittleEndian.AppendUint32(table, uint32(len(payload)))
	}
	b := make([]byte, 0, headerBytes+len(table)+len(payload))
	b = append(b, segmentMagic...)
	format := uint32(2)
	if slices.ContainsFunc(records, func(r Record) bool { return r.Fits != nil }) {
		format++
	}
	if slices.ContainsFunc(records, func(r Record) bool { return r.Measured != nil }) {
		format += 2
	}
	b = binary.LittleEndian.AppendUint32(b, format)
	b = append(b, plan[:]...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(records)))
	b = binary.LittleEndian.AppendUint32(b, uint32(records[0].Index))
	b = binary.LittleEndian.AppendUint32(b, uint32(records[len(records)-1].Index))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(payload)))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(table, castagnoli))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(payload, castagnoli))
	b = binary.LittleEndian.AppendUint32(b, 0) // reserved
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return append(append(b, table...), payload...)
}

// segmentName is the name under which a segment is published: its content's hash,
// so that the same content is the same file.
func segmentName(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:16]) + segmentSuffix
}

// decodeHeader reads the first headerBytes of a segment; of one in a format that is not
// known, the format.
func decodeHeader(b []byte) (segmentHeader, error) {
	var h segmentHeader
	if len(b) < headerBytes {
		return h, fmt.Errorf("truncated: %d bytes are less than a header", len(b))
	}
	if string(b[:len(segmentMagic)]) != segmentMagic {
		return h, fmt.Errorf("not a segment of a sweep")
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	if u32(headerBytes-4) != crc32.Checksum(b[:headerBytes-4], castagnoli) {
		return h, fmt.Errorf("damaged: the header's checksum is wrong")
	}
	if h.format = u32(8); !h.known() {
		return h, nil // whatever the rest means
	}
	copy(h.plan[:], b[12:])
	h.count, h.first, h.last = int(u32(44)), int(u32(48)), int(u32(52))
	payload := binary.LittleEndian.Uint64(b[56:])
	h.tableSum, h.payloadSum = u32(64), u32(68)
	if h.count < 1 || h.count > maxSegment || payload > maxPayload || h.first > h.last {
		return h, fmt.Errorf("damaged: the header is not consistent")
	}
	h.payload = int(payload)
	return h, nil
}

// known says whether this program knows the format.
func (h segmentHeader) known() bool { return 1 <= h.format && h.format <= segmentFormat }

// size is the length of the file.
func (h segmentHeader) size() int64 {
	return headerBytes + int64(h.count)*entryBytes + int64(h.payload)
}

// decodeTable reads the table of a segment; trials is the number of those in the plan.
func (h segmentHeader) decodeTable(b []byte, trials int) ([]entry, error) {
	entries := make([]entry, h.count)
	previous := entry{trial: -1}
	for i := range entries {
		line := b[i*entryBytes:]
		e := entry{
			trial:  int(binary.LittleEndian.Uint32(line)),
			status: Status(binary.LittleEndian.Uint32(line[4:])),
			end:    int(binary.LittleEndian.Uint32(line[8:])),
		}
		if e.trial <= previous.trial || e.trial >= trials || e.end < previous.end || e.end > h.payload || e.status > Failed {
			return nil, fmt.Errorf("damaged: the table is not consistent")
		}
		entries[i], previous = e, e
	}
	if previous.end != h.payload || entries[0].trial != h.first || previous.trial != h.last {
		return nil, fmt.Errorf("damaged: the table is not consistent")
	}
	return entries, nil
}

// segment is a file of records as read.
type segment struct {
	format  uint32
	entries []entry
	payload []byte
}

// records iterates over the trials and their encoded records, which are as appendTo writes
// them whatever the segment's format.
func (s segment) records(yield func(e entry, record []byte) bool) {
	start := 0
	for _, e := range s.entries {
		record := s.payload[start:e.end:e.end]
		if s.format == 1 {
			record = append(record, lacking...)
		}
		if !yield(e, record) {
			return
		}
		start = e.end
	}
}

// Causes of an [input.Error] about a segment that cannot be used: it is whole and of another
// plan, or it is not as it was written. Without one of them it could not be read, or is of a
// format to come.
var (
	ErrForeign = errors.New("belongs to another plan")
	ErrDamaged = errors.New("damaged")
)

// readSegment reads the segment at path. One that cannot be used is an [input.Error].
func (p *Plan) readSegment(path string) (segment, error) {
	f, size, err := input.OpenRegular(path)
	if err != nil {
		return segment{}, err
	}
	defer f.Close()
	return p.decodeSegment(path, f, size)
}

// decodeSegment reads a segment of size bytes; path is for errors, of type [input.Error].
func (p *Plan) decodeSegment(path string, r io.Reader, size int64) (segment, error) {
	bad := func(format string, args ...any) (segment, error) {
		e := input.RefuseFile(path, format, args...)
		e.Err = ErrDamaged
		return segment{}, e
	}
	head := make([]byte, min(size, headerBytes))
	if _, err := io.ReadFull(r, head); err != nil {
		return segment{}, input.RefuseFile(path, "cannot be read: %w", err)
	}
	h, err := decodeHeader(head)
	switch {
	case err != nil:
		return bad("%v", err)
	case !h.known():
		return segment{}, input.RefuseFile(path, "written in format %d; this program knows formats 1 to %d", h.format, segmentFormat)
	case h.plan != p.hash:
		return segment{}, input.RefuseFile(path, "%w, %x..., or to another version of the program: move it away", ErrForeign, h.plan[:6])
	case h.size() > size:
		return bad("truncated: %d of %d bytes", size, h.size())
	case h.size() < size:
		return bad("damaged: %d bytes follow its end", size-h.size())
	}
	body := make([]byte, size-headerBytes)
	if _, err := io.ReadFull(r, body); err != nil {
		return segment{}, input.RefuseFile(path, "cannot be read: %w", err)
	}
	table, payload := body[:h.count*entryBytes], body[h.count*entryBytes:]
	if crc32.Checksum(table, castagnoli) != h.tableSum || crc32.Checksum(payload, castagnoli) != h.payloadSum {
		return bad("damaged: a checksum is wrong")
	}
	entries, err := h.decodeTable(table, p.trials)
	if err != nil {
		return bad("%v", err)
	}
	return segment{h.format, entries, payload}, nil
}
