// Command generate writes the kernels of the set avx2, with AVX2 and AVX-512: assembly, and the Go
// declarations of its functions, into the given directory.
//
//	go generate ./graph/machine/kernel
//
// Each family of kernels has a file here, named after it.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// families are written to <name>_amd64.s and <name>_amd64.go, each kernel in both
// precisions.
var families = []struct {
	name  string
	write func(a *assembly)
	wide  bool // for AVX-512
}{
	{"activation", activations, false},
	{"arithmetic", arithmetic, false},
	{"avx512", avx512, true},
	{"copy", copies, false},
	{"dots", dots, false},
	{"filters", filters, false},
	{"fused", fused, false},
	{"multiples", multiples, false},
	{"panel", panels, false},
	{"pooling", poolings, false},
	{"reduce", reductions, false},
	{"sparse", sparse, false},
	{"transpose", transposes, false},
}

// avx512 writes the kernels that AVX-512 does in as many or fewer instructions for each entry of
// a result as AVX2, with its bits: the others' sums are in another order.
func avx512(a *assembly) {
	copies(a)
	filters(a)
	multiples(a)
	panels(a)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate DIRECTORY")
		os.Exit(2)
	}
	for _, f := range families {
		files, err := assemble(f.name, f.write, f.wide)
		for name, text := range files {
			if err == nil {
				err = os.WriteFile(filepath.Join(os.Args[1], name), text, 0o644)
			}
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "generate: %s: %v\n", f.name, err)
			os.Exit(1)
		}
	}
}
