package kernel

import (
	"strings"
	"testing"
)

// onEverySet runs a test once for each kernel set that this machine can run.
func onEverySet(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	defer func(before bool) { vectors = before }(vectors)
	vectors = false
	t.Run(Portable, test)
	if hasAVX2 {
		vectors = true
		t.Run(AVX2, test)
	}
}

func TestKernelSetIsTheOneAskedFor(t *testing.T) {
	for _, c := range []struct {
		asked   string
		able    bool
		vectors bool
		fault   string
	}{
		{"", true, true, ""},
		{"", false, false, ""},
		{"portable", true, false, ""},
		{"avx2", true, true, ""},
		{"avx2", false, false, "lacks AVX2 or FMA"},
		{"AVX2", true, false, "no such kernel set"},
	} {
		vectors, err := choose(c.asked, c.able)
		if vectors != c.vectors || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("asked for %q, AVX2 %v: vectors %v, error %v", c.asked, c.able, vectors, err)
		}
	}
}

func TestEverySetHasItsName(t *testing.T) {
	var names []string
	onEverySet(t, func(*testing.T) { names = append(names, Set()) })
	if names[0] != Portable || len(names) > 1 && names[1] != AVX2 {
		t.Errorf("the sets are called %v", names)
	}
}
