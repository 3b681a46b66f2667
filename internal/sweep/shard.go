package sweep

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"actscope/internal/input"
)

// Shard is one of the parts in which a sweep is run. Trials go to the shards in turn.
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

// ParseShard reads I/N. The error is an [input.Error].
func ParseShard(text string) (Shard, error) {
	index, count, ok := strings.Cut(text, "/")
	i, errIndex := strconv.Atoi(index)
	n, errCount := strconv.Atoi(count)
	s := Shard{i, n}
	if !ok || errIndex != nil || errCount != nil {
		return s, input.Refuse("shard", "%q is not of the form I/N, such as 0/4 for the first of four shards", text)
	}
	return s, s.check()
}

func (s Shard) check() error {
	if s.Count < 1 || s.Count > maxShards {
		return input.Refuse("shards", "%d: take 1 to %d", s.Count, maxShards)
	}
	if s.Index < 0 || s.Index >= s.Count {
		return input.Refuse("shard", "%v: shards count from 0 to %d", s, s.Count-1)
	}
	return nil
}

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// shardOf is the shard that has trial i. Each round of trials begins with another shard:
// an axis as long as a round would otherwise give some shards all the slow trials.
func shardOf(i, count int) int { return (i + i/count) % count }

// trials are the trials of the shard in their order; all is the number of those in the
// plan.
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

// IndexList writes ascending numbers as job arrays take them: 0,2-5,9.
func IndexList(indices []int) string {
	var b strings.Builder
	for i := 0; i < len(indices); {
		j := i
		for j+1 < len(indices) && indices[j+1] == indices[j]+1 {
			j++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		if i == j {
			fmt.Fprint(&b, indices[i])
		} else {
			fmt.Fprintf(&b, "%d-%d", indices[i], indices[j])
		}
		i = j + 1
	}
	return b.String()
}
