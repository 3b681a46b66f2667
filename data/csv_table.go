package data

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"actscope/internal/input"
	"actscope/internal/nearest"
)

// table reads the rows of a file whose header it knows.
type table struct {
	name      string
	source    *rowLimit
	records   *csv.Reader
	header    []string
	inputs    []int // columns of the coordinates
	targets   []int // columns of the targets, as they were named
	labelLast bool  // it is the last one because none was named
	line      int   // on which the record read last begins
}

// openTable reads the header.
func openTable(r io.Reader, c CSVConfig) (*table, error) {
	t, err := newTable(r, c)
	if err != nil {
		return nil, err
	}
	return t, t.readHeader(c.Label)
}

// newTable is a table whose header is not read yet.
func newTable(r io.Reader, c CSVConfig) (*table, error) {
	if c.Bytes != nil {
		r = io.TeeReader(r, c.Bytes)
	}
	t := &table{name: c.Name, source: &rowLimit{reader: r}}
	if t.name == "" {
		t.name = "CSV"
	}
	text := bufio.NewReaderSize(t.source, readAhead)
	if err := t.skipByteOrderMark(text); err != nil {
		return nil, err
	}
	t.records = csv.NewReader(text)
	t.records.FieldsPerRecord = -1 // nextRow counts them, to say more
	t.records.TrimLeadingSpace = true
	t.records.ReuseRecord = true
	return t, nil
}

func (t *table) skipByteOrderMark(text *bufio.Reader) error {
	t.source.allow()
	begin, err := text.Peek(3)
	switch {
	case err != nil && err != io.EOF:
		return t.lineFault(1, err)
	case bytes.HasPrefix(begin, []byte("\xff\xfe")), bytes.HasPrefix(begin, []byte("\xfe\xff")):
		return t.lineFault(1, errors.New("the file is UTF-16: it has to be UTF-8"))
	case bytes.Equal(begin, []byte("\xef\xbb\xbf")):
		_, err = text.Discard(3)
		return err
	}
	return nil
}

// nextRow returns the next row, as many cells as the header names columns, and
// io.EOF after the last. The slice is valid until the next call.
func (t *table) nextRow() ([]string, error) {
	cells, err := t.read()
	if err != nil {
		return nil, err
	}
	switch columns := len(t.header); {
	case len(cells) < columns:
		return nil, t.fault(t.line, len(cells), fmt.Errorf("the value is missing: the row has %d of %d", len(cells), columns))
	case len(cells) > columns:
		return nil, t.fault(t.line, columns, fmt.Errorf("the row has %d values, the header only %d", len(cells), columns))
	}
	return cells, nil
}

// read returns the next record and keeps the line on which it begins.
func (t *table) read() ([]string, error) {
	t.source.allow()
	cells, err := t.records.Read()
	if err == io.EOF {
		return nil, io.EOF
	}
	if err != nil {
		return nil, t.readFault(cells, err)
	}
	t.line, _ = t.records.FieldPos(0)
	return cells, nil
}

// readFault places an error of the reader, which came after these cells.
func (t *table) readFault(cells []string, err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return t.fault(parse.StartLine, len(cells), quoteFault(parse))
	}
	line := t.line + 1
	if len(cells) > 0 {
		line, _ = t.records.FieldPos(0)
	}
	return t.lineFault(line, err)
}

func quoteFault(parse *csv.ParseError) error {
	switch {
	case errors.Is(parse, csv.ErrBareQuote):
		return fmt.Errorf("%w: a value that holds quotes has to be quoted, and its quotes doubled", csv.ErrBareQuote)
	case parse.Line > parse.StartLine:
		return fmt.Errorf("%w: the row goes on to line %d without the end of a quoted value", csv.ErrQuote, parse.Line)
	}
	return fmt.Errorf("%w: a quoted value has to end with a quote before the comma, and quotes within it be doubled", csv.ErrQuote)
}

// valueFault is a fault of the record read last, in the column j from 0.
func (t *table) valueFault(j int, err error) error {
	line, _ := t.records.FieldPos(j)
	if t.labelLast && (errors.Is(err, errNotNumber) || errors.Is(err, errManyClasses)) {
		err = fmt.Errorf("%w (the labels are taken from the last column unless another is named)", err)
	}
	return t.fault(line, j, err)
}

// lineFault is a fault of a line as a whole.
func (t *table) lineFault(line int, err error) error {
	e := input.InFile(t.name, err)
	e.Line = line
	return e
}

// fault is a fault on a line, in the column j from 0.
func (t *table) fault(line, j int, err error) error {
	e := input.InFile(t.name, err)
	e.Line, e.Column = line, j+1
	if j < len(t.header) {
		e.Key = clipped(t.header[j])
	}
	return e
}

// readHeader reads the names of the columns and finds the targets', which is the
// last if none is named.
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
		t.targets, t.labelLast = []int{len(t.header) - 1}, true
	} else if t.targets, err = t.columnsNamed(label, column); err != nil {
		return t.lineFault(t.line, err)
	}
	isTarget := make([]bool, len(t.header))
	for _, j := range t.targets {
		if isTarget[j] {
			return t.lineFault(t.line, fmt.Errorf("column %s is named twice as a target", quoted(t.header[j])))
		}
		isTarget[j] = true
	}
	for j := range t.header {
		if !isTarget[j] {
			t.inputs = append(t.inputs, j)
		}
	}
	if len(t.inputs) == 0 {
		return t.lineFault(t.line, errors.New("every column is named as a target: a column of numbers is needed beside them"))
	}
	return nil
}

// columnsNamed finds the column of a name, or those of several names with commas between
// them. Column has those of the names as the file has them; a name may also be written as it
// was shortened.
func (t *table) columnsNamed(list string, column map[string]int) ([]int, error) {
	find := func(name string) (j int, ok bool) {
		name = singleSpaced(name)
		if j, ok = column[name]; !ok {
			j = slices.Index(t.header, name)
		}
		return j, j >= 0
	}
	if j, ok := find(list); ok {
		return []int{j}, nil
	}
	most := 1 // parts that a name has, of a list whose time is to be bounded
	for name := range column {
		most = min(max(most, 1+strings.Count(name, ",")), 32)
	}
	parts := strings.Split(list, ",")
	var found []int
	for from := 0; from < len(parts); {
		j, ok, to := 0, false, min(from+most, len(parts))
		for ; !ok && to > from; to-- { // the longest name that fits
			j, ok = find(strings.Join(parts[from:to], ","))
		}
		if !ok {
			return nil, missingColumn(singleSpaced(parts[from]), t.header)
		}
		found, from = append(found, j), to+1
	}
	return found, nil
}

// names are those of some columns.
func (t *table) names(columns []int) []string {
	names := make([]string, len(columns))
	for i, j := range columns {
		names[i] = t.header[j]
	}
	return names
}

// headless tells whether a first line holds values: numbers in all columns but
// the last, where labels would stand.
func headless(cells []string) bool {
	return !slices.ContainsFunc(cells[:len(cells)-1], func(cell string) bool {
		_, err := parseNumber(cell)
		return err != nil
	})
}

// nameColumns makes the cells the header and returns the column of each name, as the file has
// it.
func (t *table) nameColumns(cells []string) (map[string]int, error) {
	names := make([]string, len(cells))
	column := make(map[string]int, len(cells))
	short := make(map[string]bool, len(cells))
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
		column[name] = j
		if names[j] = shortened(name); short[names[j]] {
			names[j] += fmt.Sprintf(" (column %d)", j+1) // longer than any other name
		}
		short[names[j]] = true
	}
	t.header = names
	return column, nil
}

func missingColumn(name string, header []string) error {
	if name == "" {
		return errors.New("the list of target columns has a name of nothing between its commas")
	}
	if near := nearest.Name(name, header); near != "" {
		return fmt.Errorf("no column is called %s: did you mean %s?", quoted(name), quoted(near))
	}
	return fmt.Errorf("no column is called %s: the first is %s, the last %s", quoted(name), quoted(header[0]), quoted(header[len(header)-1]))
}

// readAhead is what is read at a time, maxRow what a row may take: without end
// of line, or with a quote left open, a file would be one row.
const (
	readAhead = 1 << 16
	maxRow    = 1 << 22
)

var errRowTooLong = fmt.Errorf("the row is longer than %d bytes: is a quote left open?", maxRow)

// rowLimit reads until a row has taken too much.
type rowLimit struct {
	reader io.Reader
	left   int
}

// allow lets a new row begin.
func (l *rowLimit) allow() { l.left = maxRow }

func (l *rowLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errRowTooLong
	}
	n, err := l.reader.Read(p)
	l.left -= n
	return n, err
}

var (
	errMissing   = errors.New("the value is missing")
	errNotNumber = errors.New("is not a number")
)

// parseNumber returns the finite decimal number in a cell. Text is errNotNumber.
func parseNumber(cell string) (float64, error) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return 0, errMissing
	}
	v, err := strconv.ParseFloat(cell, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%s is too large for a 64-bit number", quoted(cell))
	case err != nil || !decimal(cell):
		return 0, fmt.Errorf("%s %w", quoted(cell), errNotNumber)
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, fmt.Errorf("%s is not finite", quoted(cell))
	}
	return v, nil
}

// parseCoordinate returns the number in a cell if its square can be computed with.
func parseCoordinate(cell string) (float64, error) {
	v, err := parseNumber(cell)
	if err == nil && !(v >= -MaxCoordinate && v <= MaxCoordinate) {
		err = tooLarge(cell)
	}
	return v, err
}

func tooLarge(cell string) error {
	return fmt.Errorf("%s is too large: the squares of such numbers overflow where columns are standardised; at most %v is read", quoted(cell), MaxCoordinate)
}

// decimal tells the numbers of a table from the others that Go writes:
// hexadecimal ones, and those with digits in groups. It is strings.ContainsAny at
// a fraction of its time, which every value takes.
func decimal(number string) bool {
	for i := range len(number) {
		switch number[i] {
		case 'x', 'X', '_':
			return false
		}
	}
	return true
}

// cleanName returns the name in a cell with single spaces, fit to be shown.
func cleanName(cell string) (string, error) {
	if !utf8.ValidString(cell) {
		return "", fmt.Errorf("%s is not UTF-8", quoted(cell))
	}
	if strings.ContainsRune(cell, '\r') {
		return "", fmt.Errorf("%s holds a carriage return: lines have to end with LF or CR LF", quoted(cell))
	}
	name := singleSpaced(cell)
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", fmt.Errorf("%s holds characters that do not print", quoted(name))
	}
	return name, nil
}

// singleSpaced returns a text without space at its ends, all other space and line
// breaks made one space each.
func singleSpaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// quoted shows a cell in an error.
func quoted(cell string) string { return strconv.Quote(clipped(cell)) }

// clipped returns as much of a text as suits an error.
func clipped(text string) string {
	const most = 40
	letters := 0
	for i := range text {
		if letters == most {
			return text[:i] + "…"
		}
		letters++
	}
	return text
}
