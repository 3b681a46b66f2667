package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"actscope/internal/input"
	"actscope/internal/memory"
)

// Limits of a file.
const (
	// MaxCoordinates is how many numbers it may hold beside its labels: 1 GiB.
	MaxCoordinates = 1 << 27
	// MaxCoordinate is the largest magnitude of a number: as many squares of differences as
	// there may be have a finite sum, so that [Standardise] never overflows.
	MaxCoordinate = 1e140
	// MaxName is how many letters of the name of a column or class are kept.
	MaxName = 200
)

// CSVConfig says how a file of comma-separated values is read.
type CSVConfig struct {
	Name  string // of the file or stream, for errors; "CSV" if empty
	Label string // name of the label column; the last column if empty
	// Bytes, if not nil, is written every byte of the file that was read, to its end if that
	// went well: for a hash.
	Bytes io.Writer
}

// Names are what a file calls the columns and classes of its set.
type Names struct {
	Inputs  []string // of the set's columns, in order
	Targets []string // of the target columns
	Classes []string // how the file writes class 0, class 1, ...; nil where there are none
}

// ReadCSV reads a set from comma-separated values (RFC 4180) in UTF-8, with or
// without a byte order mark, its lines ended by LF or CR LF. The first line names
// the columns, each by a name of its own. Every column but the label's holds one
// decimal number a row: none may be missing, NaN or larger than [MaxCoordinate].
//
// The label column holds two different values. They become the classes 0 and 1 in
// sorted order: by size where both are numbers, so that 0 and 1 stay what they
// are and 1.0 is the same as 1, by the bytes of their text otherwise.
//
// Space around a value does not count, and neither do its quotes: "1" is the
// number 1. (Between a closing quote and its comma, however, RFC 4180 has no
// space.) Space and line breaks within the name of a column or class count as one
// space. Of a name longer than [MaxName] letters as many are kept, the last of them an
// ellipsis; where that makes two names one, the later has its column's number, or that of
// its class, after it. Empty lines are skipped. A first line that has numbers in all
// columns but the last is taken for values whose header is missing, which is an
// error, unless CSVConfig.Label names one of its columns.
//
// All errors are of type [*InputError], with the line and the column of the table. Beside the set only one row is in memory,
// which may be some 4 MiB long.
func ReadCSV(r io.Reader, c CSVConfig) (Set, Names, error) {
	return readCSV(r, c, MaxCoordinates)
}

// ReadCSVFile reads a set from a file as ReadCSV does, which may be a pipe: it is read once.
// Errors call the file by its path if the configuration has no name for it. A file that cannot
// be opened is an error that wraps the system's; where the context ends, the error is its.
func ReadCSVFile(ctx context.Context, path string, c CSVConfig) (Set, Names, error) {
	f, err := input.Open(ctx, path)
	if err != nil {
		return Set{}, Names{}, err
	}
	defer f.Close()
	if c.Name == "" {
		c.Name = path
	}
	set, names, err := ReadCSV(f, c)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return set, names, err
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
		if err := makeRoom(&set, maxCoordinates); err != nil {
			return Set{}, Names{}, t.lineFault(t.line, err)
		}
		for j, cell := range row {
			if j == t.label {
				continue
			}
			v, err := parseNumber(cell)
			if err == nil && !(v >= -MaxCoordinate && v <= MaxCoordinate) {
				err = fmt.Errorf("%s is too large: the squares of such numbers overflow where columns are standardised; at most %v is read", quoted(cell), MaxCoordinate)
			}
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
		Targets: []string{t.header[t.label]},
		Classes: classes.short(),
	}
	return set, names, nil
}

// makeRoom has a set grow by a row: where it has no room by a quarter, if the machine has.
func makeRoom(set *Set, maxCoordinates int) error {
	need := len(set.X) + set.Columns
	if need > maxCoordinates {
		return fmt.Errorf("the file is too large: at most %d numbers are read beside the labels", maxCoordinates)
	}
	if need <= cap(set.X) {
		return nil
	}
	grown := min(need+need/4+1024, maxCoordinates)
	if err := memory.Check("", "the points up to here", 8*float64(grown), "take fewer rows or columns"); err != nil {
		return err
	}
	set.X = slices.Grow(set.X, grown-len(set.X))
	return nil
}

// shortened returns a name of at most MaxName letters.
func shortened(name string) string {
	if utf8.RuneCountInString(name) <= MaxName {
		return name
	}
	return string([]rune(name)[:MaxName-1]) + "…"
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

// short are the names as they are kept.
func (c *classNames) short() []string {
	names := []string{shortened(c.written[0]), shortened(c.written[1])}
	if names[0] == names[1] {
		names[1] += " (class 1)"
	}
	return names
}
