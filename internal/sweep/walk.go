package sweep

import (
	"bytes"
	"context"
	"errors"
)

// window is how many trials' records are held at once while all are read.
const window = 1 << 15

// kept is a record in a window.
type kept struct {
	record  []byte
	segment string
}

// Walk calls visit with each trial and its record in the plan's order. It holds
// some thousand records at a time, however many there are. Trials without a record
// end it with a [MissingError], one with two different records with a
// [ContradictionError], results of another plan with a [SegmentError]. Damaged
// segments are passed over: the ledger has named them.
func (f *Folder) Walk(ctx context.Context, l *Ledger, visit func(Trial, Record) error) error {
	if err := l.Foreign(); err != nil {
		return err
	}
	if missing := l.Missing(); missing > 0 {
		return &MissingError{Missing: missing, Trials: f.Plan.trials}
	}
	for first := 0; first < f.Plan.trials; first += window {
		if err := f.walkWindow(ctx, l, first, min(first+window, f.Plan.trials), visit); err != nil {
			return err
		}
	}
	return nil
}

// walkWindow visits the trials from first to before end.
func (f *Folder) walkWindow(ctx context.Context, l *Ledger, first, end int, visit func(Trial, Record) error) error {
	records := make([]kept, end-first)
	for _, s := range l.segments {
		if s.last < first || s.first >= end {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		segment, err := f.Plan.readSegment(s.path)
		if err != nil {
			return err // it was whole when it was scanned
		}
		var contradiction error
		segment.records(func(e entry, record []byte) {
			if e.trial < first || e.trial >= end {
				return
			}
			switch have := &records[e.trial-first]; {
			case have.record == nil:
				*have = kept{bytes.Clone(record), s.path}
			case !bytes.Equal(have.record, record):
				contradiction = f.contradiction(e.trial, have.segment, s.path)
			}
		})
		if contradiction != nil {
			return contradiction
		}
	}
	for i, k := range records {
		trial, err := f.Plan.Trial(first + i)
		if err != nil {
			return err
		}
		record, err := decodeRecord(first+i, k.record)
		if err == nil && record.ID != trial.ID {
			err = errors.New("holds the record of another configuration")
		}
		if err != nil {
			return &SegmentError{Path: k.segment, Reason: err.Error()}
		}
		if err := visit(trial, record); err != nil {
			return err
		}
	}
	return nil
}

// contradiction is the error about a trial with two different records.
func (f *Folder) contradiction(trial int, segments ...string) error {
	t, err := f.Plan.Trial(trial)
	if err != nil {
		return err
	}
	return &ContradictionError{Trial: t, Segments: [2]string(segments)}
}
