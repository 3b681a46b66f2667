package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"actscope/internal/input"
)

// ReadCSVColumns reads so many columns of numbers from a file, as [ReadCSVFile] reads its points,
// without targets: the columns of these names, in their order, or where there are none the first
// columns of a file that has as many, or one more, which then is a label's. It gives the numbers,
// row-major. All else is refused as by ReadCSV, a wrong number of columns with both numbers.
func ReadCSVColumns(ctx context.Context, path string, names []string, columns int) ([]float64, error) {
	f, err := input.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	x, err := readColumns(f, path, names, columns)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return x, err
}

func readColumns(r io.Reader, name string, names []string, columns int) ([]float64, error) {
	t, err := newTable(r, CSVConfig{Name: name})
	if err != nil {
		return nil, err
	}
	if err := t.readColumnNames(names, columns); err != nil {
		return nil, err
	}
	set := Set{Columns: columns, Targets: Targets{Task: Regression, Count: 1}}
	for {
		row, err := t.nextRow()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := makeRoom(&set, MaxCoordinates); err != nil {
			return nil, t.lineFault(t.line, err)
		}
		for _, j := range t.inputs {
			v, err := parseCoordinate(row[j])
			if err != nil {
				return nil, t.valueFault(j, err)
			}
			set.X = append(set.X, v)
		}
	}
	if len(set.X) == 0 {
		return nil, t.lineFault(t.line, errors.New("there are no rows under the header"))
	}
	return set.X, nil
}

// readColumnNames reads the header and finds the columns.
func (t *table) readColumnNames(names []string, columns int) error {
	cells, err := t.read()
	switch {
	case err == io.EOF:
		return t.lineFault(1, errors.New("the file is empty: it needs a header and rows"))
	case err != nil:
		return err
	case !slices.ContainsFunc(cells, func(cell string) bool { _, err := parseNumber(cell); return err != nil }):
		return t.lineFault(t.line, errors.New("there are numbers where the names of the columns should be: put a line of names before them"))
	}
	column, err := t.nameColumns(cells)
	if err != nil {
		return err
	}
	if names == nil {
		if n := len(t.header); n != columns && n != columns+1 {
			return t.lineFault(t.line, fmt.Errorf("%d columns: the network reads %d, beside which there may be one of labels, the last: leave others out", n, columns))
		}
		for j := range columns {
			t.inputs = append(t.inputs, j)
		}
		return nil
	}
	for _, name := range names {
		j, there := column[name]
		if !there {
			j = slices.Index(t.header, name)
		}
		if j < 0 {
			return t.lineFault(t.line, fmt.Errorf("%w; the file has %d columns, the network reads %d", missingColumn(name, t.header), len(t.header), len(names)))
		}
		t.inputs = append(t.inputs, j)
	}
	return nil
}
