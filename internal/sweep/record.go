package sweep

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

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
	// Fits are those of trials that predict numbers, whose accuracies are NaN and whose
	// FreshRight is 0; nil of others.
	Fits *Fits
	// Measured are the values of what the plan asks for, a number a column; nil where it asks for nothing.
	Measured []float64
}

// Fits are how close predicted numbers come to the targets of the training rows, the test rows
// and fresh points, in their units. Without fresh points Fresh is NaN.
type Fits struct{ Train, Test, Fresh models.Fit }

// numbers are those of all fits, in the order of [fitColumns].
func (f *Fits) numbers() []*float64 {
	var all []*float64
	for _, fit := range []*models.Fit{&f.Train, &f.Test, &f.Fresh} {
		all = append(all, &fit.R2, &fit.RMSE, &fit.MAE)
	}
	return all
}

// absent says that not one of the fits is there.
func (f *Fits) absent() bool {
	return !slices.ContainsFunc(f.numbers(), func(v *float64) bool { return !math.IsNaN(*v) })
}

// fitColumns are the names of fits in a table.
var fitColumns = []string{"train_r2", "train_rmse", "train_mae", "test_r2", "test_rmse", "test_mae", "fresh_r2", "fresh_rmse", "fresh_mae"}

// FinalLoss is the reported loss of the last epoch.
func (r *Record) FinalLoss() float64 { return r.Loss[LossPoints-1] }

// FreshAccuracy is the share of the fresh points that are predicted rightly; NaN without
// any, and for numbers.
func (r *Record) FreshAccuracy() float64 {
	if r.Fits != nil {
		return math.NaN()
	}
	return float64(r.FreshRight) / float64(r.FreshRows)
}

// Score is what the trial is judged by: its accuracy, or R² of numbers, on fresh points, or
// where there are none on the test rows.
func (r *Record) Score() float64 {
	switch {
	case r.Fits != nil && r.FreshRows > 0:
		return r.Fits.Fresh.R2
	case r.Fits != nil:
		return r.Fits.Test.R2
	case r.FreshRows > 0:
		return r.FreshAccuracy()
	}
	return r.TestAccuracy
}

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
	fits := r.Fits
	if fits == nil && r.Measured != nil {
		fits = noFits()
	}
	if fits != nil {
		for _, v := range fits.numbers() {
			b = appendNumbers(b, *v)
		}
	}
	if r.Measured != nil {
		b = binary.AppendUvarint(b, uint64(len(r.Measured)))
		b = appendNumbers(b, r.Measured...)
	}
	return b
}

// noFits stand before what is measured of a trial that predicts no numbers.
func noFits() *Fits {
	f := new(Fits)
	for _, v := range f.numbers() {
		*v = math.NaN()
	}
	return f
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
		r.Fits = new(Fits)
		for _, v := range r.Fits.numbers() {
			*v = d.number()
		}
	}
	if len(d.rest) > 0 {
		r.Measured = make([]float64, d.uvarint(uint64(len(d.rest)/8)))
		d.numbers(r.Measured)
		if r.Fits.absent() {
			r.Fits = nil
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
