package data

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"actscope/internal/nearest"
)

// readHeader reads the names of the columns and finds the label's, which is the
// last if it has no name.
func (t *table) readHeader(label string) error {
	cells, err := t.read()
	switch {
	case err == io.EOF:
		return t.lineFault(1, errors.New("the file is empty: it needs a header and rows"))
	case err != nil:
		return err
	case len(cells) == 1 && strings.ContainsAny(cells[0], ";\t"):
		return t.lineFault(t.line, errors.New("the values are not separated by commas"))
	case len(cells) == 1:
		return t.lineFault(t.line, errors.New("there is only one column: a column of numbers and one of labels are needed"))
	case label == "" && headless(cells):
		return t.lineFault(t.line, errors.New("there are numbers where the names of the columns should be: put a line of names before them, or name the label column if these are names"))
	}
	column, err := t.nameColumns(cells)
	if err != nil {
		return err
	}
	if label == "" {
		t.label, t.labelLast = len(t.header)-1, true
		return nil
	}
	label = singleSpaced(label)
	j, ok := column[label]
	if !ok {
		return t.lineFault(t.line, missingColumn(label, t.header))
	}
	t.label = j
	return nil
}

// headless tells whether a first line holds values: numbers in all columns but
// the last, where labels would stand.
func headless(cells []string) bool {
	return !slices.ContainsFunc(cells[:len(cells)-1], func(cell string) bool {
		_, err := parseNumber(cell)
		return err != nil
	})
}

// nameColumns makes the cells the header and returns the column of each name.
func (t *table) nameColumns(cells []string) (map[string]int, error) {
	names := make([]string, len(cells))
	column := make(map[string]int, len(cells))
	for j, cell := range cells {
		name, err := cleanName(cell)
		if err == nil && name == "" {
			err = errors.New("the column has no name")
		}
		if first, taken := column[name]; err == nil && taken {
			err = fmt.Errorf("column %d is called %s too", first+1, quoted(name))
		}
		if err != nil {
			return nil, t.valueFault(j, err)
		}
		names[j], column[name] = name, j
	}
	t.header = names
	return column, nil
}

func missingColumn(name string, header []string) error {
	if near := nearest.Name(name, header); near != "" {
		return fmt.Errorf("no column is called %s: did you mean %s?", quoted(name), quoted(near))
	}
	return fmt.Errorf("no column is called %s: the first is %s, the last %s", quoted(name), quoted(header[0]), quoted(header[len(header)-1]))
}
