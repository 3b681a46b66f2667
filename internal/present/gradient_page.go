package present

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/internal/gradcheck"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/shell"
	"actscope/models/doctor"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

// GradientCheck is the story of a file with gradients: what it was taken for, what is wrong, and every array beside its
// reference.
func GradientCheck(r *gradcheck.Run) Story {
	p := gradientPage{run: r}
	p.page = report.Page{
		Title:      gradientTitle(r.Report),
		Lead:       input.Visible(r.File) + ": " + input.Visible(r.Summary),
		Highlights: gradientHighlights(r.Report),
		Again: report.Again{
			Command: "go run ./cmd/actscope " + shell.Command(r.Arguments...),
			Note:    "The same file gives the same bytes, this page included. run.json has the report, arrays.npz every array beside its reference at full precision.",
		},
	}
	p.add(understoodSection(r.Understood))
	p.add(diagnosisSection(r.Report))
	p.add(stepsSection(r.Steps))
	p.add(alternativesSection(r.Alternatives))
	p.add(p.arraysSection())
	return Story{p.drawings, p.page}
}

// gradientPage is a page in the making.
type gradientPage struct {
	run      *gradcheck.Run
	page     report.Page
	drawings []viz.Drawing
}

// add adds a section that has something to say.
func (p *gradientPage) add(s report.Section) {
	if len(s.Text)+len(s.Settings)+len(s.Tables)+len(s.Parts) > 0 {
		p.page.Sections = append(p.page.Sections, s)
	}
}

// wrongArrays are the names of those that do not agree.
func wrongArrays(r *doctor.Report) []string {
	var names []string
	for _, a := range r.Arrays {
		if !a.Agrees {
			names = append(names, input.Visible(a.Name))
		}
	}
	return names
}

func gradientTitle(r *doctor.Report) string {
	wrong := wrongArrays(r)
	const named = 3
	switch {
	case r.Verdict == doctor.Right:
		return "The gradients are right"
	case r.Verdict == doctor.Proportional:
		return "The gradients are proportional to the right ones"
	case len(wrong) == 1:
		return wrong[0] + " is wrong"
	case len(wrong) == 0:
		return "The gradients are wrong"
	case len(wrong) <= named:
		return joined(wrong) + " are wrong"
	}
	return fmt.Sprintf("%d of %d arrays are wrong", len(wrong), len(r.Arrays))
}

func gradientHighlights(r *doctor.Report) []report.Highlight {
	agree := len(r.Arrays) - len(wrongArrays(r))
	highlights := []report.Highlight{{Value: fmt.Sprintf("%d of %d", agree, len(r.Arrays)), Label: "arrays agree with the reference"}}
	if k := r.Understood.Factor; k != 1 {
		highlights[0].Label += " times " + viz.Num(k, 6)
	}
	if r.Verdict == doctor.Wrong && len(r.Diagnosis) > 0 {
		label := "faults named"
		if len(r.Diagnosis) == 1 {
			label = "fault named"
		}
		highlights = append(highlights, report.Highlight{Value: fmt.Sprint(len(r.Diagnosis)), Label: label})
	}
	if n := r.Understood.Rows; n > 0 {
		highlights = append(highlights, report.Highlight{Value: fmt.Sprint(n), Label: "rows in the batch"})
	}
	return highlights
}

// understoodSection says how the file was read.
func understoodSection(u doctor.Understanding) report.Section {
	s := report.Section{Title: "What was understood"}
	add := func(name, value string) {
		if value != "" {
			s.Settings = append(s.Settings, report.Setting{Name: name, Value: input.Visible(value)})
		}
	}
	if u.Layer != "" {
		add("layer", u.Layer)
		add("sizes", u.Network)
	} else {
		add("network", u.Network)
	}
	add("hidden activations", strings.Join(u.Activations, ", "))
	add("output", u.Output)
	add("objective", u.Objective)
	add("reduction", u.Over)
	add("layout", u.Layout)
	if u.Factor != 0 && u.Factor != 1 {
		add("common factor", viz.Num(u.Factor, 6))
	}
	if u.Penalty != 0 {
		add("penalty", viz.Num(u.Penalty, 6)+"/2 Σ W²")
	}
	add("input", u.Names["x"])
	add("targets", u.Names["y"])
	for _, pair := range u.Pairs {
		if gradient, parameter, ok := strings.Cut(pair, " is the gradient of "); ok {
			add("gradient of "+parameter, gradient)
		}
	}
	add("without a gradient", strings.Join(u.Missing, ", "))
	add("of no use here", strings.Join(u.Ignored, ", "))
	return s
}

// diagnosisSection has each fault with the formula that should stand there.
func diagnosisSection(r *doctor.Report) report.Section {
	s := report.Section{Title: "Diagnosis"}
	for _, f := range r.Diagnosis {
		s.Parts = append(s.Parts, faultPart(f, r.Understood))
	}
	if r.Remark != "" {
		s.Text = append(s.Text, sentence(r.Remark))
	}
	if !r.Agrees && len(r.Diagnosis) == 0 {
		s.Text = append(s.Text, lastRight(r.LastRightLayer))
	}
	return s
}

func faultPart(f doctor.Fault, u doctor.Understanding) report.Part {
	p := report.Part{Title: "All gradients", Text: []string{sentence(f.Sentence)}, Formula: input.Visible(f.Should)}
	switch {
	case f.Layer != nil:
		p.Title = fmt.Sprintf("Layer %d", *f.Layer)
	case u.Layer != "":
		p.Title = input.Visible(u.Layer)
	}
	p.Title += ": " + input.Visible(f.Mistake)
	if f.Instead != "" {
		p.Text = append(p.Text, "Your numbers are "+sentence(f.Instead))
	}
	if f.Should != "" {
		p.Text = append(p.Text, "It should be:")
	}
	return p
}

// sentence ends a text with a full stop. It keeps its first letter, which may be that of an array's name.
func sentence(text string) string { return strings.TrimSuffix(input.Visible(text), ".") + "." }

func alternativesSection(alternatives []doctor.Alternative) report.Section {
	s := report.Section{Title: "Other readings"}
	if len(alternatives) > 0 {
		s.Text = []string{"What else the numbers could be, or lack for other objectives."}
	}
	for _, a := range alternatives {
		p := report.Part{Title: input.Visible(a.Summary), Folded: true, Text: []string{"Nothing is wrong."}}
		if len(a.Diagnosis) > 0 {
			p.Text = nil
		}
		for _, f := range a.Diagnosis {
			p.Text = append(p.Text, sentence(f.Sentence))
		}
		s.Parts = append(s.Parts, p)
	}
	return s
}

const (
	// mostMaps is how many arrays have heat maps, mostCells how many cells all of their maps have together.
	mostMaps  = 24
	mostCells = 16000
	// mostEntries is how many of the entries that differ most are listed.
	mostEntries = 5
)

// arraysSection has the arrays: those that are wrong open and first, those that agree folded.
func (p *gradientPage) arraysSection() report.Section {
	r := p.run
	s := report.Section{Title: "The arrays", Text: []string{referenceSentence(r.Understood)}, Tables: []report.Table{comparedTable(r.Arrays)}}
	order := make([]int, len(r.Arrays))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(map[bool]int{true: 1}[r.Arrays[a].Agrees], map[bool]int{true: 1}[r.Arrays[b].Agrees])
	})
	drawn := slices.DeleteFunc(slices.Clone(order), func(i int) bool { return len(r.Arrays[i].Given) < 2 })
	side := p.side(drawn)
	left := 0
	for _, i := range order {
		a := r.Arrays[i]
		if len(p.drawings) == mostMaps {
			left++
			continue
		}
		part := comparedPart(a)
		if len(a.Given) > 1 {
			p.draw(&part, figures.GradientComparison{
				Name: "gradient_" + r.ID(i), Array: input.Visible(a.Name), Shape: a.Shape, Given: a.Given, Expected: a.Expected,
				Agrees: a.Agrees, Tolerance: a.Tolerance, Factor: r.Understood.Factor, Side: side,
			})
		}
		if part.Figure > 0 || !a.Agrees {
			s.Parts = append(s.Parts, part)
		}
	}
	for i, g := range r.References {
		part := report.Part{
			Title: fmt.Sprintf("%s, %s", input.Visible(g.Parameter), npz.Shape(g.Shape)), Verdict: &report.Finding{Neither: true, Verdict: "its gradient is not given"},
			Text: []string{"This is what it should be."},
		}
		if len(g.Values) > 1 && len(p.drawings) < mostMaps {
			p.draw(&part, figures.GradientComparison{Name: "reference_" + r.ReferenceID(i), Array: input.Visible(g.Parameter), Shape: g.Shape, Expected: g.Values, Factor: r.Understood.Factor, Side: side})
		} else {
			part.Text = []string{"It should be " + strings.Join(fiveDigits(g.Values[:min(len(g.Values), mostEntries)]), ", ") + "."}
		}
		s.Parts = append(s.Parts, part)
	}
	if left > 0 {
		s.Text = append(s.Text, fmt.Sprintf("%s beyond the first %d have no heat map here, those that agree first; arrays.npz has them all.", Counted(left, "array"), mostMaps))
	}
	return s
}

// side is how many cells maps may have down and across for all of them to have room; 0 leaves it to the figures.
func (p *gradientPage) side(drawn []int) int {
	cells := func(side int) int {
		all := 0
		for _, i := range drawn[:min(len(drawn), mostMaps)] {
			all += min(len(p.run.Arrays[i].Given), side*side)
		}
		return all
	}
	const most, least = 48, 8
	if cells(most) <= mostCells {
		return 0
	}
	side := most
	for ; side > least && cells(side) > mostCells; side -= 4 {
	}
	return side
}

// draw adds a figure to the page, and to the part.
func (p *gradientPage) draw(part *report.Part, g figures.GradientComparison) {
	p.drawings = append(p.drawings, g)
	part.Figure = len(p.drawings)
}

// referenceSentence says what the arrays are compared with.
func referenceSentence(u doctor.Understanding) string {
	text := "The reference is the gradient by automatic differentiation"
	if u.Factor != 1 {
		text += ", times the common factor " + viz.Num(u.Factor, 6)
	}
	if u.Penalty != 0 {
		text += ", with that of the penalty"
	}
	if d := u.Differences; d != nil {
		text += fmt.Sprintf("; it agrees with finite differences to %s at %s", viz.Num(d.MaxAbs, 2), Counted(d.Entries, "number"))
	}
	return text + ". It has the order and shape of the file's own arrays; indices begin at 0. Arrays that agree are folded."
}

// comparedTable has a row for each array.
func comparedTable(arrays []doctor.ArrayReport) report.Table {
	t := report.Table{Columns: []string{"array", "shape", "largest difference", "tolerance", "at", "yours", "reference", "verdict"}}
	for _, a := range arrays[:min(len(arrays), mostRows)] {
		row := []string{input.Visible(a.Name), npz.Shape(a.Shape).String(), viz.Num(a.MaxAbs, 3), viz.Num(a.Tolerance, 3), indexText(a.Index), viz.Num(a.Yours, 5), viz.Num(a.Reference, 5), "agrees"}
		if !a.Agrees {
			row[7] = "disagrees"
		}
		switch at := entryAt(a); {
		case a.Expected == nil:
			row[2], row[3], row[5], row[6] = "–", "–", "–", "–"
		case !isFinite(at): // its report says it in words, for JSON has no such numbers
			row[2], row[5] = viz.Num(at, 3), viz.Num(at, 3)
		}
		t.Rows = append(t.Rows, row)
	}
	if len(arrays) > mostRows {
		t.Note = fmt.Sprintf("The first %d of %d arrays.", mostRows, len(arrays))
	}
	return t
}

// entryAt is the entry that the comparison points to.
func entryAt(a doctor.ArrayReport) float64 {
	at := 0
	for k, i := range a.Index {
		at = at*a.Shape[k] + i
	}
	if at >= len(a.Given) {
		return math.NaN()
	}
	return a.Given[at]
}

// indexText is the index of an entry, a dash for that of a single number.
func indexText(index []int) string {
	if len(index) == 0 {
		return "–"
	}
	return strings.ReplaceAll(fmt.Sprint(index), " ", ",\u00a0")
}

// comparedPart is an array with its verdict, and those of its entries that are farthest off.
func comparedPart(a doctor.ArrayReport) report.Part {
	p := report.Part{Title: fmt.Sprintf("%s, %s", input.Visible(a.Name), npz.Shape(a.Shape)), Verdict: &report.Finding{Holds: a.Agrees, Verdict: "agrees"}, Folded: a.Agrees}
	if len(a.Given) == 1 {
		p.Title = input.Visible(a.Name)
	}
	if a.Remark != "" {
		p.Text = []string{sentence(a.Remark)}
	}
	if a.Agrees {
		return p
	}
	p.Verdict.Verdict = "disagrees"
	if a.Expected != nil {
		p.Tables = []report.Table{farthest(a)}
	}
	return p
}

// farthest lists the entries that differ most, those that are no finite numbers first.
func farthest(a doctor.ArrayReport) report.Table {
	off := func(i int) float64 {
		if d := math.Abs(a.Given[i] - a.Expected[i]); !math.IsNaN(d) {
			return d
		}
		return math.Inf(1)
	}
	var most []int // the farthest so far, in order
	differing := 0
	for i := range a.Given {
		if off(i) <= a.Tolerance {
			continue
		}
		differing++
		at := len(most)
		for at > 0 && off(most[at-1]) < off(i) {
			at--
		}
		if at < mostEntries {
			most = slices.Insert(most, at, i)
			most = most[:min(len(most), mostEntries)]
		}
	}
	t := report.Table{Title: "Where it differs most", Columns: []string{"index", "yours", "reference", "difference"}}
	if differing > len(most) {
		t.Note = fmt.Sprintf("%d of its %d entries differ by more than the tolerance.", differing, len(a.Given))
	}
	array := npz.Array{Shape: a.Shape}
	for _, i := range most {
		t.Rows = append(t.Rows, []string{indexText(array.Index(i)), viz.Num(a.Given[i], 6), viz.Num(a.Expected[i], 6), viz.Num(a.Given[i]-a.Expected[i], 4)})
	}
	return t
}
