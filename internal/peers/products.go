//go:build !openblas

package main

// libraryProducts says whether actscope's large products go to a library outside Go.
const libraryProducts = false

func productLibrary() string {
	return "Go kernels and " + moduleVersion("gonum.org/v1/gonum")
}
