package panics_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"actscope/internal/panics"
)

func TestPanicBecomesAnErrorThatNamesWhatWasDone(t *testing.T) {
	broken := errors.New("broken")
	decompose := func(value any) (err error) {
		defer panics.Catch(&err, "decomposing %d rows", 3)
		if value != nil {
			panic(value)
		}
		return nil
	}
	if err := decompose(nil); err != nil {
		t.Errorf("%v without a panic", err)
	}
	err := decompose(broken)
	var caught *panics.Error
	if !errors.As(err, &caught) || !errors.Is(err, broken) || err.Error() != "decomposing 3 rows: panic: broken" || !strings.Contains(caught.Stack, "panics_test") {
		t.Errorf("%v, %+v", err, caught)
	}
	if err := decompose(7); err == nil || err.Error() != "decomposing 3 rows: panic: 7" {
		t.Errorf("%v", err)
	}
}

func TestWorkThatHearsNoContextIsNotWaitedForWhenItEnds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	begun, end := make(chan bool), make(chan bool)
	defer close(end)
	go func() {
		<-begun
		stop()
	}()
	_, err := panics.Await(ctx, func() (int, error) {
		begun <- true
		<-end
		return 1, nil
	}, "waiting")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestNothingBeginsUnderAContextThatHasEnded(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for range 1000 { // where the work ends at once, a choice between the two would be a toss of a coin
		if _, err := panics.Await(ctx, func() (int, error) { return 1, nil }, "waiting"); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
	}
}

func TestAwaitedWorkGivesItsResultErrorOrPanic(t *testing.T) {
	broken := errors.New("broken")
	for doing, work := range map[string]func() (int, error){
		"":                         func() (int, error) { return 1, nil },
		"broken":                   func() (int, error) { return 0, broken },
		"drawing 2: panic: broken": func() (int, error) { panic(broken) },
	} {
		got, err := panics.Await(t.Context(), work, "drawing %d", 2)
		if doing == "" && (got != 1 || err != nil) || doing != "" && (err == nil || err.Error() != doing) {
			t.Errorf("%q: %d, %v", doing, got, err)
		}
	}
}
