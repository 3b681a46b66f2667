package sweep

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Ledger says which trials of a plan have a record. Problems are files that were
// passed over; their trials are not counted.
type Ledger struct {
	// Done, Failed and Diverged count trials; Done includes the other two.
	Done, Failed, Diverged int
	// Problems are of type [SegmentError].
	Problems []error

	plan     *Plan
	done     bitmap
	ended    bitmap // diverged or failed
	segments []segmentSpan
}

// segmentSpan is a segment and the first and last trial in it.
type segmentSpan struct {
	path        string
	first, last int
}

type bitmap []uint64

func newBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

func (b bitmap) has(i int) bool { return b[i/64]>>(i%64)&1 != 0 }

// add sets bit i and says whether it was unset.
func (b bitmap) add(i int) bool {
	was := b.has(i)
	b[i/64] |= 1 << (i % 64)
	return !was
}

// Scan reads which trials are done.
func (f *Folder) Scan() (*Ledger, error) {
	l := &Ledger{plan: f.Plan, done: newBitmap(f.Plan.trials), ended: newBitmap(f.Plan.trials)}
	dir := filepath.Join(f.path, resultsName)
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, badInput("", "cannot read the results: %v", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue // not published, or of some file manager's
		}
		path := filepath.Join(dir, e.Name())
		segment, err := f.Plan.readSegment(path)
		var bad *SegmentError
		switch {
		case errors.As(err, &bad):
			l.Problems = append(l.Problems, bad)
			continue
		case err != nil:
			return nil, fmt.Errorf("cannot read the results: %w", err)
		}
		l.segments = append(l.segments, segmentSpan{path, segment.entries[0].trial, segment.entries[len(segment.entries)-1].trial})
		for _, e := range segment.entries {
			l.count(e)
		}
	}
	return l, nil
}

func (l *Ledger) count(e entry) {
	if !l.done.add(e.trial) {
		return
	}
	l.Done++
	switch e.status {
	case Failed:
		l.Failed++
	case Diverged:
		l.Diverged++
	}
	if e.status != OK {
		l.ended.add(e.trial)
	}
}

// Missing counts the trials without a record.
func (l *Ledger) Missing() int { return l.plan.trials - l.Done }

// Has says whether a trial has a record.
func (l *Ledger) Has(trial int) bool { return l.done.has(trial) }

// MissingShards are the shards, out of so many, that have a trial without a record.
func (l *Ledger) MissingShards(count int) []int {
	missing := make([]bool, count)
	for i := range l.plan.trials {
		if !l.done.has(i) {
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

// Foreign is the first problem with a whole segment of another plan or version.
func (l *Ledger) Foreign() error {
	for _, p := range l.Problems {
		var bad *SegmentError
		if errors.As(p, &bad) && bad.Foreign {
			return bad
		}
	}
	return nil
}
