package sweep

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"actscope/internal/config"
)

// ColumnKind is what a column of a table holds.
type ColumnKind int

const (
	// Text is any text.
	Text ColumnKind = iota
	// Integer is a whole number of 64 bits.
	Integer
	// Number is a number of double precision, of which an infinite one is +Inf or -Inf.
	Number
)

// Column is one of a table.
type Column struct {
	Name string
	Kind ColumnKind
}

// provenanceColumns are the last of a table: what its rows come from, so that tables of several
// sweeps can be put together.
var provenanceColumns = []Column{{"plan", Text}, {"program", Text}, {"kernels", Text}}

// Columns are those of the table of all trials: a trial's place and id, its settings, how it ended, what
// was measured; where trials predict numbers, how close these come; what the plan's key measure asks for;
// and the hash of the plan, the program and its kernels.
func (r *Records) Columns() ([]Column, error) {
	depth, err := r.Plan.Depth()
	if err != nil {
		return nil, err
	}
	columns := []Column{{"trial", Integer}, {"id", Text}}
	for _, key := range r.Plan.Keys() {
		kind := Text
		if s, err := config.SettingNamed(key); err == nil {
			kind = map[string]ColumnKind{"int": Integer, "float": Number}[s.Kind]
		}
		columns = append(columns, Column{key, kind})
	}
	columns = append(columns, Column{"status", Text}, Column{"reason", Text}, Column{"steps", Integer})
	numbers := []string{"final_loss", "train_accuracy", "test_accuracy", "fresh_accuracy", "gradient_first", "gradient_last"}
	for l := 1; l <= depth; l++ {
		numbers = append(numbers, fmt.Sprintf("spread_%d", l))
	}
	numbers = append(numbers, "noticeable_growth", "loss_first")
	for i := 1; i < LossPoints-1; i++ {
		numbers = append(numbers, fmt.Sprintf("loss_%02d", i*100/(LossPoints-1)))
	}
	if r.fits() {
		numbers = append(numbers, fitColumns...)
	}
	for _, name := range append(numbers, r.Plan.measures.columns(depth)...) {
		columns = append(columns, Column{name, Number})
	}
	return append(columns, provenanceColumns...), nil
}

// fits says whether there are trials that predict numbers.
func (r *Records) fits() bool {
	return slices.ContainsFunc(r.segments, func(s segmentSpan) bool { return s.fits })
}

// Rows calls visit with the cells of each trial's row, under the columns of [Records.Columns], in the
// plan's order. Numbers have all their digits; what was not measured is empty. Cells are visit's until it
// returns. Errors are those of [Records.Walk].
func (r *Records) Rows(ctx context.Context, visit func(cells []string) error) error {
	depth, err := r.Plan.Depth()
	if err != nil {
		return err
	}
	numbers, measured := r.fits(), len(r.Plan.measures.columns(depth))
	plan := r.Plan.Hash()
	var row []string
	return r.Walk(ctx, func(t Trial, record Record) error {
		row = append(row[:0], strconv.Itoa(t.Index), t.ID)
		row = append(row, t.Settings...)
		row = append(row, record.Status.String(), record.Reason, strconv.Itoa(record.Steps), cell(record.FinalLoss()),
			cell(record.TrainAccuracy), cell(record.TestAccuracy), cell(record.FreshAccuracy()), cell(record.GradientFirst), cell(record.GradientLast))
		for l := range depth {
			spread := math.NaN()
			if l < len(record.Spread) {
				spread = record.Spread[l]
			}
			row = append(row, cell(spread))
		}
		row = append(row, cell(record.NoticeableGrowth))
		for _, loss := range record.Loss[:LossPoints-1] {
			row = append(row, cell(loss))
		}
		switch {
		case numbers && record.Fits != nil:
			for _, v := range record.Fits.numbers() {
				row = append(row, cell(*v))
			}
		case numbers:
			row = append(row, make([]string, len(fitColumns))...)
		}
		for i := range measured {
			v := math.NaN() // of a trial that could not be trained
			if i < len(record.Measured) {
				v = record.Measured[i]
			}
			row = append(row, cell(v))
		}
		return visit(append(row, plan, r.Plan.Provenance.Version, r.Plan.Provenance.Kernels))
	})
}

// WriteTable writes the table as comma-separated values under a line of names, as other programs read them
// without being told anything. Equal plans give equal bytes, however their trials were run. Errors are those
// of [Records.Walk].
func (r *Records) WriteTable(ctx context.Context, w io.Writer) error {
	columns, err := r.Columns()
	if err != nil {
		return err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	rows := csv.NewWriter(w)
	if err := rows.Write(names); err != nil {
		return err
	}
	if err := r.Rows(ctx, rows.Write); err != nil {
		return err
	}
	rows.Flush()
	return rows.Error()
}

func cell(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
