// Command generate writes the kernels of the set avx2: assembly, and the Go
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
}{
	{"activation", activations},
	{"arithmetic", arithmetic},
	{"copy", copies},
	{"dots", dots},
	{"filters", filters},
	{"fused", fused},
	{"multiples", multiples},
	{"panel", panels},
	{"pooling", poolings},
	{"reduce", reductions},
	{"sparse", sparse},
	{"transpose", transposes},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate DIRECTORY")
		os.Exit(2)
	}
	for _, f := range families {
		files, err := assemble(f.name, f.write)
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
