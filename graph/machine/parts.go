package machine

import (
	"runtime"
	"sync"
)

// leastParted is the smallest number of multiplications that is worth a second goroutine.
const leastParted = 1 << 21

// partsOf is into how many parts to cut n things that take so many multiplications together:
// one for each processor. Each part computes results of its own, so that the number of parts
// does not change a bit of them.
func partsOf(n, multiplications int) int {
	if multiplications < leastParted {
		return 1
	}
	return max(1, min(n, runtime.GOMAXPROCS(0)))
}

// callInParts is a call of inParts, which in one part allocates nothing.
func callInParts(parts, n int, work func(part, from, to int)) func() {
	return func() { inParts(parts, n, work) }
}

// inParts does n things in parts side by side; work gets the number of its part, and which things.
func inParts(parts, n int, work func(part, from, to int)) {
	if parts == 1 {
		work(0, 0, n)
		return
	}
	var others sync.WaitGroup
	panics := make([]any, parts)
	for part := 1; part < parts; part++ {
		others.Go(func() {
			defer func() { panics[part] = recover() }()
			work(part, part*n/parts, (part+1)*n/parts)
		})
	}
	defer func() {
		others.Wait()
		for _, p := range panics {
			if p != nil {
				panic(p)
			}
		}
	}()
	work(0, 0, n/parts)
}
