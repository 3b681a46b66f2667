package present

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"actscope/viz/report"
)

// printTable prints a table's headings and rows as columns of text.
func printTable(w io.Writer, t report.Table) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.Columns}, t.Rows...) {
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	return table.Flush()
}
