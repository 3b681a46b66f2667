package input_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"

	"actscope/internal/input"
)

func TestErrorSaysPlaceKeyReasonAndAdvice(t *testing.T) {
	for want, e := range map[string]*input.Error{
		"epochs: 0 is too few":                     {Key: "epochs", Reason: "0 is too few"},
		"a.yaml: epochs: 0: take 1":                {File: "a.yaml", Key: "epochs", Reason: "0", Advice: "take 1"},
		"a.yaml:3: it ends here":                   {File: "a.yaml", Line: 3, Reason: "it ends here"},
		"a.csv:3:2: height: \"x\" is not a number": {File: "a.csv", Line: 3, Column: 2, Key: "height", Reason: `"x" is not a number`},
		"x: broken":                          input.Refuse("x", "broken"),
		"f: broken":                          input.RefuseFile("f", "broken"),
		"resume: f:1:2: epochs: 0":           input.Under("resume", &input.Error{File: "f", Line: 1, Column: 2, Key: "epochs", Reason: "0"}),
		"g: array W1: missing":               input.InFile("g", fmt.Errorf("reading: %w", input.Refuse("array W1", "missing"))),
		"nowhere: " + fs.ErrNotExist.Error(): input.InFile("nowhere", &fs.PathError{Op: "open", Path: "nowhere", Err: fs.ErrNotExist}),
		"h: unexpected end":                  input.InFile("h", errors.New("unexpected end")),
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestCausesAreKept(t *testing.T) {
	_, err := os.Open("nowhere")
	for _, e := range []error{input.InFile("nowhere", err), input.Refuse("dataset", "%w", err), input.Under("out", input.InFile("nowhere", err))} {
		if !errors.Is(e, fs.ErrNotExist) {
			t.Errorf("%v hides its cause", e)
		}
	}
}
