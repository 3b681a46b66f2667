package present

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"actscope/viz/report"
)

// printTable writes the headings, if there are any, and the rows of a table as lines with
// aligned columns.
func printTable(w io.Writer, t report.Table) error {
	lines := t.Rows
	if len(t.Columns) > 0 {
		lines = append([][]string{t.Columns}, lines...)
	}
	text := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range lines {
		fmt.Fprintln(text, strings.Join(line, "\t"))
	}
	return text.Flush()
}
