package data

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// table reads the rows of a file whose header it knows.
type table struct {
	name      string
	source    *rowLimit
	records   *csv.Reader
	header    []string
	label     int  // column of the labels
	labelLast bool // it is the last one because none was named
	line      int  // on which the record read last begins
}

// openTable reads the header.
func openTable(r io.Reader, c CSVConfig) (*table, error) {
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
	if err := t.readHeader(c.Label); err != nil {
		return nil, err
	}
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
	if t.labelLast && (errors.Is(err, errNotNumber) || errors.Is(err, errThirdClass)) {
		err = fmt.Errorf("%w (the labels are taken from the last column unless another is named)", err)
	}
	return t.fault(line, j, err)
}

// lineFault is a fault of a line as a whole.
func (t *table) lineFault(line int, err error) error {
	return &CSVError{Name: t.name, Line: line, Err: err}
}

// fault is a fault on a line, in the column j from 0.
func (t *table) fault(line, j int, err error) error {
	e := &CSVError{Name: t.name, Line: line, Column: j + 1, Err: err}
	if j < len(t.header) {
		e.Header = t.header[j]
	}
	return e
}
