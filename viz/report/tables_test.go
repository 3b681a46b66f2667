package report

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestColumnsOfNumbersAreSetFlushRight(t *testing.T) {
	drawn, err := drawTables([]Table{{
		Columns: []string{"network", "loss", "change", "accuracy", "spread", "layers"},
		Rows: [][]string{
			{"relu", "0.25", "−3.5e-05", "96.0 %", "1.67 ± 0.02", "8, 8"},
			{"tanh", "1,234.5", "—", "NaN", "", "16"},
			{"selu", "1.2×10⁻⁷", "10⁻⁵", "∞", "−2×10¹²", "8"},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []bool{false, true, true, true, true, false}; !slices.Equal(drawn[0].Numeric, want) {
		t.Errorf("got %v, want %v", drawn[0].Numeric, want)
	}
}

func TestTablesAreWrittenAsAlignedText(t *testing.T) {
	columns := []string{"network", "loss", "läuft"}
	rows := [][]string{{"relu", "0.25", "ja"}, {"leaky_relu", "–", ""}, {"a\tb\nc", "12.125", "x"}}
	for _, c := range []struct {
		table Table
		want  string
	}{
		{Table{Title: "not in the text", Note: "nor this", Columns: columns, Rows: rows}, "" +
			"network     loss    läuft\n" +
			"relu        0.25    ja\n" +
			"leaky_relu  –       \n" +
			"a b c       12.125  x\n"},
		{Table{Columns: columns, Rows: rows, AlignRight: true}, "" +
			"     network    loss  läuft\n" +
			"        relu    0.25     ja\n" +
			"  leaky_relu       –       \n" +
			"       a b c  12.125      x\n"},
		{Table{Rows: rows[:1]}, "relu  0.25  ja\n"},
		{Table{Columns: columns}, "network  loss  läuft\n"},
		{Table{}, ""},
	} {
		var b strings.Builder
		if err := c.table.WriteText(&b); err != nil {
			t.Error(err)
		}
		if b.String() != c.want {
			t.Errorf("%+v is written as\n%s\nwant\n%s", c.table, b.String(), c.want)
		}
	}
}

func TestTablesWithoutAPlaceForACellAreErrors(t *testing.T) {
	ragged := Table{Title: "ragged", Columns: []string{"a", "b"}, Rows: [][]string{{"1", "2"}, {"1"}}}
	var b strings.Builder
	err := ragged.WriteText(&b)
	if err == nil || err.Error() != `table "ragged": row 2 has 1 cells for 2 columns` || b.Len() > 0 {
		t.Errorf("error %v after %q", err, b.String())
	}
	if _, err := drawTables([]Table{ragged}); err == nil {
		t.Error("a page takes the table")
	}
}

// brokenPipe refuses all that is written to it.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestTablesReportThatTheyCannotBeWritten(t *testing.T) {
	for _, table := range []Table{{Rows: [][]string{{"one"}, {"two"}}}, {Columns: []string{"a", "b"}}} {
		if err := table.WriteText(brokenPipe{}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("error %v", err)
		}
	}
}

func TestTallyCountsTheVerdicts(t *testing.T) {
	yes, no := Finding{Holds: true}, Finding{}
	claim := func(f ...Finding) Claim { return Claim{Findings: f} }
	for _, c := range []struct {
		claims []Claim
		want   string
	}{
		{[]Claim{claim(yes)}, "The one claim holds."},
		{[]Claim{claim(yes, no)}, "The one claim holds for some samples only."},
		{[]Claim{claim(yes), claim(yes, yes)}, "All 2 claims hold."},
		{[]Claim{claim(no), claim(no, no), claim(no)}, "All 3 claims do not hold."},
		{[]Claim{claim(yes), claim(no)}, "Of 2 claims, 1 holds and 1 does not hold."},
		{[]Claim{claim(yes), claim(yes), claim(yes, no), claim(no, yes), claim(no)}, "Of 5 claims, 2 hold, 2 hold for some samples only and 1 does not hold."},
	} {
		if got := tally(c.claims); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestVerdictsLookAsTheyAre(t *testing.T) {
	for want, f := range map[string]Finding{"holds": {Holds: true}, "neither": {Neither: true, Verdict: "open"}, "fails": {}} {
		page := string(written(t, Page{Claims: []Claim{{Statement: "s", Findings: []Finding{f}}}}))
		if !strings.Contains(page, `class="verdict `+want+`"`) {
			t.Errorf("%+v does not look %s", f, want)
		}
	}
}

func TestClaimsHaveTheColumnsThatAreFilled(t *testing.T) {
	p := Page{Claims: []Claim{{Statement: "s", Findings: []Finding{{Measured: "1", Holds: true}}}}}
	page := string(written(t, p))
	for _, column := range []string{"Article", "Sample", "Reference"} {
		if strings.Contains(page, ">"+column+"</th>") {
			t.Errorf("an empty column %s", column)
		}
	}
	p.Claims[0].Findings = append(p.Claims[0].Findings, Finding{Sample: "class 1", Reference: "2", Verdict: "in 3 of 50 seeds"})
	page = string(written(t, p))
	for _, word := range []string{">Sample</th>", ">Reference</th>", ">in 3 of 50 seeds</td>", `rowspan="2"`, ">holds</td>"} {
		if !strings.Contains(page, word) {
			t.Errorf("no %s", word)
		}
	}
}
