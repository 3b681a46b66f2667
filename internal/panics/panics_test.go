package panics_test

import (
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
