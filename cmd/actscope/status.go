package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"actscope/internal/input"
	"actscope/internal/interrupt"
	"actscope/internal/panics"
	"actscope/internal/present"
)

// Exit statuses.
const (
	statusDone    = 0
	statusFailed  = 1
	statusUsage   = 2
	statusStopped = interrupt.Status
)

// status is the exit status that an error of run stands for.
func status(err error) int {
	var bad *input.Error
	switch {
	case err == nil:
		return statusDone
	case errors.Is(err, context.Canceled):
		return statusStopped
	case errors.As(err, &bad):
		return statusUsage
	}
	return statusFailed
}

// explain tells the user of an error and gives the exit status.
func explain(err error, stderr io.Writer) int {
	stderr = present.Messages{Stderr: stderr}
	s := status(err)
	switch s {
	case statusDone:
	case statusStopped:
		fmt.Fprintln(stderr, "actscope: stopped by a signal; nothing was left half written: run again (sweep, claims and cost go on where they stopped, compare with --save and --resume)")
	default:
		fmt.Fprintf(stderr, "actscope: %v\n", err)
		var panicked *panics.Error
		if errors.As(err, &panicked) {
			fmt.Fprintf(stderr, "This is a fault of the program. It happened here:\n%s\n", panicked.Stack)
		}
	}
	return s
}
