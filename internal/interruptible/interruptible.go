// Package interruptible leaves work behind when a context ends: work that hears no context, and
// ends by itself before long.
package interruptible

import (
	"context"

	"actscope/internal/panics"
)

// Run is the result of some work, or the context's error as soon as that ends. The work then
// goes on beside until it is done: nobody may use what it writes to. A panic in it becomes a
// [panics.Error].
func Run[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() { done <- o }()
		defer panics.Catch(&o.err, "")
		o.value, o.err = work()
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
