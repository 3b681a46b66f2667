package sweep

import (
	"sync"
	"time"
)

// A segment is published when this share of the run's time has gone by since the
// last one, within bounds: a kill costs little work, and a long run makes few
// files, about a hundred and then two a minute.
const (
	publishShare  = 20
	firstInterval = 250 * time.Millisecond
	lastInterval  = 30 * time.Second
	// fullBatch bounds memory where trials are very short.
	fullBatch = 20_000
)

// batch collects the records of all workers until they are published.
type batch struct {
	folder *Folder
	full   chan struct{} // has room for one

	mu      sync.Mutex
	records []Record
}

func newBatch(f *Folder) *batch { return &batch{folder: f, full: make(chan struct{}, 1)} }

// Find implements [experiment.Ledger]: only trials without a record are asked for.
func (b *batch) Find(int) (*Record, bool) { return nil, false }

// Add implements [experiment.Ledger]. A trial that was not run has no record.
func (b *batch) Add(_ int, r *Record) error {
	if r == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.records = append(b.records, *r)
	if len(b.records) >= fullBatch {
		select {
		case b.full <- struct{}{}:
		default: // the publisher knows
		}
	}
	return nil
}

// publishUntil publishes from time to time until all is finished, and what is left
// then. It ends early, stopping the work, when that fails.
func (b *batch) publishUntil(finished <-chan struct{}, stop func(error)) error {
	start := time.Now() // the monotonic clock: setting the time changes nothing
	for {
		timer := time.NewTimer(min(max(time.Since(start)/publishShare, firstInterval), lastInterval))
		last := false
		select {
		case <-timer.C:
		case <-b.full:
		case <-finished:
			last = true
		}
		timer.Stop()
		if err := b.publish(); err != nil {
			stop(err)
			return err
		}
		if last {
			return nil
		}
	}
}

func (b *batch) publish() error {
	b.mu.Lock()
	records := b.records
	b.records = nil
	b.mu.Unlock()
	return b.folder.Publish(records)
}
