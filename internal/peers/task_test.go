package main

import (
	"math"
	"testing"
)

// The losses that the study's algorithm ends with are published with it.
func TestCaseAIsTheStudy(t *testing.T) {
	study, err := studyTask(false)
	if err != nil {
		t.Fatal(err)
	}
	if study.steps() != 8000 || study.set.Rows() != 300 {
		t.Errorf("%d steps on %d rows", study.steps(), study.set.Rows())
	}
	c, err := actscope{}.start(t.Context(), study)
	if err != nil {
		t.Fatal(err)
	}
	o, err := c.round(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.28216, 0.035271} {
		if got := o.losses[i][799]; math.Abs(got-want) > 5e-6 {
			t.Errorf("network %d ends with loss %v, want %v", i+1, got, want)
		}
	}
}

func TestReportedLossIsTheArticlesFormula(t *testing.T) {
	const epsilon = 1e-9
	want := -(math.Log(0.25+epsilon) + math.Log(0.5+epsilon) + math.Log(epsilon)) / 3
	if got := reportedLoss([]float64{0.25, 0.5, 1}, []float64{1, 0, 0}); math.Abs(got-want) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestTitlesCountTheWork(t *testing.T) {
	for key, want := range map[string]string{
		"a": "the study: 2-8-8-1 sigmoid and relu, 8000 steps, batch 64 of 300 rows",
		"b": "a deep network: 2-64-64-64-1 relu, 160 steps, batch 256 of 4096 rows",
		"c": "a wide network: 2-1024-1024-1 relu, 8 steps, batch 256 of 1024 rows",
		"d": "inference of a 200 × 200 grid: 2-8-8-1 sigmoid and relu, 20 passes",
		"f": "inference of a 1000 × 1000 grid on one thread: 2-8-8-1 sigmoid and relu, 1 pass",
		"g": "a product of matrices in float64: 256×1024 by 1024×1024, 8 passes",
	} {
		for _, c := range cases {
			if c.key != key {
				continue
			}
			if got, _, err := c.contenders(t.Context(), nil, false); err != nil || got != want {
				t.Errorf("%s is %q, %v; want %q", key, got, err, want)
			}
		}
	}
}
