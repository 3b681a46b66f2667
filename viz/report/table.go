package report

import (
	"fmt"
	"regexp"
	"strings"
)

// Table is a table of numbers or words.
type Table struct {
	Title string
	// Note stands below the table.
	Note string
	// Columns are the headings; the first is that of the rows' names.
	Columns []string
	// Rows have as many cells as there are columns; the first names the row.
	Rows [][]string
}

// drawnTable is a table as the template sees it.
type drawnTable struct {
	Table
	// Numeric marks the columns that are set flush right.
	Numeric []bool
}

func drawTables(tables []Table) ([]drawnTable, error) {
	var drawn []drawnTable
	for _, t := range tables {
		if len(t.Columns) == 0 {
			return nil, fmt.Errorf("table %q has no columns", t.Title)
		}
		d := drawnTable{Table: t, Numeric: make([]bool, len(t.Columns))}
		for i, row := range t.Rows {
			if len(row) != len(t.Columns) {
				return nil, fmt.Errorf("table %q: row %d has %d cells for %d columns", t.Title, i+1, len(row), len(t.Columns))
			}
			for j, cell := range row {
				d.Numeric[j] = (i == 0 || d.Numeric[j]) && numeric(strings.TrimSpace(cell))
			}
		}
		drawn = append(drawn, d)
	}
	return drawn, nil
}

// numeric matches a number, with a sign, an exponent, a percent sign or a
// tolerance, or what stands for a missing one.
var numeric = regexp.MustCompile(`^([-+−±]?[0-9][0-9.,]*([eE][-+−]?[0-9]+)?( ?%)?( ?± ?[0-9.]+)?|NaN|[-+−]?(Inf|∞)|[-–—]?)$`).MatchString
