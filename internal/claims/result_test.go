package claims

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/internal/config"
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
	if len(r.Claims) != len(questions) || len(r.Networks) != len(networks)*len(d.Variants) || r.Kernels == "" {
		t.Fatalf("%d rows for %d questions, %d for %d networks, kernels %q: make the table again", len(r.Claims), len(questions), len(r.Networks), len(networks)*len(d.Variants), r.Kernels)
	}
	confidence := IntervalLevel(len(questions))
	for i, row := range r.Claims {
		q := questions[i]
		if row.ID != q.Claim.ID || row.Variant != q.Variant.Name || row.Kind != q.Claim.Kind || row.Effect.Of != q.Claim.Effect || row.Command != (Selection{[]string{q.Claim.ID}, []string{q.Variant.Name}}).command(d) {
			t.Fatalf("row %d is %s at %s, want %s at %s", i, row.ID, row.Variant, q.Claim.ID, q.Variant.Name)
		}
		if pairs := d.Pairs(q.Variant); row.Seeds != len(pairs) && q.Claim.among == nil || row.Seeds > len(pairs) || row.DataSets > row.Seeds || row.Holds > row.Seeds {
			t.Errorf("%s at %s: %d of %d on %d data sets", row.ID, row.Variant, row.Holds, row.Seeds, row.DataSets)
		}
		if row.Seeds == 0 {
			continue
		}
		share, n := float64(row.Holds)/float64(row.Seeds), float64(row.Effective)
		low, high := stats.ClopperPearson(share*n, n, (1-confidence)/2, (1-confidence)/2)
		if !alike(row.Share, number.Float(share)) || math.Abs(float64(row.Low)-low) > 1e-5 || math.Abs(float64(row.High)-high) > 1e-5 {
			t.Errorf("%s at %s: %+v, from its counts %v, %v to %v", row.ID, row.Variant, row, share, low, high)
		}
		want := Open
		if row.Low > 0.5 {
			want = Most
		} else if row.High < 0.5 {
			want = Few
		}
		if row.Standing != want || row.Verdict != d.verdict(r.Claims, row) {
			t.Errorf("%s at %s: %s, %s", row.ID, row.Variant, row.Standing, row.Verdict)
		}
	}
	if len(r.Grid) != len(functions)*len(d.Interventions()) || len(r.Interventions) != 2*(len(ends[0].changes)+len(ends[1].changes)) {
		t.Errorf("%d cells, %d interventions", len(r.Grid), len(r.Interventions))
	}
	for _, i := range r.Interventions { // the mean of paired differences is the difference of the means
		if i.Failed > 0 {
			continue
		}
		from := ends[slices.IndexFunc(ends, func(e end) bool { return e.name == i.From })].start
		if want := cell(t, r, i.To, i.Init, i.Rate).Accuracy - cell(t, r, from.function, from.init, i.Rate).Accuracy; math.Abs(float64(want-i.Effect)) > 2e-6 || !(i.Low <= i.Effect && i.Effect <= i.High) {
			t.Errorf("%+v, by its cells %v", i, want)
		}
	}
}

func cell(t *testing.T, r *Result, function, init string, rate float64) GridRow {
	t.Helper()
	i := slices.IndexFunc(r.Grid, func(g GridRow) bool { return g.Function == function && g.Init == init && g.Rate == rate })
	if i < 0 {
		t.Fatalf("no cell of %s, %s at rate %v", function, init, rate)
	}
	return r.Grid[i]
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

// Some of the committed means, trained again. Another processor's rounding moves them a
// little.
func TestCommittedMeansAreWhatTheProgramGives(t *testing.T) {
	if testing.Short() {
		t.Skip("trains two hundred networks")
	}
	r := committed(t)
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	v := mustVariant(t, d, "depth=1")
	ts := trainings{index: make(map[string]int)}
	for _, p := range d.Pairs(v) {
		for _, network := range both {
			ts.add(v, p, network, false)
		}
	}
	table, err := Run(t.Context(), d, ts.all, 2, newLog(t, d), silent{})
	if err != nil {
		t.Fatal(err)
	}
	for _, network := range both {
		got, want := describe(table, v, network), r.Network("depth=1", network)
		if math.Abs(float64(got.Accuracy-want.Accuracy)) > 1e-3 || math.Abs(float64(got.FinalLoss-want.FinalLoss)) > 1e-3 {
			t.Errorf("%s: accuracy %v, loss %v, the table has %v and %v", network, got.Accuracy, got.FinalLoss, want.Accuracy, want.FinalLoss)
		}
	}
}

func TestTablesComeBackAsTheyWere(t *testing.T) {
	d := newDesign(t, small(), 2, true)
	r, _, err := Investigate(t.Context(), d, Selection{}, 2, newLog(t, d), silent{})
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
	if again.Grid, err = readTable(files[GridFile], gridColumns); err != nil {
		t.Fatal(err)
	}
	if again.Interventions, err = readTable(files[InterventionsFile], interventionColumns); err != nil {
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

// What a folder lacks, as one of a version before may, is named: its page would say what is
// not so.
func TestDamagedResultsAreRefused(t *testing.T) {
	d := newDesign(t, small(), 2, true)
	r, _, err := Investigate(t.Context(), d, Selection{}, 2, newLog(t, d), silent{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.check(); err != nil {
		t.Error(err)
	}
	for want, damage := range map[string]func(*Result){
		"has no settings":                  func(r *Result) { r.Design.Variants = nil },
		`the setting "base" is there`:      func(r *Result) { r.Design.Variants[1] = r.Design.Variants[0] },
		`the setting "epochs=20" is there`: func(r *Result) { r.Design.Variants[1].Hidden = nil },
		"networks: those of relu at the setting rate=0.2": func(r *Result) {
			r.Networks = slices.DeleteFunc(r.Networks, func(n NetworkRow) bool { return n.Variant == "rate=0.2" && n.Network == "relu" })
		},
		"claims: missing":          func(r *Result) { r.Claims = nil },
		"accuracy: missing":        func(r *Result) { r.Accuracy = AccuracyRecord{} },
		"confidence: missing":      func(r *Result) { r.Design.Confidence = 0 },
		"interventions: missing":   func(r *Result) { r.Interventions = nil },
		`of a setting "elsewhere"`: func(r *Result) { r.Claims[0].Variant = "elsewhere" },
		`"other" is not among`:     func(r *Result) { r.Verdicts[0].ID = "other" },
	} {
		damaged := *r
		damaged.Design.Variants, damaged.Claims = slices.Clone(r.Design.Variants), slices.Clone(r.Claims)
		damaged.Networks, damaged.Verdicts = slices.Clone(r.Networks), slices.Clone(r.Verdicts)
		damage(&damaged)
		if err := damaged.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// One claim is not asked of the base; what else is said refers to it all the same.
func TestTheBaseIsDescribedWhateverIsAsked(t *testing.T) {
	d := newDesign(t, small(), 2, true)
	r, _, err := Investigate(t.Context(), d, Selection{Claims: []string{"lost-for-good"}}, 2, newLog(t, d), silent{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Base().Name != baseName || r.Base().Pairs != 4 || r.Row("lost-for-good", baseName) != nil || len(r.Claims) != len(r.Design.Variants)-1 {
		t.Errorf("base %+v, %d rows at %d settings", r.Base(), len(r.Claims), len(r.Design.Variants))
	}
	for _, network := range both {
		if n := r.Network(baseName, network); n == nil || n.Trained != 4 {
			t.Errorf("%s: %+v", network, n)
		}
	}
	if err := r.check(); err != nil {
		t.Error(err)
	}
}
