package data

import (
	"fmt"
	"io"
)

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
