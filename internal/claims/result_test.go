package claims

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"actscope/internal/article"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/internal/stats"
)

func committed(t *testing.T) *Result {
	t.Helper()
	r, err := Committed()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// alike compares numbers that were written with six digits; NaN is like NaN.
func alike(a, b number.Float) bool {
	x, y := float64(a), float64(b)
	return math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= 1e-5*max(math.Abs(x), math.Abs(y))+1e-300
}

// Everything that the committed table says of its counts can be computed from them.
func TestCommittedFindingsFollowFromTheirCounts(t *testing.T) {
	r := committed(t)
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	questions := d.Questions()
	if len(r.Claims) != len(questions) || len(r.Networks) != 2*len(d.Variants) || r.Kernels == "" {
		t.Fatalf("%d rows for %d questions, %d for %d networks, kernels %q: make the table again", len(r.Claims), len(questions), len(r.Networks), 2*len(d.Variants), r.Kernels)
	}
	p := make([]float64, len(questions))
	for i, row := range r.Claims {
		q := questions[i]
		if row.ID != q.Claim.ID || row.Variant != q.Variant.Name || row.Kind != q.Claim.Kind || row.Effect.Of != q.Claim.Effect || row.Command != (Selection{[]string{q.Claim.ID}, []string{q.Variant.Name}}).command(d) {
			t.Fatalf("row %d is %s at %s, want %s at %s", i, row.ID, row.Variant, q.Claim.ID, q.Variant.Name)
		}
		holds, seeds := 0, 0
		for _, data := range row.ByData {
			holds, seeds = holds+data.Holds, seeds+data.Seeds
		}
		if holds != row.Holds || seeds != row.Seeds || len(row.ByData) != len(DataSeeds) {
			t.Errorf("%s at %s: %d of %d, by data set %v", row.ID, row.Variant, row.Holds, row.Seeds, row.ByData)
		}
		n, share := float64(row.Seeds), float64(row.Holds)/float64(row.Seeds)
		low, high := stats.Wilson(share, n, 0.95)
		p[i] = stats.MajorityTest(share, n/float64(row.DesignEffect))
		if !alike(row.Share, number.Float(share)) || !alike(row.Low, number.Float(low)) || !alike(row.High, number.Float(high)) || math.Abs(math.Log(float64(row.P)/p[i])) > 0.01 {
			t.Errorf("%s at %s: %+v, from its counts %v, %v to %v, p %v", row.ID, row.Variant, row, share, low, high, p[i])
		}
	}
	corrected := stats.Holm(p)
	for i, row := range r.Claims {
		row.PHolm = number.Float(corrected[i])
		if row.Standing != row.standing() || row.Verdict != d.verdict(r.Claims, row) {
			t.Errorf("%s at %s: %s, %s", row.ID, row.Variant, row.Standing, row.Verdict)
		}
	}
}

func TestCommittedFindingsFindTheControlsAgain(t *testing.T) {
	r := committed(t)
	if len(r.Controls) != len(earlier) {
		t.Fatalf("%d controls, want %d", len(r.Controls), len(earlier))
	}
	for i, c := range r.Controls {
		if want := earlier[i]; c.Variant != want.Variant || c.Network != want.Network || c.Accuracy != want.Accuracy || c.Seeds != want.Seeds {
			t.Errorf("control %+v, want %+v", c, want)
		}
		if !c.Agrees || float64(c.Low) > c.Accuracy+0.0005 || float64(c.High) < c.Accuracy-0.0005 {
			t.Errorf("not found again: %+v", c)
		}
	}
}

// The committed counts of the one-layer networks on the article's data, trained again.
// Another processor's rounding may tip a predicate here and there.
func TestCommittedCountsAreWhatTheProgramGives(t *testing.T) {
	if testing.Short() {
		t.Skip("trains forty networks")
	}
	r := committed(t)
	d := newDesign(t, config.Article(), 20, false) // all on one data set below
	s := mustVariant(t, d, "depth=1")
	table := newTable(d)
	trainer := experiment.NewTrainer()
	for _, p := range firstPairs(20) {
		for _, network := range both {
			taken, err := d.train(t.Context(), trainer, Training{p, network, []Variant{s}})
			if err != nil {
				t.Fatal(err)
			}
			table.put(s, p, network, taken[0])
		}
	}
	for _, c := range Claims() {
		row := r.Row(c.ID, s.Name)
		if row == nil || c.against != 0 {
			continue
		}
		holds := 0
		for _, p := range firstPairs(20) {
			nets := Nets{table.Get(s, p, article.Sigmoid), table.Get(s, p, article.ReLU)}
			if !slices.Contains(c.verdicts(Case{p, nets, nets}), false) {
				holds++
			}
		}
		if want := row.ByData[0]; want.DataSeed != DataSeeds[0] || want.Seeds != 20 || max(holds-want.Holds, want.Holds-holds) > 1 {
			t.Errorf("%s: holds in %d of 20, the table has %v", c.ID, holds, want)
		}
	}
}

func TestTablesComeBackAsTheyWere(t *testing.T) {
	d := newDesign(t, small(), 2, true)
	r, _, err := Investigate(t.Context(), d, Selection{Variants: []string{"depth=1"}}, 2, newLog(t, d), silent{})
	if err != nil {
		t.Fatal(err)
	}
	files := r.Tables()
	var again Result
	again.Again, again.Kernels = r.Again, r.Kernels
	if again.Claims, err = readTable(files[ClaimsFile], rowColumns); err != nil {
		t.Fatal(err)
	}
	if again.Networks, err = readTable(files[NetworksFile], networkColumns); err != nil {
		t.Fatal(err)
	}
	if again.Controls, err = readTable(files[ControlsFile], controlColumns); err != nil {
		t.Fatal(err)
	}
	written := again.Tables()
	for name, content := range files {
		if !bytes.Equal(content, written[name]) {
			t.Errorf("%s came back as\n%s\nit was\n%s", name, written[name], content)
		}
	}
	for _, broken := range []string{"", "id,kind\n", "# nothing\n", string(files[ClaimsFile]) + "a,b\n"} {
		if _, err := readTable([]byte(broken), rowColumns); err == nil {
			t.Errorf("%q was read", broken)
		}
	}
}
