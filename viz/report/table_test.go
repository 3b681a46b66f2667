package report

import (
	"slices"
	"testing"
)

func TestColumnsOfNumbersAreSetFlushRight(t *testing.T) {
	drawn, err := drawTables([]Table{{
		Columns: []string{"network", "loss", "change", "accuracy", "spread", "layers"},
		Rows: [][]string{
			{"relu", "0.25", "−3.5e-05", "96.0 %", "1.67 ± 0.02", "8, 8"},
			{"tanh", "1,234.5", "—", "NaN", "", "16"},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []bool{false, true, true, true, true, false}; !slices.Equal(drawn[0].Numeric, want) {
		t.Errorf("got %v, want %v", drawn[0].Numeric, want)
	}
}
