package data

import "fmt"

// CSVError tells what keeps a file of comma-separated values from being read,
// and where.
type CSVError struct {
	Name   string // of the file or stream
	Line   int    // in the text, from 1
	Column int    // in the table, from 1; 0 where the line as a whole is meant
	Header string // name of that column; empty where it has none
	Err    error  // what is wrong
}

// Error names the file, the line, the column and what is wrong with it.
func (e *CSVError) Error() string {
	place := fmt.Sprintf("%s: line %d", e.Name, e.Line)
	if e.Column > 0 {
		place += fmt.Sprintf(", column %d", e.Column)
	}
	if e.Header != "" {
		place += fmt.Sprintf(" (%s)", clipped(e.Header))
	}
	return fmt.Sprintf("data: %s: %v", place, e.Err)
}

// Unwrap returns what is wrong.
func (e *CSVError) Unwrap() error { return e.Err }
