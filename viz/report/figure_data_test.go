package report

import (
	"math"
	"strings"
	"testing"
)

func TestDataOfFiguresIsCSV(t *testing.T) {
	got, err := csvOf([]Column{{Name: "layer, stage", Words: []string{"z1", `the "last"`}}, {Name: "|z|", Numbers: []float64{0.1, math.Inf(1)}}})
	if want := "\"layer, stage\",|z|\nz1,0.1\n\"the \"\"last\"\"\",+Inf\n"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	_, err = csvOf([]Column{{Name: "a", Numbers: []float64{1, 2}}, {Name: "b", Words: []string{"x"}}})
	if err == nil || !strings.Contains(err.Error(), `column "b" has 0 numbers and 1 words, where the first column has 2 rows`) {
		t.Errorf("got %v", err)
	}
}
