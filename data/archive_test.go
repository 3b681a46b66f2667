package data_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"actscope/internal/npz"
)

// tolerance is how closely coordinates follow NumPy, whose cosine and logarithm
// round the last bit differently: absolute up to 1, relative above.
const tolerance = 1e-14

// archive looks arrays up in a file of reference values.
type archive struct {
	t      *testing.T
	path   string
	arrays npz.Arrays
}

func open(t *testing.T, path string) archive {
	t.Helper()
	arrays, err := npz.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return archive{t, path, arrays}
}

func (a archive) values(name string) []float64 {
	a.t.Helper()
	array, ok := a.arrays.Lookup(name)
	if !ok {
		a.t.Fatalf("%s has no array %q", a.path, name)
	}
	return array.Values
}

// identical fails the test unless got are the values of that name.
func (a archive) identical(name string, got []float64) {
	a.t.Helper()
	if diff := cmp.Diff(a.values(name), got, cmpopts.EquateEmpty()); diff != "" {
		a.t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

// close fails the test unless got are the values of that name within tolerance.
func (a archive) close(name string, got []float64) {
	a.t.Helper()
	want := a.values(name)
	if len(got) != len(want) {
		a.t.Fatalf("%s has %d values, want %d", name, len(got), len(want))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tolerance*max(1, math.Abs(want[i]))) {
			a.t.Errorf("%s[%d] = %v, want %v within %v", name, i, got[i], want[i], tolerance)
		}
	}
}

func floats(integers []int) []float64 {
	values := make([]float64, len(integers))
	for i, v := range integers {
		values[i] = float64(v)
	}
	return values
}
