package present

import (
	"strings"

	"actscope/internal/input"
	"actscope/models/doctor"
	"actscope/viz/report"
)

// stepsSection goes through what the file holds in the order of computation, each array given its author's own before it:
// all in a table, and those that are wrong with their formulas.
func stepsSection(steps []doctor.Step) report.Section {
	s := report.Section{Title: "Step by step"}
	if len(steps) == 0 {
		return s
	}
	s.Text = []string{"Each array of the file by its formula, given the file's own arrays before it: a fault is shown where it is made, not where it arrives."}
	t := report.Table{Columns: []string{"array", "formula", "given", "verdict"}}
	for _, step := range steps[:min(len(steps), mostRows)] {
		verdict := "right"
		if !step.Agrees {
			verdict = "wrong"
			p := report.Part{Title: input.Visible(step.Name), Verdict: &report.Finding{Verdict: verdict}, Text: []string{sentence(step.Sentence)}}
			if step.Formula != "" {
				p.Text, p.Formula = append(p.Text, "It should be:"), input.Visible(step.Formula)
			}
			s.Parts = append(s.Parts, p)
		}
		t.Rows = append(t.Rows, []string{input.Visible(step.Name), input.Visible(step.Formula), input.Visible(strings.Join(step.Given, ", ")), verdict})
	}
	s.Tables = []report.Table{t}
	return s
}
