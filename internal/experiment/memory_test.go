package experiment

import (
	"errors"
	"math"
	"strings"
	"testing"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/memory"
)

// checkAgainst is CheckMemory for 400 points on a machine with so many bytes left.
func checkAgainst(available uint64, networks []config.Specification) error {
	needed, err := estimateBytes(400, data.Set{Columns: 2}, networks...)
	if err != nil {
		return err
	}
	return memory.CheckAgainst(available, "hidden", "these networks", needed, memoryAdvice)
}

func TestNetworksBeyondTheMemoryAreRefusedWithTheEstimate(t *testing.T) {
	c := config.Article()
	for range 100 {
		c.Hidden = append(c.Hidden, 4096)
	}
	c.Hidden = c.Hidden[2:]
	specifications, err := c.Specifications()
	if err != nil {
		t.Fatal(err)
	}
	err = checkAgainst(16<<30, specifications)
	var refused *memory.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a memory.Error", err)
	}
	// 99 matrices of 4096² weights, three arrays each, eight bytes: 37 GiB and more for each net.
	if refused.Needed < 2*37<<30 || !strings.Contains(err.Error(), "GiB") {
		t.Errorf("estimate %.0f bytes: %v", refused.Needed, err)
	}
	specifications, err = config.Article().Specifications()
	if err != nil {
		t.Fatal(err)
	}
	if err := checkAgainst(64<<20, specifications); err != nil {
		t.Errorf("the article's nets do not fit in 64 MiB: %v", err)
	}
}

// Fresh points are evaluated many at a time, however few rows there are; a file has none.
func TestTheEvaluationOfFreshPointsCounts(t *testing.T) {
	needed := func(dataset string) float64 {
		c := config.Article()
		c.Dataset, c.Hidden = dataset, []int{4096, 4096}
		specifications, err := c.Specifications()
		if err != nil {
			t.Fatal(err)
		}
		bytes, err := estimateBytes(40, data.Set{Columns: 2}, specifications[0])
		if err != nil {
			t.Fatal(err)
		}
		return bytes
	}
	const signals = 2 * 4096 * 8 // bytes of the activations of a row
	if more := needed("moons") - needed("csv:points.csv"); more < (evaluatedRows-40)*signals {
		t.Errorf("%.0f bytes more", more)
	}
}

// Adam keeps two arrays of its own for each parameter.
func TestTheOptimisersMemoryCounts(t *testing.T) {
	needed := make(map[string]float64)
	c := config.Article()
	c.Hidden = []int{1000, 1000}
	for _, c.Optimiser = range []string{"descent", "momentum", "adam"} {
		specifications, err := c.Specifications()
		if err != nil {
			t.Fatal(err)
		}
		if needed[c.Optimiser], err = estimateBytes(400, data.Set{Columns: 2}, specifications...); err != nil {
			t.Fatal(err)
		}
	}
	const parameters = 2*1000 + 1000 + 1000*1000 + 1000 + 1000 + 1
	if more := needed["momentum"] - needed["descent"]; more != 2*8*parameters {
		t.Errorf("momentum takes %.0f bytes more for two networks", more)
	}
	if more := needed["adam"] - needed["descent"]; more != 2*16*parameters {
		t.Errorf("Adam takes %.0f bytes more for two networks", more)
	}
}

func TestGraphOfAnyBatchIsEstimated(t *testing.T) {
	specifications, err := config.Article().Specifications()
	if err != nil {
		t.Fatal(err)
	}
	d, err := Load(t.Context(), config.Article().Points)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckBatch(d, specifications[0], 64); err != nil {
		t.Error(err)
	}
	var refused *memory.Error
	if err := CheckBatch(d, specifications[0], math.MaxInt); !errors.As(err, &refused) || refused.Needed < 1e18 {
		t.Errorf("%v", err)
	}
}

// A file of many columns has its searches and inputs counted, and nothing squared.
func TestManyColumnsCount(t *testing.T) {
	c := config.Article()
	c.Dataset = "csv:points.csv"
	specifications, err := c.Specifications()
	if err != nil {
		t.Fatal(err)
	}
	for columns, most := range map[int]float64{100: 200 << 20, 2000: 1 << 30, 1_000_000: 500 << 30} {
		needed, err := estimateBytes(200, data.Set{Columns: columns}, specifications...)
		if err != nil || needed > most || needed < 8*200*float64(columns) {
			t.Errorf("%d columns: %.0f MB, %v", columns, needed/(1<<20), err)
		}
	}
}
