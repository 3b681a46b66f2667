package present

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/viz"
	"actscope/viz/figures"
)

// csvFile is a file of points with two inputs x, y and what label says of them.
func csvFile(t *testing.T, targets string, label func(i int, x, y float64) string) string {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintln(&b, "x,y,"+targets)
	for i := range 90 {
		x, y := float64(i%10)-4.5, float64(i/10)-4
		fmt.Fprintf(&b, "%v,%v,%s\n", x, y, label(i, x, y))
	}
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// told is the story of a short comparison, with its page as HTML and the names of its figures.
func told(t *testing.T, file string, change func(*config.Config)) (r *comparison.Result, html string, names []string) {
	t.Helper()
	c := config.Article()
	c.Dataset, c.Epochs, c.Hidden, c.Activations = "csv:"+file, 30, []int{6, 4}, []string{"relu", "tanh"}
	change(&c)
	r, err := comparison.Run(t.Context(), c, nil, comparison.Saving{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Comparison(t.Context(), r, r.Summary("compare", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range s.Drawings {
		f, err := d.Figure(viz.Options{})
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
	}
	page, err := s.HTML(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(page), names
}

func wantWords(t *testing.T, html string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(html, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func TestStoryOfThreeClassesAndOneOfASingleRow(t *testing.T) {
	file := csvFile(t, "kind", func(i int, x, y float64) string {
		switch {
		case i == 0:
			return "rare"
		case y > x:
			return "above"
		}
		return "below"
	})
	r, html, names := told(t, file, func(*config.Config) {})
	wantWords(t, html, "A network that separates 3 classes", "balanced accuracy", "Accuracy by class", "Calibration", "The loss is the cross-entropy", "Shading: the predicted class", "ReLU, above")
	for _, name := range []string{"decision_boundaries", "confusion_matrix", "reliability", "boundary_distance"} {
		if !slices.Contains(names, name) {
			t.Errorf("no figure %s among %v", name, names)
		}
	}
	for _, d := range classDrawings(r) {
		if c, ok := d.(explained).Drawing.(figures.Confusion); ok {
			all := 0
			for _, row := range c.Nets[1].Counts {
				for _, n := range row {
					all += n
				}
			}
			if all != r.Data.Test.Rows() {
				t.Errorf("%d test rows are in the matrix, there are %d", all, r.Data.Test.Rows())
			}
		}
	}
}

func TestStoryOfANumberIsInItsUnits(t *testing.T) {
	file := csvFile(t, "price", func(_ int, x, y float64) string { return fmt.Sprint(1000 + 100*x + 13.7*y + x*y) })
	r, html, names := told(t, file, func(*config.Config) {})
	wantWords(t, html, "A network that predicts price", "RMSE and MAE are in the units of price", "the predicted <bdi>price</bdi>", "test R²", "What can be read from each layer", "ReLU, smallest price")
	for _, absent := range []string{"decision_boundaries", "reliability", "boundary_distance", "survival", "confusion_matrix"} {
		if slices.Contains(names, absent) {
			t.Errorf("numbers have a figure %s", absent)
		}
	}
	plane, judged, err := predictionDrawings(t.Context(), r)
	if err != nil || len(plane) != 1 || len(judged) != 2 {
		t.Fatal(plane, judged, err)
	}
	p := figures.Predictions(judged[1].(explained).Drawing.(figures.Residuals))
	for i, v := range p.Target.Of {
		x := r.Data.Test.X[2*i]*r.Data.Scaling.Scale[0] + r.Data.Scaling.Mean[0]
		y := r.Data.Test.X[2*i+1]*r.Data.Scaling.Scale[1] + r.Data.Scaling.Mean[1]
		if want := 1000 + 100*x + 13.7*y + x*y; v-want > 1e-9*want || want-v > 1e-9*want {
			t.Fatalf("the price of row %d is %v, want %v", i, v, want)
		}
	}
}

func TestStoryOfSeveralLabels(t *testing.T) {
	file := csvFile(t, "right,high", func(_ int, x, y float64) string {
		one := func(b bool) int {
			if b {
				return 1
			}
			return 0
		}
		return fmt.Sprintf("%d,%d", one(x > 0), one(y > 1))
	})
	r, html, names := told(t, file, func(c *config.Config) { c.Label = "right,high" })
	wantWords(t, html, "A network that decides several labels", "A row is right where all its labels are.", "The film shows the first of 2 targets, right.", "P(<bdi>right</bdi>)")
	if !slices.Contains(names, "decision_boundaries_1") || !slices.Contains(names, "decision_boundaries_2") {
		t.Errorf("figures %v", names)
	}
	plane, _, err := predictionDrawings(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for label, d := range plane {
		b, ok := d.(explained).Drawing.(namedAxes).Drawing.(figures.DecisionBoundaries)
		if !ok {
			t.Fatalf("%T", d)
		}
		wrong := 0
		for _, w := range b.Nets[0].Wrong {
			if w {
				wrong++
			}
		}
		if share := 1 - float64(wrong)/float64(len(b.Labels)); share-r.Networks[0].LabelAccuracy[label] > 1e-12 || r.Networks[0].LabelAccuracy[label]-share > 1e-12 {
			t.Errorf("label %d is right at %v of the points, and said to be at %v", label, share, r.Networks[0].LabelAccuracy[label])
		}
	}
}

func TestStoryOfScores(t *testing.T) {
	file := csvFile(t, "kind", func(i int, x, y float64) string { return string("abc"[i%3]) })
	_, html, names := told(t, file, func(c *config.Config) { c.Loss = "hinge" })
	wantWords(t, html, "Shading: the class with the largest score", "The loss is the hinge loss")
	if slices.Contains(names, "reliability") || strings.Contains(html, "Calibration") {
		t.Error("scores are no probabilities to rely on")
	}
}
