package interruptible_test

import (
	"context"
	"errors"
	"testing"

	"actscope/internal/interruptible"
	"actscope/internal/panics"
)

func TestWorkIsDoneOrLeft(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	if v, err := interruptible.Run(ctx, func() (int, error) { return 7, nil }); v != 7 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	broken := errors.New("broken")
	if _, err := interruptible.Run(ctx, func() (int, error) { return 0, broken }); err != broken {
		t.Error(err)
	}
	var caught *panics.Error
	if _, err := interruptible.Run(ctx, func() (int, error) { panic(broken) }); !errors.As(err, &caught) || !errors.Is(err, broken) {
		t.Error(err)
	}
	ever := make(chan struct{})
	defer close(ever)
	_, err := interruptible.Run(ctx, func() (int, error) {
		cancel()
		<-ever
		return 0, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
