package present

import (
	"math"
	"testing"

	"actscope/internal/claims"
	"actscope/internal/number"
)

// One data set has no interval, and none on which no network failed has no mean.
func TestNumbersThatThereAreNotAreDashes(t *testing.T) {
	none := number.Float(math.NaN())
	r := &claims.Result{Interventions: []claims.Intervention{{Effect: 0.015, Low: none, High: none}, {Effect: none, Low: none, High: none}, {Effect: 0.015, Low: -0.001, High: 0.03}}}
	for i, want := range [][2]string{{"+1.5", "–"}, {"–", "–"}, {"+1.5", "-0.1 to +3.0"}} {
		row := interventionsTable(r).Rows[i]
		if got := [2]string{row[5], row[6]}; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for want, e := range map[string]claims.Effect{
		"–":                     {Mean: none, Low: none, High: none},
		"+0.5 (–)":              {Mean: 0.5, Low: none, High: none},
		"+0.5 (-0.25 to +1.25)": {Mean: 0.5, Low: -0.25, High: 1.25},
	} {
		if got := effectText(e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
