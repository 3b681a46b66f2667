//go:build !unix

package input

// atOnce has no counterpart here: no path is a pipe on which opening would wait.
const atOnce = 0
