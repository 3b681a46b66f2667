package experiment

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"actscope/internal/config"
	"actscope/models"
	"actscope/models/geometry"
)

// survivalOf trains the network of a configuration and measures what survives.
func survivalOf(t *testing.T, c config.Config) (*models.Network, Survival) {
	t.Helper()
	d, network, err := TrainOne(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Measure(t.Context(), network, d, WholeGeometry)
	if err != nil {
		t.Fatal(err)
	}
	s, err := MeasureSurvival(t.Context(), network, d, m)
	if err != nil {
		t.Fatal(err)
	}
	return network, s
}

func TestSurvivalIsMeasuredOnFreshPoints(t *testing.T) {
	c := config.Article()
	c.Activations, c.Epochs = []string{"relu"}, 100
	_, s := survivalOf(t, c)
	if want := 4 * len(geometry.NoiseLevels()); len(s.Noise) != want {
		t.Errorf("%d readings, want %d", len(s.Noise), want)
	}
	for _, q := range s.Bits.Activations {
		if points := float64(q.Flips) * flippedRows; math.Abs(points-math.Round(points)) > 1e-9 {
			t.Errorf("%s: a share of %v is not one of %d points", q.Format, q.Flips, flippedRows)
		}
	}
	if !(s.Bits.Smallest >= 1 && s.Bits.Smallest <= geometry.MostBits) {
		t.Errorf("smallest %v", s.Bits.Smallest)
	}
}

// Of a file nobody knows the law: its own rows are measured, with the distances that are known.
func TestSurvivalOfAFileIsMeasuredOnItsRows(t *testing.T) {
	for _, columns := range []int{2, 3} {
		var rows strings.Builder
		rows.WriteString(strings.Repeat("x,", columns) + "label\n")
		for i := range 120 {
			for k := range columns {
				rows.WriteString(strconv.FormatFloat(math.Sin(float64(7*i+3*k)), 'g', -1, 64) + ",")
			}
			rows.WriteString(strconv.Itoa(i%2) + "\n")
		}
		text := strings.ReplaceAll(rows.String(), "x,x,x,", "x,y,z,")
		file := filepath.Join(t.TempDir(), "points.csv")
		if err := os.WriteFile(file, []byte(strings.Replace(text, "x,x,", "x,y,", 1)), 0o666); err != nil {
			t.Fatal(err)
		}
		c := config.Article()
		c.Dataset, c.Activations, c.Hidden, c.Epochs, c.LearningRate = "csv:"+file, []string{"tanh"}, []int{4}, 300, 1
		_, s := survivalOf(t, c)
		for _, q := range s.Bits.Weights {
			if points := float64(q.Flips) * 30; math.Abs(points-math.Round(points)) > 1e-9 {
				t.Errorf("%d columns, %s: a share of %v is not one of 30 rows", columns, q.Format, q.Flips)
			}
		}
		if input := s.Noise[0]; input.Layer != "input" || math.IsNaN(float64(input.Decoded)) {
			t.Errorf("%d columns: %+v", columns, input)
		}
	}
}

// A network without a boundary, as of too few epochs, has nothing to survive, and says so.
func TestNothingSurvivesWithoutABoundary(t *testing.T) {
	c := config.Article()
	c.Activations, c.Epochs, c.ClassShare = []string{"sigmoid"}, 1, 0.9
	_, s := survivalOf(t, c)
	for _, r := range s.Noise {
		if !math.IsNaN(float64(r.Decoded)) || r.Undefined["decoded"] == "" || r.Undefined["far_rank"] == "" {
			t.Errorf("%+v", r)
		}
	}
	if !math.IsNaN(float64(s.Bits.Smallest)) || s.Bits.Undefined["smallest"] == "" {
		t.Errorf("smallest %v, %v", s.Bits.Smallest, s.Bits.Undefined)
	}
}
