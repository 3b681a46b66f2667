package claims

import (
	"actscope/internal/number"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// column is a column of a table of rows T: its name, a value as text, and back.
type column[T any] struct {
	name string
	get  func(*T) string
	set  func(*T, string) error
}

// textColumn is a column of text.
func textColumn[T any, S ~string](name string, field func(*T) *S) column[T] {
	return column[T]{name, func(r *T) string { return string(*field(r)) }, func(r *T, s string) error {
		*field(r) = S(s)
		return nil
	}}
}

// countColumn is a column of whole numbers.
func countColumn[T any](name string, field func(*T) *int) column[T] {
	return column[T]{name, func(r *T) string { return strconv.Itoa(*field(r)) }, func(r *T, s string) (err error) {
		*field(r), err = strconv.Atoi(s)
		return err
	}}
}

// tableDigits is the precision of numbers in a table: what the last bits of arithmetic
// change is not seen.
const tableDigits = 6

// numberColumn is a column of numbers, empty where there is none.
func numberColumn[T any, F ~float64](name string, field func(*T) *F) column[T] {
	return column[T]{name, func(r *T) string { return shortNumber(float64(*field(r))) }, func(r *T, s string) error {
		v, err := parseNumber(s)
		*field(r) = F(v)
		return err
	}}
}

func shortNumber(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', tableDigits, 64)
}

func parseNumber(s string) (float64, error) {
	if s == "" {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(s, 64)
}

// listColumn is a column of several values, separated by spaces; "-" is one that is
// missing.
func listColumn[T, V any](name string, field func(*T) *[]V, get func(V) string, set func(string) (V, error)) column[T] {
	return column[T]{name, func(r *T) string {
		var parts []string
		for _, v := range *field(r) {
			if s := get(v); s != "" {
				parts = append(parts, s)
			} else {
				parts = append(parts, "-")
			}
		}
		return strings.Join(parts, " ")
	}, func(r *T, s string) error {
		*field(r) = nil
		for _, part := range strings.Fields(s) {
			if part == "-" {
				part = ""
			}
			v, err := set(part)
			if err != nil {
				return err
			}
			*field(r) = append(*field(r), v)
		}
		return nil
	}}
}

// numbersColumn is a list of numbers.
func numbersColumn[T any](name string, field func(*T) *[]number.Float) column[T] {
	return listColumn(name, field, func(v number.Float) string { return shortNumber(float64(v)) },
		func(s string) (number.Float, error) {
			v, err := parseNumber(s)
			return number.Float(v), err
		})
}

// countsColumn is a list of whole numbers.
func countsColumn[T any](name string, field func(*T) *[]int) column[T] {
	return listColumn(name, field, strconv.Itoa, strconv.Atoi)
}

// writeTable writes rows as CSV with a header, after lines of comment.
func writeTable[T any](w io.Writer, columns []column[T], rows []T, comments ...string) error {
	for _, c := range comments {
		if _, err := fmt.Fprintf(w, "# %s\n", c); err != nil {
			return err
		}
	}
	table := csv.NewWriter(w)
	record := make([]string, len(columns))
	for i, c := range columns {
		record[i] = c.name
	}
	if err := table.Write(record); err != nil {
		return err
	}
	for i := range rows {
		for j, c := range columns {
			record[j] = c.get(&rows[i])
		}
		if err := table.Write(record); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

// readTable reads what writeTable wrote.
func readTable[T any](r io.Reader, columns []column[T]) ([]T, error) {
	table := csv.NewReader(r)
	table.Comment = '#'
	table.FieldsPerRecord = len(columns)
	records, err := table.ReadAll()
	if err == nil && len(records) == 0 {
		err = errors.New("has no header")
	}
	if err != nil {
		return nil, err
	}
	var rows []T
	for i, record := range records {
		var row T
		for j, c := range columns {
			if i == 0 {
				if record[j] != c.name {
					return nil, fmt.Errorf("column %d is %q, want %q", j+1, record[j], c.name)
				}
				continue
			}
			if err := c.set(&row, record[j]); err != nil {
				return nil, fmt.Errorf("row %d, column %s: %w", i, c.name, err)
			}
		}
		if i > 0 {
			rows = append(rows, row)
		}
	}
	return rows, nil
}
