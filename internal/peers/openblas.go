//go:build openblas

package main

/*
#cgo LDFLAGS: -lopenblas
extern char *openblas_get_config(void);
extern void openblas_set_num_threads(int);
*/
import "C"

func init() {
	libraryProducts = true
	productLibrary = func() string { return C.GoString(C.openblas_get_config()) + ", one thread" }
	// One thread, as for the peers; the environment is no way, because OpenBLAS reads it before this program begins.
	C.openblas_set_num_threads(1)
}
