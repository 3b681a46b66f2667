package report

import (
	"bytes"
	"strings"
	"testing"
)

// sectionPage has sections with all that they may have.
func sectionPage(t testing.TB) Page {
	p := samplePage(t)
	table := Table{Title: "Where it differs most", Columns: []string{"index", "yours", "reference", "difference", "verdict"}, Rows: [][]string{{"[0, 1]", "1.2×10⁻⁷", "2", "3", "a rather long word about it"}}}
	p.Sections = []Section{
		{Title: "What was understood", Text: []string{"A paragraph."}, Settings: []Setting{{"network", "2 → 3 → 1"}}, Tables: []Table{table}},
		{Title: "Arrays", Parts: []Part{
			{Title: "dW2, (3, 5)", Verdict: &Finding{Verdict: "disagrees"}, Text: []string{"It is wrong."}, Formula: strings.Repeat("δ1 = (δ2 W2ᵀ) ∘ relu'(z1) ", 8), Figure: 2, Tables: []Table{table}},
			{Title: "db1", Verdict: &Finding{Holds: true, Verdict: "agrees"}, Folded: true, Figure: 1},
		}},
	}
	return p
}

func TestFiguresOfPartsStandThereOnly(t *testing.T) {
	p := sectionPage(t)
	page := written(t, p)
	if bytes.Contains(page, []byte(`id="figures"`)) {
		t.Error("a section of figures without any")
	}
	part := func(from, to string) string {
		_, after, _ := strings.Cut(string(page), from)
		inside, _, _ := strings.Cut(after, to)
		return inside
	}
	if open := part(`<div class="part">`, "<details"); !strings.Contains(open, `id="figure-2"`) || !strings.Contains(open, "disagrees</span>") || !strings.Contains(open, "<pre") {
		t.Errorf("the open part is %.300s", open)
	}
	if folded := part(`<details class="part">`, "</details>"); !strings.Contains(folded, `id="figure-1"`) || !strings.Contains(folded, "agrees</span>") {
		t.Errorf("the folded part is %.300s", folded)
	}
	elements(t, page)
	p.Sections[1].Parts = p.Sections[1].Parts[:1]
	if page := written(t, p); !bytes.Contains(page, []byte(`id="figures"`)) {
		t.Error("the figure that no part has is not there")
	}
	for _, wrong := range []int{-1, 3} {
		p.Sections[1].Parts[0].Figure = wrong
		if err := p.Write(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "dW2, (3, 5)") {
			t.Errorf("figure %d: %v", wrong, err)
		}
	}
	p = sectionPage(t)
	p.Sections[1].Parts[1].Figure = 2
	if err := p.Write(&bytes.Buffer{}); err == nil {
		t.Error("a figure stands in two places")
	}
}

func TestHostileTextInSectionsAddsNoElements(t *testing.T) {
	names := func(s string) (names []string) {
		p := Page{Sections: []Section{{Title: s, Text: []string{s}, Settings: []Setting{{s, s}}, Parts: []Part{
			{Title: s, Verdict: &Finding{Verdict: s}, Text: []string{s}, Formula: s}, {Title: s, Folded: true, Text: []string{s}},
		}}}}
		for _, e := range elements(t, written(t, p)) {
			names = append(names, e.name)
		}
		return names
	}
	want := strings.Join(names("harmless"), " ")
	for _, s := range hostile {
		if got := strings.Join(names(s), " "); got != want {
			t.Errorf("%.40q changes the elements of the page", s)
		}
	}
}

func TestSectionsFitEveryScreen(t *testing.T) {
	b := open(t, written(t, sectionPage(t)), device{width: 390, ratio: 2})
	for _, d := range []device{{width: 390, dark: true}, {width: 320}, {width: 1200}} {
		b.resize(d)
		for _, open := range []string{"false", "true"} {
			eval[bool](b, `document.querySelector("details").open = `+open+`, true`)
			b.settle()
			b.checkOverflow()
			if weak := eval[[]string](b, contrast); len(weak) > 0 {
				t.Errorf("%+v: %q", d, weak)
			}
		}
	}
	b.checkSilence()
}
