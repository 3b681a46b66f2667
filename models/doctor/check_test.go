package doctor_test

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"testing"

	"actscope/models/doctor"
)

// The trials of a file are searched side by side, and the first to end decide how far the others look.
func TestTheNumberOfProcessorsChangesNothing(t *testing.T) {
	files, err := filepath.Glob("testdata/wild/*.npz")
	if err != nil {
		t.Fatal(err)
	}
	generated, err := filepath.Glob("testdata/wild/generated/*.npz")
	if err != nil || len(files)+len(generated) < 20 {
		t.Fatal(len(files), len(generated), err)
	}
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, file := range append(files, generated[:6]...) {
		var first string
		for _, processors := range []int{1, 4} {
			runtime.GOMAXPROCS(processors)
			report, err := doctor.Check(t.Context(), file, doctor.Options{})
			if err != nil {
				t.Fatal(file, err)
			}
			text, err := json.MarshalIndent(report, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			if first == "" {
				first = string(text)
			} else if string(text) != first {
				t.Errorf("%s: with %d processors\n%s\nwith one\n%s", file, processors, text, first)
				break
			}
		}
	}
}
