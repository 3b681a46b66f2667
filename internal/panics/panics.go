// Package panics is the one boundary between this program and code that panics, or that
// hears no context: libraries do, on numbers and sizes that they were not written for. A
// panic becomes an error that names what was being done.
package panics

import (
	"context"
	"fmt"
	"runtime"
)

// Error is a panic that was caught: a fault of the program or of a library, not of its user.
type Error struct {
	// Doing names what was being done, "" where nobody said.
	Doing string
	Value any
	Stack string
}

// Error is "DOING: panic: VALUE".
func (e *Error) Error() string {
	if e.Doing == "" {
		return fmt.Sprintf("panic: %v", e.Value)
	}
	return fmt.Sprintf("%s: panic: %v", e.Doing, e.Value)
}

// Unwrap is the panic's value where that is an error.
func (e *Error) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Catch, deferred, makes an [Error] of a panic and stores it in err; doing is formatted with
// args only then.
func Catch(err *error, doing string, args ...any) {
	if value := recover(); value != nil {
		stack := make([]byte, 4096)
		*err = &Error{Doing: fmt.Sprintf(doing, args...), Value: value, Stack: string(stack[:runtime.Stack(stack, false)])}
	}
}

// Await has work done that hears no context, and [Catch]es its panics. When the context ends
// it waits no longer: the work, whose result is lost, then ends by itself or with the program,
// so that it may change nothing that others use. Under a context that has ended nothing begins.
func Await[T any](ctx context.Context, work func() (T, error), doing string, args ...any) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	type outcome struct {
		result T
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() { done <- o }()
		defer Catch(&o.err, doing, args...)
		o.result, o.err = work()
	}()
	select {
	case o := <-done:
		return o.result, o.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
