package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"
)

// Table is a table of numbers or words, in a page or as text.
type Table struct {
	// Title stands above the table and Note below it, in a page only.
	Title, Note string
	// Columns are the headings; the first is that of the rows' names.
	Columns []string
	// Rows have as many cells as there are columns; the first names the row.
	Rows [][]string
	// NoHeader leaves the headings out of the text; a page needs them.
	NoHeader bool
	// AlignRight sets all columns of the text flush right. A page does so with columns of numbers.
	AlignRight bool
}

// oneLine keeps a cell from ending its column or its row.
var oneLine = strings.NewReplacer("\t", " ", "\n", " ", "\v", " ", "\f", " ")

// WriteText writes the headings and the rows as lines with aligned columns, two blanks apart. A
// table without columns writes its rows.
func (t Table) WriteText(w io.Writer) error {
	if err := t.check(); err != nil {
		return err
	}
	lines := t.Rows
	if len(t.Columns) > 0 && !t.NoHeader {
		lines = append([][]string{t.Columns}, lines...)
	}
	flags, end := uint(0), "\n"
	if t.AlignRight {
		flags, end = tabwriter.AlignRight, "\t\n" // the last column is aligned only where a tab ends it
	}
	var b strings.Builder
	for _, line := range lines {
		for i, cell := range line {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(oneLine.Replace(cell))
		}
		b.WriteString(end)
	}
	text := tabwriter.NewWriter(w, 0, 0, 2, ' ', flags)
	if _, err := io.WriteString(text, b.String()); err != nil {
		return err
	}
	return text.Flush()
}

func (t Table) check() error {
	if len(t.Columns) == 0 {
		return nil
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("table %q: row %d has %d cells for %d columns", t.Title, i+1, len(row), len(t.Columns))
		}
	}
	return nil
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
		if err := t.check(); err != nil {
			return nil, err
		}
		d := drawnTable{Table: t, Numeric: make([]bool, len(t.Columns))}
		for i, row := range t.Rows {
			for j, cell := range row {
				d.Numeric[j] = (i == 0 || d.Numeric[j]) && numeric(strings.TrimSpace(cell))
			}
		}
		drawn = append(drawn, d)
	}
	return drawn, nil
}

// numeric matches a number, with a sign, an exponent, a per cent sign or a
// tolerance, or what stands for a missing one.
var numeric = regexp.MustCompile(`^([-+−±]?[0-9][0-9.,]*([eE][-+−]?[0-9]+)?( ?%)?( ?± ?[0-9.]+)?|NaN|[-+−]?(Inf|∞)|[-–—]?)$`).MatchString
