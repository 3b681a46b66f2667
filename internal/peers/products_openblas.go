//go:build openblas

package main

/*
#cgo LDFLAGS: -lopenblas
extern char *openblas_get_config(void);
extern void openblas_set_num_threads(int);
*/
import "C"

// libraryProducts says whether actscope's large products go to a library outside Go.
const libraryProducts = true

// One thread, as for the peers: when the environment is read this program has not begun.
func init() { C.openblas_set_num_threads(1) }

func productLibrary() string { return C.GoString(C.openblas_get_config()) + ", one thread" }
