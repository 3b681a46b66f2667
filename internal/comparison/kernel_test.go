package comparison

import (
	"math"
	"testing"

	"actscope/internal/config"
)

// The reference values are those of NumPy's eigenvalues of the article's kernels, and of scikit-learn's
// logistic regression without a penalty.
func TestStartingKernelsAreTheArticles(t *testing.T) {
	c := config.Article()
	c.Epochs = 2
	r, err := Run(t.Context(), c, nil, Saving{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{{2.7475, 0.02173, 0.00329, 6.74e-5}, {5.547, 0.893, 0.5957}} {
		k := r.Summary("compare", nil).Networks[i].TangentKernel
		for m, v := range want {
			if got := float64(k.Eigenvalues[m]); math.Abs(got-v) > 2e-3*v {
				t.Errorf("%s: eigenvalue %d is %v, want %v", r.Networks[i].Name, m+1, got, v)
			}
			if got := float64(k.Tau[m]); math.Abs(got*0.0625*float64(k.Eigenvalues[m])-1) > 1e-9 { // 1/4 of 5 batches at 0.05
				t.Errorf("%s: time constant %d is %v", r.Networks[i].Name, m+1, got)
			}
		}
		if k.Rows != 300 || math.Abs(float64(k.LineLoss)-0.26903) > 1e-4 {
			t.Errorf("%d rows, a line of %v", k.Rows, k.LineLoss)
		}
	}
}
