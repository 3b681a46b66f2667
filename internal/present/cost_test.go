package present

import (
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/cost"
)

// The page has every rate of every network with its trainings, and says which network is
// proven to do what.
func TestCostPageShowsEveryRateAndTheBrackets(t *testing.T) {
	r, err := cost.Load(filepath.Join("..", "cost", "findings"))
	if err != nil {
		t.Fatal(err)
	}
	page := Cost(r).Page
	rates := page.Tables[len(page.Tables)-1]
	if got := len(rates.Columns) - 1; got != len(r.Config.Rates) {
		t.Errorf("%d rates", got)
	}
	i := 0
	for _, a := range r.Activations {
		for _, n := range a.Candidates() {
			row := rates.Rows[i]
			i++
			for k, rate := range n.Rates {
				if !strings.HasPrefix(row[k+1], reached(rate.TriedRate)) || (rate.Verdict == cost.Reaches) != strings.HasSuffix(row[k+1], " (reaches)") {
					t.Errorf("%v for %+v", row, rate)
				}
			}
		}
	}
	story := strings.Join(page.Story, "\n")
	for _, b := range r.Brackets {
		if !strings.Contains(story, b) {
			t.Errorf("the page does not say: %s", b)
		}
	}
}
