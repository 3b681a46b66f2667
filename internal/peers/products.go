//go:build !openblas

package main

import "actscope/graph/machine/kernel"

// libraryProducts says whether actscope's large products go to a library outside Go.
const libraryProducts = false

func productLibrary() string {
	if kernel.Set() == kernel.AVX2 {
		return "its own kernels"
	}
	return moduleVersion("gonum.org/v1/gonum")
}
