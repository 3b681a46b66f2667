package sweep

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// Shard is one of the parts in which a sweep is run.
type Shard struct {
	// Index counts from 0.
	Index int
	// Count is the number of parts of the whole sweep.
	Count int
}

// Whole is the sweep in one part.
var Whole = Shard{0, 1}

// maxShards is far above the length of any array of jobs.
const maxShards = 1_000_000

// ParseShard reads I/N. The error is an [InputError].
func ParseShard(text string) (Shard, error) {
	index, count, ok := strings.Cut(text, "/")
	i, errIndex := strconv.Atoi(index)
	n, errCount := strconv.Atoi(count)
	s := Shard{i, n}
	if !ok || errIndex != nil || errCount != nil {
		return s, badInput("", "%q is not of the form I/N, such as 0/4 for the first of four shards", text)
	}
	return s, s.check()
}

func (s Shard) check() error {
	if s.Count < 1 || s.Count > maxShards {
		return badInput("", "%d shards: take 1 to %d", s.Count, maxShards)
	}
	if s.Index < 0 || s.Index >= s.Count {
		return badInput("", "shard %d of %d: shards count from 0 to %d", s.Index, s.Count, s.Count-1)
	}
	return nil
}

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// shardOf is the shard that has trial i. Trials are dealt out like cards, each
// round beginning with another shard: an axis whose length is that of a round
// would give some shards all the slow trials otherwise.
func shardOf(i, count int) int { return (i + i/count) % count }

// trials are the trials of the shard in their order, out of so many.
func (s Shard) trials(all int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for round := 0; round*s.Count < all; round++ {
			i := round*s.Count + (s.Index-round%s.Count+s.Count)%s.Count
			if i < all && !yield(i) {
				return
			}
		}
	}
}
