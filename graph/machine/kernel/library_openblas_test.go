//go:build openblas

package kernel

import "gonum.org/v1/netlib/blas/netlib"

var testedLibrary netlib.Implementation
