package data

import (
	"actscope/internal/input"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// MaxCoordinates is how many numbers a file may hold beside its labels: 1 GiB.
const MaxCoordinates = 1 << 27

// CSVConfig says how a file of comma-separated values is read.
type CSVConfig struct {
	Name  string // of the file or stream, for errors; "CSV" if empty
	Label string // name of the label column; the last column if empty
}

// Names are what a file calls the columns and classes of its set.
type Names struct {
	Inputs  []string  // of the set's columns, in order
	Label   string    // of the label column
	Classes [2]string // how the file writes class 0 and class 1
}

// ReadCSV reads a set from comma-separated values (RFC 4180) in UTF-8, with or
// without a byte order mark, its lines ended by LF or CR LF. The first line names
// the columns, each by a name of its own. Every column but the label's holds one
// decimal number a row: none may be missing, NaN or infinite.
//
// The label column holds two different values. They become the classes 0 and 1 in
// sorted order: by size where both are numbers, so that 0 and 1 stay what they
// are and 1.0 is the same as 1, by the bytes of their text otherwise.
//
// Space around a value does not count, and neither do its quotes: "1" is the
// number 1. (Between a closing quote and its comma, however, RFC 4180 has no
// space.) Space and line breaks within the name of a column or class count as one
// space. Empty lines are skipped. A first line that has numbers in all
// columns but the last is taken for values whose header is missing, which is an
// error, unless CSVConfig.Label names one of its columns.
//
// All errors are of type [*InputError], with the line and the column of the table. Beside the set only one row is in memory,
// which may be some 4 MiB long.
func ReadCSV(r io.Reader, c CSVConfig) (Set, Names, error) {
	return readCSV(r, c, MaxCoordinates)
}

// ReadCSVFile reads a set from a file as ReadCSV does; errors call the file by
// its path if the configuration has no name for it. A file that cannot be opened
// is an error that wraps the system's.
func ReadCSVFile(path string, c CSVConfig) (Set, Names, error) {
	f, err := os.Open(path)
	if err != nil {
		return Set{}, Names{}, input.InFile(path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return Set{}, Names{}, input.RefuseFile(path, "is a directory")
	}
	if c.Name == "" {
		c.Name = path
	}
	return ReadCSV(f, c)
}

// readCSV is ReadCSV for files of at most maxCoordinates coordinates.
func readCSV(r io.Reader, c CSVConfig, maxCoordinates int) (Set, Names, error) {
	t, err := openTable(r, c)
	if err != nil {
		return Set{}, Names{}, err
	}
	set := Set{Columns: len(t.header) - 1}
	var classes classNames
	var begin int // line of the first row
	for {
		row, err := t.nextRow()
		if err == io.EOF {
			break
		}
		if err != nil {
			return Set{}, Names{}, err
		}
		if set.Rows() == 0 {
			begin = t.line
		}
		if len(set.X)+set.Columns > maxCoordinates {
			return Set{}, Names{}, t.lineFault(t.line, fmt.Errorf("the file is too large: at most %d numbers are read beside the labels", maxCoordinates))
		}
		for j, cell := range row {
			if j == t.label {
				continue
			}
			v, err := parseNumber(cell)
			if err != nil {
				return Set{}, Names{}, t.valueFault(j, err)
			}
			set.X = append(set.X, v)
		}
		class, err := classes.number(row[t.label])
		if err != nil {
			return Set{}, Names{}, t.valueFault(t.label, err)
		}
		set.Y = append(set.Y, class)
	}
	switch {
	case set.Rows() == 0:
		return Set{}, Names{}, t.lineFault(t.line, errors.New("no rows follow the header"))
	case classes.known < 2:
		return Set{}, Names{}, t.fault(begin, t.label, fmt.Errorf("%s is the class of every row from here on: two classes are needed", quoted(classes.written[0])))
	}
	if classes.sort() {
		for i := range set.Y {
			set.Y[i] = 1 - set.Y[i]
		}
	}
	names := Names{
		Inputs:  slices.Concat(t.header[:t.label], t.header[t.label+1:]),
		Label:   t.header[t.label],
		Classes: classes.written,
	}
	return set, names, nil
}

var errThirdClass = errors.New("is a third class")

// classNames numbers two classes as their names come along.
type classNames struct {
	known   int
	written [2]string // as first met
	numeric [2]bool
	value   [2]float64 // of numeric names
}

// number returns the class of a label, 0 or 1. The numbers 1 and 1.0 are one
// class.
func (c *classNames) number(label string) (float64, error) {
	for i := range c.known {
		if label == c.written[i] {
			return float64(i), nil
		}
	}
	name, err := cleanName(label)
	if err != nil {
		return 0, err
	}
	value, err := parseNumber(name)
	numeric := err == nil
	if err != nil && !errors.Is(err, errNotNumber) {
		return 0, err
	}
	for i := range c.known {
		if name == c.written[i] || numeric && c.numeric[i] && value == c.value[i] {
			return float64(i), nil
		}
	}
	if c.known == len(c.written) {
		return 0, fmt.Errorf("%s %w beside %s and %s", quoted(name), errThirdClass, quoted(c.written[0]), quoted(c.written[1]))
	}
	i := c.known
	c.written[i], c.numeric[i], c.value[i] = strings.Clone(name), numeric, value
	c.known++
	return float64(i), nil
}

// sort puts both classes into sorted order and tells whether they changed
// places.
func (c *classNames) sort() bool {
	sorted := c.written[0] < c.written[1]
	if c.numeric[0] && c.numeric[1] {
		sorted = c.value[0] < c.value[1]
	}
	if !sorted {
		c.written[0], c.written[1] = c.written[1], c.written[0]
		c.numeric[0], c.numeric[1] = c.numeric[1], c.numeric[0]
		c.value[0], c.value[1] = c.value[1], c.value[0]
	}
	return !sorted
}
