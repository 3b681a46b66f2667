//go:build !openblas

package kernel

import "gonum.org/v1/gonum/blas/gonum"

var testedLibrary gonum.Implementation
