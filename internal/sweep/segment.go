package sweep

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"strings"

	"actscope/internal/input"
	"actscope/models"
)

// Status is how a trial ended.
type Status uint8

const (
	// OK: trained to its last epoch.
	OK Status = iota
	// Diverged: NaN or Inf appeared; what was measured before is kept.
	Diverged
	// Failed: it could not be trained at all.
	Failed
)

func (s Status) String() string {
	switch s {
	case OK:
		return "ok"
	case Diverged:
		return "diverged"
	}
	return "failed"
}

// LossPoints is the number of epochs whose loss a record keeps: the first one, and
// those at each twentieth of the training.
const LossPoints = 21

// LossEpochs are the epochs, from 1, whose losses a record keeps of a training with the
// given number of epochs.
func LossEpochs(epochs int) [LossPoints]int {
	at := [LossPoints]int{1}
	for i := 1; i < LossPoints; i++ {
		at[i] = (i*epochs + LossPoints - 2) / (LossPoints - 1) // rounded up
	}
	return at
}

// Record is what is kept of a trial. It holds no time and no place: a trial's
// record has the same bytes wherever it was made. What was not measured is NaN.
type Record struct {
	Index  int
	ID     string
	Status Status
	// Reason says why it diverged or failed, in one line; "" otherwise.
	Reason string
	// Steps is the number of parameter updates.
	Steps int
	// Loss is the reported loss at each of the [LossEpochs].
	Loss [LossPoints]float64
	// TrainAccuracy and TestAccuracy are shares of the rows.
	TrainAccuracy, TestAccuracy float64
	// TestRows is the number of test rows, 0 in records of earlier versions.
	TestRows int
	// FreshRight is how many of FreshRows fresh points are classified rightly; both are 0
	// where there are none: see [experiment.Dataset.Fresh].
	FreshRight, FreshRows int
	// GradientFirst and GradientLast are the mean norms, over the last complete
	// epoch, of the gradients of the first and of the output layer.
	GradientFirst, GradientLast float64
	// Spread is the standard deviation of all activations of each hidden layer over the
	// test rows.
	Spread []float64
	// NoticeableGrowth is that of the last hidden layer; see [geometry.Noticeable]. Records
	// of earlier versions lack it.
	NoticeableGrowth float64
	// TrainFit, TestFit and FreshFit are those of trials that predict numbers, FreshFit where
	// there are fresh points; the accuracies are then NaN, and FreshRight is 0.
	TrainFit, TestFit, FreshFit *models.Fit
}

// FinalLoss is the reported loss of the last epoch.
func (r *Record) FinalLoss() float64 { return r.Loss[LossPoints-1] }

// FreshAccuracy is the share of the fresh points that are predicted rightly; NaN without
// any, and for numbers.
func (r *Record) FreshAccuracy() float64 {
	if r.TestFit != nil {
		return math.NaN()
	}
	return float64(r.FreshRight) / float64(r.FreshRows)
}

// Score is what the trial is judged by: its accuracy, or R² of numbers, on fresh points, or
// where there are none on the test rows.
func (r *Record) Score() float64 {
	switch {
	case r.FreshFit != nil:
		return r.FreshFit.R2
	case r.TestFit != nil:
		return r.TestFit.R2
	case r.FreshRows > 0:
		return r.FreshAccuracy()
	}
	return r.TestAccuracy
}

// fits are what records of numbers have at their end.
func (r *Record) fits() []**models.Fit { return []**models.Fit{&r.TrainFit, &r.TestFit, &r.FreshFit} }

// appendTo appends the record's bytes: everything but its index, which the segment
// keeps.
func (r *Record) appendTo(b []byte) []byte {
	b = appendText(b, r.ID)
	b = append(b, byte(r.Status))
	b = appendText(b, r.Reason)
	b = binary.AppendUvarint(b, uint64(r.Steps))
	b = appendNumbers(b, r.Loss[:]...)
	b = appendNumbers(b, r.TrainAccuracy, r.TestAccuracy, r.GradientFirst, r.GradientLast)
	b = binary.AppendUvarint(b, uint64(len(r.Spread)))
	b = appendNumbers(b, r.Spread...)
	for _, count := range []int{r.TestRows, r.FreshRight, r.FreshRows} {
		b = binary.AppendUvarint(b, uint64(count))
	}
	b = appendNumbers(b, r.NoticeableGrowth)
	if r.TestFit == nil {
		return b
	}
	for _, fit := range r.fits() {
		f := cmp.Or(*fit, &models.Fit{R2: math.NaN(), RMSE: math.NaN(), MAE: math.NaN()})
		b = appendNumbers(b, f.R2, f.RMSE, f.MAE)
	}
	return b
}

// lacking is how a record ends that has neither TestRows nor fresh points nor a
// NoticeableGrowth; records of format 1 end before it.
var lacking = appendNumbers([]byte{0, 0, 0}, math.NaN())

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendNumbers writes every NaN alike, so that equal records have equal bytes.
func appendNumbers(b []byte, values ...float64) []byte {
	for _, v := range values {
		if math.IsNaN(v) {
			v = math.NaN()
		}
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// errRecord is a record that appendTo did not write.
var errRecord = errors.New("holds a record that cannot be read")

// decodeRecord reads what appendTo wrote.
func decodeRecord(index int, b []byte) (Record, error) {
	r := Record{Index: index}
	d := decoder{rest: b}
	r.ID = d.text()
	r.Status = Status(d.byte())
	r.Reason = d.text()
	r.Steps = int(d.uvarint(math.MaxInt64))
	d.numbers(r.Loss[:])
	for _, v := range []*float64{&r.TrainAccuracy, &r.TestAccuracy, &r.GradientFirst, &r.GradientLast} {
		*v = d.number()
	}
	r.Spread = make([]float64, d.uvarint(uint64(len(d.rest)/8)))
	d.numbers(r.Spread)
	for _, count := range []*int{&r.TestRows, &r.FreshRight, &r.FreshRows} {
		*count = int(d.uvarint(math.MaxInt64))
	}
	r.NoticeableGrowth = d.number()
	if len(d.rest) > 0 {
		for _, fit := range r.fits() {
			*fit = &models.Fit{R2: d.number(), RMSE: d.number(), MAE: d.number()}
		}
		if f := r.FreshFit; f.RMSE != f.RMSE {
			r.FreshFit = nil
		}
	}
	if d.failed || len(d.rest) > 0 || r.Status > Failed || r.FreshRight > r.FreshRows {
		return Record{}, fmt.Errorf("trial %d: %w", index, errRecord)
	}
	return r, nil
}

// decoder reads from the front of rest; after a failure it gives zeros.
type decoder struct {
	rest   []byte
	failed bool
}

func (d *decoder) take(n int) []byte {
	if d.failed || n > len(d.rest) {
		d.failed = true
		return make([]byte, min(n, 8))
	}
	taken := d.rest[:n]
	d.rest = d.rest[n:]
	return taken
}

func (d *decoder) byte() byte { return d.take(1)[0] }

func (d *decoder) uvarint(most uint64) uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 || v > most {
		d.failed = true
		return 0
	}
	d.take(n)
	return v
}

func (d *decoder) text() string { return string(d.take(int(d.uvarint(uint64(len(d.rest)))))) }

func (d *decoder) number() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(d.take(8)))
}

func (d *decoder) numbers(into []float64) {
	for i := range into {
		into[i] = d.number()
	}
}

// oneLine makes a reason fit a line of a table.
func oneLine(reason string) string {
	const longest = 500
	fields := slices.Collect(strings.FieldsFuncSeq(reason, func(r rune) bool { return r < ' ' }))
	line := strings.Join(fields, " ")
	if len(line) > longest {
		line = strings.ToValidUTF8(line[:longest], "") + "..."
	}
	return line
}

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
	// may end with fits. A segment without any is of format 2.
	segmentFormat = 3
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
	format := uint32(segmentFormat - 1)
	if slices.ContainsFunc(records, func(r Record) bool { return r.TestFit != nil }) {
		format = segmentFormat
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
