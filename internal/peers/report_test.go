package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"actscope/graph/machine/kernel"
)

func TestVerdictsFollowFromTheMedianRatio(t *testing.T) {
	calls := ""
	m := measured(t, 1, constant("actscope", &calls, time.Second, 1), constant("numpy", &calls, 6*time.Second, 1), constant("tape", &calls, 11*time.Second, 1))
	m.key = "a"
	r := report{
		measurements: []*measurement{m}, planning: planning{9 * time.Millisecond, 2 * time.Millisecond}, resident: 100 << 20,
		targets: targetsOfKernels[kernel.Portable],
	}
	got := strings.Join(r.verdicts(), "\n")
	want := strings.Join([]string{
		"(a) at least 5 times as fast as NumPy: met, 6 (6–6)",
		"(a) at least 12 times as fast as TapeMachine: NOT met, 11 (11–11)",
		"(a) no slower than loops by hand: not measured, for want of handcoded",
		"(a) building and planning one network under 5 ms: met (2 ms)",
		"(a) under 60 MB resident: NOT met (100.0 MB)",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNumPyOnTheReferenceBLASIsNotJudged(t *testing.T) {
	calls := ""
	m := measured(t, 1, constant("actscope", &calls, time.Second, 1), constant("numpy", &calls, 60*time.Second, 1))
	m.key = "d"
	r := report{
		measurements: []*measurement{m}, targets: targetsOfKernels[kernel.Portable],
		entrants: []peer{&python{process: process{label: "numpy"}, blas: "reference BLAS /usr/lib/libblas.so.3"}},
	}
	if got := r.verdicts(); len(got) != 1 || !strings.Contains(got[0], "not judged: the reference BLAS") {
		t.Errorf("got %q", got)
	}
}

func TestEveryTargetIsAboutARowOfTheTable(t *testing.T) {
	all := append(slices.Concat(slices.Collect(maps.Values(targetsOfKernels))...), targetsOfProducts()...)
	for _, target := range all {
		known := slices.ContainsFunc(cases, func(b benchmark) bool { return b.key == target.key })
		if !known || target.key != "e" && !slices.Contains(peerNames(), strings.TrimSuffix(target.peer, atOnce)) {
			t.Errorf("case %s is compared with %q", target.key, target.peer)
		}
	}
}
