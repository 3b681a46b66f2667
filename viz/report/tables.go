package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"

	"actscope/internal/input"
)

// Table is a table of numbers or words, in a page or as text.
type Table struct {
	// Title stands above the table and Note below it, in a page only.
	Title, Note string
	// Columns are the headings; the first is that of the rows' names.
	Columns []string
	// Rows have as many cells as there are columns; the first names the row.
	Rows [][]string
	// AlignRight sets all columns of the text flush right. A page does so with columns of numbers.
	AlignRight bool
	// Fit is how the text gives way on a narrow terminal.
	Fit Fit
}

// oneLine keeps a cell from ending its column or its row.
var oneLine = strings.NewReplacer("\t", " ", "\n", " ", "\v", " ", "\f", " ")

// visible is a cell as text shows it.
func visible(cell string) string { return input.Visible(oneLine.Replace(cell)) }

// WriteText writes the headings and the rows as lines with aligned columns, two blanks apart. A
// table without columns writes its rows. On a [Screen] it takes no more than the width: cells are broken at
// blanks, and columns left out, as [Table.Fit] says, with a line about it.
func (t Table) WriteText(w io.Writer) error {
	if err := t.check(); err != nil {
		return err
	}
	if s := screenOf(w); s != nil {
		_, err := io.WriteString(s.Writer, t.text(s))
		return err
	}
	lines := t.Rows
	if len(t.Columns) > 0 {
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
			b.WriteString(visible(cell))
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
	// Folded shows the title alone until a reader opens it.
	Folded bool
}

// tablesShown is how many tables of numbers a page shows whole; of more it shows the first, and the titles of the others.
const tablesShown = 4

// Rows that a page shows of a table before a reader asks for more, and that paper has at most.
const rowsShown, rowsPrinted = 12, 40

// Long says that the table is folded.
func (t drawnTable) Long() bool { return t.Folded || len(t.Rows) > rowsShown }

// Cut is how many rows paper leaves out.
func (t drawnTable) Cut() int { return max(0, len(t.Rows)-rowsPrinted) }

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
var numeric = regexp.MustCompile(`^([-+−±]?[0-9][0-9.,]*([eE][-+−]?[0-9]+|×10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?( ?%)?( ?± ?[0-9.]+)?|[-−]?10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|NaN|[-+−]?(Inf|∞)|[-–—]?)$`).MatchString

// Claim is a statement held against what was measured.
type Claim struct {
	Statement string
	// Article is the number that the article prints.
	Article string
	// Findings has one entry, or one per sample where samples are meant.
	Findings []Finding
}

// Finding is the verdict on a claim, of one sample where Sample is set.
type Finding struct {
	Sample string
	// Reference is what the article's algorithm gives, Measured what this run gave.
	Reference, Measured string
	Holds               bool
	// Neither says that the claim neither holds nor fails: it is open, or holds in part.
	Neither bool
	// Verdict says it in words; "" stands for "holds" or "does not hold".
	Verdict string
}

// Words is the verdict in words.
func (f Finding) Words() string {
	switch {
	case f.Verdict != "":
		return f.Verdict
	case f.Holds:
		return "holds"
	}
	return "does not hold"
}

// Class is how the verdict looks.
func (f Finding) Class() string {
	switch {
	case f.Holds:
		return "holds"
	case f.Neither:
		return "neither"
	}
	return "fails"
}

// claimTable is the claims with the columns that any of them fills.
type claimTable struct {
	Claims                     []Claim
	Article, Sample, Reference bool
	Tally                      string
}

// Long says that the table is folded.
func (t claimTable) Long() bool { return len(t.Claims) > rowsShown }

func newClaimTable(claims []Claim) (*claimTable, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	t := &claimTable{Claims: claims, Tally: tally(claims)}
	for i, c := range claims {
		if len(c.Findings) == 0 {
			return nil, fmt.Errorf("claim %d (%s) has no finding", i+1, c.Statement)
		}
		t.Article = t.Article || c.Article != ""
		for _, f := range c.Findings {
			t.Sample = t.Sample || f.Sample != ""
			t.Reference = t.Reference || f.Reference != ""
		}
	}
	return t, nil
}

// tally counts the verdicts: "Of 11 claims, 8 hold, 3 hold for some samples only."
func tally(claims []Claim) string {
	var hold, partly, fail int
	for _, c := range claims {
		holds := 0
		for _, f := range c.Findings {
			if f.Holds {
				holds++
			}
		}
		switch {
		case holds == 0:
			fail++
		case holds < len(c.Findings):
			partly++
		default:
			hold++
		}
	}
	var counts []string
	for _, c := range []struct {
		n         int
		one, many string
	}{{hold, "holds", "hold"}, {partly, "holds for some samples only", "hold for some samples only"}, {fail, "does not hold", "do not hold"}} {
		switch {
		case c.n == len(claims) && c.n > 1:
			return fmt.Sprintf("All %d claims %s.", c.n, c.many)
		case c.n == 1:
			counts = append(counts, "1 "+c.one)
		case c.n > 1:
			counts = append(counts, fmt.Sprintf("%d %s", c.n, c.many))
		}
	}
	if len(claims) == 1 {
		return "The one claim " + strings.TrimPrefix(counts[0], "1 ") + "."
	}
	last := len(counts) - 1
	return fmt.Sprintf("Of %d claims, %s and %s.", len(claims), strings.Join(counts[:last], ", "), counts[last])
}
