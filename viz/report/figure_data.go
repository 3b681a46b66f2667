package report

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// Column is a named column of what a figure shows: Numbers or Words.
type Column struct {
	Name    string
	Numbers []float64
	Words   []string
}

// csvOf writes columns of equal length as CSV (RFC 4180), numbers in their shortest form.
func csvOf(columns []Column) (string, error) {
	if len(columns) == 0 {
		return "", nil
	}
	rows := len(columns[0].Numbers) + len(columns[0].Words)
	table := make([][]string, rows+1)
	for _, c := range columns {
		if n := len(c.Numbers) + len(c.Words); n != rows || len(c.Numbers) > 0 && len(c.Words) > 0 {
			return "", fmt.Errorf("column %q has %d numbers and %d words, where the first column has %d rows", c.Name, len(c.Numbers), len(c.Words), rows)
		}
		table[0] = append(table[0], c.Name)
		for i := range rows {
			word := ""
			if c.Words != nil {
				word = c.Words[i]
			} else {
				word = strconv.FormatFloat(c.Numbers[i], 'g', -1, 64)
			}
			table[i+1] = append(table[i+1], word)
		}
	}
	var text strings.Builder
	w := csv.NewWriter(&text)
	err := w.WriteAll(table)
	return text.String(), err
}
