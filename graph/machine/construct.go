package machine

import (
	"bytes"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"actscope/internal/panics"
)

var construction struct {
	sync.Mutex
	owner atomic.Int64 // the goroutine that builds, 0 for none
}

// Construct runs build while no other construction runs. Everything that adds
// nodes to a graph, gorgonia.Grad included, belongs inside: Gorgonia counts and
// hashes nodes in unguarded globals, also when the graphs are different ones.
// A build may call Construct again, on its own goroutine. [New] and [NewVM] may run
// inside or outside. A panic of Gorgonia's comes back as an error.
func Construct(build func() error) (err error) {
	if me := goroutine(); construction.owner.Load() != me {
		construction.Lock()
		construction.owner.Store(me)
		defer func() {
			construction.owner.Store(0)
			construction.Unlock()
		}()
	}
	defer panics.Catch(&err, "building a graph")
	return build()
}

// goroutine is the number of the calling goroutine, which only a trace of its stack tells.
func goroutine() int64 {
	var trace [64]byte
	fields := bytes.Fields(trace[:runtime.Stack(trace[:], false)])
	n, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		panic("unreachable: a trace begins with goroutine and its number")
	}
	return n
}
