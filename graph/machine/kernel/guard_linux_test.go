package kernel

import (
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fenced is memory of whole pages between two pages that may not be touched.
type fenced struct{ inside []byte }

func newFenced(t *testing.T, bytes int) fenced {
	t.Helper()
	page := unix.Getpagesize()
	size := (bytes + page - 1) / page * page
	all, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Skipf("no pages: %v", err)
	}
	t.Cleanup(func() { unix.Munmap(all) })
	for _, guard := range [][]byte{all[:page], all[page+size:]} {
		if err := unix.Mprotect(guard, unix.PROT_NONE); err != nil {
			t.Skipf("no guard pages: %v", err)
		}
	}
	return fenced{all[page : page+size]}
}

// array is n numbers that end skip numbers before the upper fence, or begin as far
// behind the lower one.
func array[T Float | int32](f fenced, n, skip int, lower bool) (values, rest []T) {
	all := unsafe.Slice((*T)(unsafe.Pointer(&f.inside[0])), len(f.inside)/int(unsafe.Sizeof(T(0))))
	if lower {
		return all[skip : skip+n : skip+n], all[skip+n:]
	}
	end := len(all) - skip
	return all[end-n : end : end], all[:end-n]
}

// canary is what stands around results.
const canary = 123456

func TestAssemblyTouchesNothingOutsideItsSlices(t *testing.T) {
	forBoth(t, staysInside[float64], staysInside[float32])
}

func staysInside[T Float](t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	rng := rand.New(rand.NewPCG(9, 9))
	fences := make([]fenced, 6)
	for i := range fences {
		fences[i] = newFenced(t, 4096)
	}
	for _, k := range twins[T]() {
		for n := range 201 {
			for skip := range 4 { // starts that are aligned to a vector, and all others
				for _, lower := range []bool{false, true} {
					var in, out, around [][]T
					for i := range k.operands {
						x, _ := array[T](fences[i], n, skip, lower)
						copy(x, numbers[T](rng, n))
						in = append(in, x)
					}
					for i := range k.results {
						size := n
						if k.kind == summed {
							size = 1
						}
						x, rest := array[T](fences[3+i], size, skip, lower)
						fill(rest, canary)
						out, around = append(out, x), append(around, rest)
					}
					run(t, k.name, n, func() { k.run(out, in) })
					for _, rest := range around {
						if slices.ContainsFunc(rest, func(x T) bool { return x != canary }) {
							t.Fatalf("%s: writes outside its %d entries", k.name, n)
						}
					}
				}
			}
		}
	}
	for rows := 1; rows < 13; rows++ {
		for columns := 1; columns < 40; columns++ {
			for _, lower := range []bool{false, true} {
				x, _ := array[T](fences[0], rows*columns, 0, lower)
				dst, rest := array[T](fences[3], columns, 0, lower)
				fill(rest, canary)
				run(t, "Sum", len(x), func() { Sum(dst, x, rows, columns) })
				if slices.ContainsFunc(rest, func(x T) bool { return x != canary }) {
					t.Fatalf("Sum: writes outside its %d columns", columns)
				}
			}
		}
	}
}

// run calls a kernel of the set avx2, and reports a fault.
func run(t *testing.T, name string, n int, call func()) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("%s: %d entries: %v", name, n, r)
		}
	}()
	bySet(true, call)
}
