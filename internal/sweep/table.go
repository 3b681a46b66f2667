package sweep

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Columns are the names of a table's columns: the trial's place and id, its
// settings, how it ended, what was measured.
func (p *Plan) Columns() ([]string, error) {
	depth, err := p.Depth()
	if err != nil {
		return nil, err
	}
	columns := append([]string{"trial", "id"}, p.Keys()...)
	columns = append(columns, "status", "reason", "steps", "final_loss", "train_accuracy", "test_accuracy", "gradient_first", "gradient_last")
	for l := 1; l <= depth; l++ {
		columns = append(columns, fmt.Sprintf("spread_%d", l))
	}
	columns = append(columns, "loss_first")
	for i := 1; i < LossPoints-1; i++ {
		columns = append(columns, fmt.Sprintf("loss_%02d", i*100/(LossPoints-1)))
	}
	return columns, nil
}

// WriteTable writes one row for each trial, in the plan's order, as
// comma-separated values below two lines that begin with # and name the plan and
// the program. Numbers have all their digits; what was not measured is empty.
// Equal plans give equal bytes, however their trials were run.
func WriteTable(ctx context.Context, w io.Writer, f *Folder, l *Ledger) error {
	columns, err := f.Plan.Columns()
	if err != nil {
		return err
	}
	depth, err := f.Plan.Depth()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# actscope sweep, %d trials, plan %s\n", f.Plan.trials, f.Plan.Hash())
	fmt.Fprintf(out, "# program %s, kernels %s\n", f.Plan.Provenance.Version, f.Plan.Provenance.Kernels)
	rows := csv.NewWriter(out)
	if err := rows.Write(columns); err != nil {
		return err
	}
	row := make([]string, 0, len(columns))
	err = f.Walk(ctx, l, func(t Trial, r Record) error {
		row = append(row[:0], strconv.Itoa(t.Index), t.ID)
		row = append(row, t.Settings...)
		row = append(row, r.Status.String(), r.Reason, strconv.Itoa(r.Steps))
		row = append(row, cell(r.FinalLoss()), cell(r.TrainAccuracy), cell(r.TestAccuracy), cell(r.GradientFirst), cell(r.GradientLast))
		for l := range depth {
			if l < len(r.Spread) {
				row = append(row, cell(r.Spread[l]))
			} else {
				row = append(row, "")
			}
		}
		for _, loss := range r.Loss[:LossPoints-1] {
			row = append(row, cell(loss))
		}
		return rows.Write(row)
	})
	if err != nil {
		return err
	}
	rows.Flush()
	if err := rows.Error(); err != nil {
		return err
	}
	return out.Flush()
}

func cell(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
