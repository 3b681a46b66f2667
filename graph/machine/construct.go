package machine

import (
	"sync"

	"actscope/internal/panics"
)

var construction sync.Mutex

// Construct runs build while no other construction runs. Everything that adds
// nodes to a graph, gorgonia.Grad included, belongs inside: Gorgonia counts and
// hashes nodes in unguarded globals, also when the graphs are different ones.
// [New] may run inside or outside. A panic of Gorgonia's comes back as an error.
func Construct(build func() error) (err error) {
	construction.Lock()
	defer construction.Unlock()
	defer panics.Catch(&err, "building a graph")
	return build()
}
