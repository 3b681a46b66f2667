package report

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSpreadKeepsBothEndsAndEvenGaps(t *testing.T) {
	for _, c := range []struct {
		n, most int
		want    []int
	}{{5, 10, []int{0, 1, 2, 3, 4}}, {7, 3, []int{0, 3, 6}}, {50, 6, []int{0, 10, 20, 29, 39, 49}}, {9, 1, []int{0}}, {3, 0, nil}, {0, 4, nil}, {-1, -1, nil}} {
		if got := Spread(c.n, c.most); !slices.Equal(got, c.want) {
			t.Errorf("%d of %d: %v, want %v", c.most, c.n, got, c.want)
		}
	}
}

func TestSnapshotEpochsRiseFromTheStartToTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		epochs := rapid.IntRange(0, 5000).Draw(t, "epochs")
		count := rapid.IntRange(2, 100).Draw(t, "count")
		got := SnapshotEpochs(epochs, count)
		if want := min(count, epochs+1); len(got) != want {
			t.Fatalf("%d epochs, want %d: %v", len(got), want, got)
		}
		if got[0] != 0 || got[len(got)-1] != epochs {
			t.Fatalf("from %d to %d", got[0], got[len(got)-1])
		}
		for i := 1; i < len(got); i++ {
			if got[i] <= got[i-1] {
				t.Fatalf("%d follows %d", got[i], got[i-1])
			}
		}
	})
}

func TestSnapshotEpochsLieDenserAtTheStart(t *testing.T) {
	if got, want := SnapshotEpochs(800, 5), []int{0, 50, 200, 450, 800}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, c := range [][2]int{{0, 1}, {10, 1}, {10, 0}, {-4, 3}} {
		if got := SnapshotEpochs(c[0], c[1]); len(got) > 1 {
			t.Errorf("%v: %v", c, got)
		}
	}
}
