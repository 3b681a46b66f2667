// Package npz reads and writes NumPy's .npz archives: zip files with one array
// in NumPy's .npy format to an entry. Run folders and gradient files are such
// archives, so that numpy.load reads what actscope measured and actscope reads
// what numpy.savez wrote.
//
// It covers what those files hold, arrays of booleans, integers and
// floating-point numbers, and treats what it reads as untrusted: anything else
// is an error that names the array, and the memory used stays within a small
// multiple of the archive's own size.
//
// The formats: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package npz
