package sweep

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestShardsSplitTheTrials(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trials, count := rapid.IntRange(1, 500).Draw(t, "trials"), rapid.IntRange(1, 60).Draw(t, "count")
		var all []int
		fewest, most := trials, 0
		for index := range count {
			own := slices.Collect(Shard{index, count}.trials(trials))
			if !slices.IsSorted(own) {
				t.Fatalf("shard %d is out of order: %v", index, own)
			}
			for _, i := range own {
				if shardOf(i, count) != index {
					t.Fatalf("trial %d is in shard %d and said to be in %d", i, index, shardOf(i, count))
				}
			}
			all = append(all, own...)
			fewest, most = min(fewest, len(own)), max(most, len(own))
		}
		slices.Sort(all)
		for i := range trials {
			if len(all) != trials || all[i] != i {
				t.Fatalf("the shards have %v", all)
			}
		}
		if most-fewest > 1 {
			t.Fatalf("shards of %d and of %d trials", fewest, most)
		}
	})
}

// An axis as long as there are shards must not give one shard all of an entry.
func TestShardsMixTheEntriesOfAnAxis(t *testing.T) {
	const count, entries = 4, 4
	for index := range count {
		seen := make(map[int]int)
		for i := range (Shard{index, count}).trials(400) {
			seen[i%entries]++
		}
		for entry, times := range seen {
			if times != 100/entries {
				t.Errorf("shard %d has entry %d %d times", index, entry, times)
			}
		}
	}
}

func TestShardsAreReadFromText(t *testing.T) {
	if s, err := ParseShard("2/5"); err != nil || s != (Shard{2, 5}) || s.String() != "2/5" {
		t.Errorf("got %v, %v", s, err)
	}
	for _, bad := range []string{"", "1", "/", "1/", "/2", "2/2", "-1/2", "0/0", "0/-1", "a/b", "0/99999999", "1/2/3", "0 / 2"} {
		if s, err := ParseShard(bad); err == nil {
			t.Errorf("%q was read as %v", bad, s)
		}
	}
}

func TestIndexListIsWhatArraysTake(t *testing.T) {
	for want, indices := range map[string][]int{
		"": nil, "0": {0}, "0-1": {0, 1}, "1,3": {1, 3}, "0-2,5,7-9": {0, 1, 2, 5, 7, 8, 9},
	} {
		if got := IndexList(indices); got != want {
			t.Errorf("%v is written %q, want %q", indices, got, want)
		}
	}
}
