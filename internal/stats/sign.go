package stats

import "gonum.org/v1/gonum/stat/distuv"

// SignTest is the two-sided p-value of the exact sign test that of pairs which differ each
// sign is as probable as the other: a of them have one sign and b the other. Of the mistakes of
// two classifiers on the same points, those that only one makes, it is McNemar's test (1947).
func SignTest(a, b int) float64 {
	if a+b == 0 {
		return 1
	}
	return min(1, 2*distuv.Binomial{N: float64(a + b), P: 0.5}.CDF(float64(min(a, b))))
}
