//go:build !(js && wasm)

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "worker: this program is for a page: actscope play --single FILE.html builds it with GOOS=js GOARCH=wasm")
	os.Exit(2)
}
