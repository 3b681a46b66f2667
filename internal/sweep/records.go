package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"actscope/internal/input"
)

// Records are those of a sweep's trials, as far as there are any.
type Records struct {
	Plan *Plan
	// Done, Failed and Diverged count trials; Done includes the other two.
	Done, Failed, Diverged int
	// Problems are about files that were passed over, whose trials are not counted. They
	// are of type [input.Error].
	Problems []error

	done, diverged, failed bitmap
	segments               []segmentSpan
	damaged                []*input.Error // of the problems, those about files of no use to anybody
}

// segmentSpan is a segment and the first and last trial in it.
type segmentSpan struct {
	path        string
	first, last int
	fits        bool // of numbers
}

type bitmap []uint64

func newBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

func (b bitmap) has(i int) bool { return b[i/64]>>(i%64)&1 != 0 }

func (b bitmap) add(i int) { b[i/64] |= 1 << (i % 64) }

// Scan finds out which trials have a record that can be read, in a file of whatever name.
func (f *Folder) Scan(ctx context.Context) (*Records, error) {
	n := f.Plan.trials
	r := &Records{Plan: f.Plan, done: newBitmap(n), diverged: newBitmap(n), failed: newBitmap(n)}
	dir := filepath.Join(f.path, resultsName)
	if info, err := os.Stat(dir); err == nil && !info.IsDir() { // such as a pipe, on which opening blocks
		return nil, input.RefuseFile(dir, "not a folder, and results are kept in it")
	}
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, input.InFile(dir, err)
	}
	for _, file := range files {
		if strings.HasPrefix(file.Name(), ".") {
			continue // not published, or a file manager's
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		path := filepath.Join(dir, file.Name())
		s, err := f.Plan.readSegment(path)
		if err != nil {
			r.passOver(path, file.Type(), err)
			continue
		}
		r.segments = append(r.segments, segmentSpan{path, s.entries[0].trial, s.entries[len(s.entries)-1].trial, s.format == 3 || s.format == 5})
		for _, e := range s.entries {
			r.count(e)
		}
	}
	return r, nil
}

// passOver notes a file that cannot be used, unless it was set aside for that.
func (r *Records) passOver(path string, kind fs.FileMode, err error) {
	problem := input.InFile(path, err)
	isLink := kind&fs.ModeSymlink != 0
	switch {
	case strings.HasSuffix(path, damagedSuffix):
		return
	case errors.Is(problem, fs.ErrNotExist) && !isLink: // another process has set it aside
		return
	case errors.Is(problem, fs.ErrNotExist):
		problem = input.RefuseFile(path, "a link to a file that is not there")
	case strings.HasSuffix(path, segmentSuffix) && (errors.Is(problem, ErrDamaged) || !kind.IsRegular() && !isLink):
		r.damaged = append(r.damaged, problem)
	}
	r.Problems = append(r.Problems, problem)
}

func (r *Records) count(e entry) {
	if r.done.has(e.trial) {
		return
	}
	r.done.add(e.trial)
	r.Done++
	switch e.status {
	case Failed:
		r.Failed++
		r.failed.add(e.trial)
	case Diverged:
		r.Diverged++
		r.diverged.add(e.trial)
	}
}

// reason is why a trial diverged or failed.
func (r *Records) reason(ctx context.Context, trial int) (string, error) {
	records, err := r.readWindow(ctx, trial, trial+1)
	if err != nil {
		return "", err
	}
	record, err := decodeRecord(trial, records[0].bytes)
	if err != nil {
		return "", input.InFile(records[0].segment, err)
	}
	return record.Reason, nil
}

// Missing counts the trials without a record.
func (r *Records) Missing() int { return r.Plan.trials - r.Done }

// MissingShards are the shards that have a trial without a record, of a sweep in count
// parts.
func (r *Records) MissingShards(count int) []int {
	missing := make([]bool, count)
	for i := range r.Plan.trials {
		if !r.done.has(i) {
			missing[shardOf(i, count)] = true
		}
	}
	var shards []int
	for s, is := range missing {
		if is {
			shards = append(shards, s)
		}
	}
	return shards
}

// MissingError says that trials have no record yet.
type MissingError struct {
	Missing, Trials int
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%d of %d trials have no record yet: run the sweep again to complete it", e.Missing, e.Trials)
}

// ContradictionError is one trial with two different records, which equal programs on
// equal data cannot make.
type ContradictionError struct {
	Trial Trial
	// Segments are the two files.
	Segments [2]string
}

func (e *ContradictionError) Error() string {
	return fmt.Sprintf("trial %d (%s) has one result in %s and another in %s: a trial's result depends on its settings alone, so a machine computes wrongly or a data file has changed; move one of them away",
		e.Trial.Index, e.Trial.ID, e.Segments[0], e.Segments[1])
}

// window is how many trials' records are held at once while all are read.
const window = 1 << 15

// Walk calls visit with each trial and its record in the plan's order. However many there
// are, it holds some ten thousand at a time. Trials without a record end it with a
// [MissingError], one with two different records with a [ContradictionError], results of
// another plan with an [input.Error] of cause [ErrForeign]. Damaged segments are passed
// over: they are among the problems.
func (r *Records) Walk(ctx context.Context, visit func(Trial, Record) error) error {
	for _, problem := range r.Problems {
		if errors.Is(problem, ErrForeign) {
			return problem
		}
	}
	if missing := r.Missing(); missing > 0 {
		return &MissingError{Missing: missing, Trials: r.Plan.trials}
	}
	for first := 0; first < r.Plan.trials; first += window {
		if err := r.walkWindow(ctx, first, min(first+window, r.Plan.trials), visit); err != nil {
			return err
		}
	}
	return nil
}

// encodedRecord is a record and the segment that it is from.
type encodedRecord struct {
	bytes   []byte
	segment string
}

// walkWindow visits the trials from first to before end.
func (r *Records) walkWindow(ctx context.Context, first, end int, visit func(Trial, Record) error) error {
	records, err := r.readWindow(ctx, first, end)
	if err != nil {
		return err
	}
	for i, encoded := range records {
		trial, err := r.Plan.Trial(first + i)
		if err != nil {
			return err
		}
		record, err := decodeRecord(first+i, encoded.bytes)
		if err == nil && record.ID != trial.ID {
			err = errors.New("holds the record of another configuration")
		}
		if err != nil {
			return input.InFile(encoded.segment, err)
		}
		if err := visit(trial, record); err != nil {
			return err
		}
	}
	return nil
}

// readWindow reads the records of the trials from first to before end.
func (r *Records) readWindow(ctx context.Context, first, end int) ([]encodedRecord, error) {
	records := make([]encodedRecord, end-first)
	for _, span := range r.segments {
		if span.last < first || span.first >= end {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := r.Plan.readSegment(span.path)
		if err != nil {
			return nil, err // it was whole when it was scanned
		}
		for e, record := range s.records {
			if e.trial < first || e.trial >= end {
				continue
			}
			switch have := &records[e.trial-first]; {
			case have.bytes == nil:
				*have = encodedRecord{bytes.Clone(record), span.path}
			case !bytes.Equal(have.bytes, record):
				trial, err := r.Plan.Trial(e.trial)
				if err != nil {
					return nil, err
				}
				return nil, &ContradictionError{trial, [2]string{have.segment, span.path}}
			}
		}
	}
	return records, nil
}
