package present

import (
	"actscope/data"
	"actscope/internal/comparison"
	"actscope/viz/report"
)

// nameTable gives the classes' names in full where figures and texts shorten any.
func nameTable(r *comparison.Result) []report.Table {
	names := classNames(r)
	if task(r) != data.Classification || !names.Shortened() {
		return nil
	}
	t := report.Table{Title: "Names of the classes", Note: "Figures and texts shorten them.", Columns: []string{"in figures", "in full"}}
	for class, short := range names.Short() {
		t.Rows = append(t.Rows, []string{short, names[class]})
	}
	return []report.Table{t}
}
