package kernel

import (
	"slices"
	"strings"
	"testing"
)

// onEverySet runs a test once for each kernel set that this machine can run.
func onEverySet(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	defer func(before, wideBefore bool) { vectors, wide = before, wideBefore }(vectors, wide)
	vectors, wide = false, false
	t.Run(Portable, test)
	if hasAVX2 {
		vectors = true
		t.Run(AVX2, test)
	}
	if hasAVX2 && hasAVX512 {
		wide = true
		t.Run(AVX512, test)
	}
}

func TestKernelSetIsTheOneAskedFor(t *testing.T) {
	for _, c := range []struct {
		asked          string
		able, ableWide bool
		vectors, wide  bool
		fault          string
	}{
		{"", true, true, true, true, ""},
		{"", true, false, true, false, ""},
		{"", false, true, false, false, ""},
		{"", false, false, false, false, ""},
		{"portable", true, true, false, false, ""},
		{"avx2", true, true, true, false, ""},
		{"avx2", false, false, false, false, "lacks AVX2 or FMA"},
		{"avx512", true, true, true, true, ""},
		{"avx512", true, false, false, false, "lacks AVX-512"},
		{"AVX2", true, true, false, false, "no such kernel set"},
	} {
		vectors, wide, err := choose(c.asked, c.able, c.ableWide)
		if vectors != c.vectors || wide != c.wide || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("asked for %q, AVX2 %v, AVX-512 %v: vectors %v, wide %v, error %v", c.asked, c.able, c.ableWide, vectors, wide, err)
		}
	}
}

func TestEverySetHasItsName(t *testing.T) {
	var names []string
	onEverySet(t, func(*testing.T) { names = append(names, Set()+" by "+Instructions()) })
	want := []string{"portable by portable", "avx2 by avx2", "avx2 by avx512"}[:len(names)]
	if !slices.Equal(names, want) {
		t.Errorf("the sets are called %v instead of %v", names, want)
	}
}
