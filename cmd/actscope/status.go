package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"actscope/internal/experiment"
	"actscope/internal/gradcheck"
	"actscope/internal/input"
)

// Exit statuses.
const (
	statusDone    = 0
	statusFailed  = 1
	statusUsage   = 2
	statusStopped = 75 // EX_TEMPFAIL, which schedulers take as "run again"
)

// runError is an error of a command's work, as opposed to one of its arguments,
// which cobra finds.
type runError struct{ err error }

func (e *runError) Error() string { return e.err.Error() }
func (e *runError) Unwrap() error { return e.err }

// status is the exit status that an error of run stands for.
func status(err error) int {
	var failed *runError
	var config *input.Error
	var memory *experiment.MemoryError
	var file *gradcheck.FileError
	var folder *input.Error
	var settings *input.Error
	switch {
	case err == nil:
		return statusDone
	case errors.Is(err, context.Canceled):
		return statusStopped
	case errors.As(err, &config), errors.As(err, &memory), errors.As(err, &file), errors.As(err, &folder), errors.As(err, &settings):
		return statusUsage
	case errors.As(err, &failed):
		return statusFailed
	}
	return statusUsage
}

// explain tells the user of an error and gives the exit status.
func explain(err error, stderr io.Writer) int {
	s := status(err)
	switch s {
	case statusDone:
	case statusStopped:
		fmt.Fprintln(stderr, "actscope: stopped by a signal; nothing was left half written: run again (sweep, claims and cost go on where they stopped, compare with --save and --resume)")
	default:
		fmt.Fprintf(stderr, "actscope: %v\n", err)
	}
	return s
}
