// Package input has the one error for bad usage and bad input: for what a user gave and
// the program cannot use, whether a flag, a setting, a file or an environment variable.
package input

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Error is something that the user gave and that cannot be used. The program's exit
// status for it is 2.
type Error struct {
	// File is the file or folder, "" where there is none. Line and Column count from 1
	// and are 0 where they are not known; in a table, Column is that of the table.
	File         string
	Line, Column int
	// Key names the setting, flag, variable, array or column that is meant, "" for none.
	Key string
	// Reason says what is wrong, and Advice, where Reason does not, what to do.
	Reason, Advice string
	// Err is the cause, nil where there is none beside the reason.
	Err error
}

// Error is "FILE:LINE:COLUMN: KEY: reason: advice", without the parts that are empty. File and
// key are [Visible].
func (e *Error) Error() string {
	var parts []string
	if place := e.place(); place != "" {
		parts = append(parts, place)
	}
	for _, part := range []string{Visible(e.Key), e.Reason, e.Advice} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}

func (e *Error) place() string {
	file := Visible(e.File)
	if file == Standard {
		file = "standard input"
	}
	switch {
	case e.Line == 0:
		return file
	case e.Column == 0:
		return fmt.Sprintf("%s:%d", file, e.Line)
	}
	return fmt.Sprintf("%s:%d:%d", file, e.Line, e.Column)
}

// Unwrap is Err.
func (e *Error) Unwrap() error { return e.Err }

// Refuse is an error about a key, "" for none. An error among the arguments that is
// formatted with %w becomes its cause.
func Refuse(key, format string, args ...any) *Error {
	reason := fmt.Errorf(format, args...)
	return &Error{Key: key, Reason: reason.Error(), Err: errors.Unwrap(reason)}
}

// RefuseFile is an error about a file or folder as a whole.
func RefuseFile(file, format string, args ...any) *Error {
	e := Refuse("", format, args...)
	e.File = file
	return e
}

// InFile gives an error the file that it is about. An [Error] keeps what it says beside;
// any other error becomes the reason.
func InFile(file string, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		named := *known
		named.File = file
		return &named
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return &Error{File: file, Reason: path.Err.Error(), Err: err}
	}
	return &Error{File: file, Reason: err.Error(), Err: err}
}

// Under gives an error the key that it is about: what it says, its place included,
// becomes the reason.
func Under(key string, err error) *Error { return &Error{Key: key, Reason: err.Error(), Err: err} }
