package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// peer is one way to do tasks.
type peer interface {
	name() string
	// start readies the peer for a task, outside all timing. A new task ends the one before.
	start(ctx context.Context, t *task) (contender, error)
	// software names what does the work, with versions.
	software() string
	// close ends what the peer keeps running.
	close()
}

// contender does the work of one case, round after round.
type contender struct {
	peer string
	// threads is how many the Go runtime may use; other programs are started with the same limit.
	threads int
	// round does all of the work once.
	round func(ctx context.Context) (outcome, error)
	// note says how the time was found where it is not that of the whole work.
	note string
}

// opponents are the peers besides actscope in the order of the table.
var opponents = []struct {
	name string
	open func(ctx context.Context, o options) (peer, error)
}{
	{"portable", openPortable},
	{"tape", inProcess(tapePeer)},
	{"handcoded", inProcess(handcodedPeer)},
	{"gonum", inProcess(gonumMultiplier{gonumPeer})},
	{"numpy", func(ctx context.Context, o options) (peer, error) { return openPython(ctx, o.python, "numpy") }},
	{"torch", func(ctx context.Context, o options) (peer, error) { return openPython(ctx, o.python, "torch") }},
}

func inProcess(p peer) func(context.Context, options) (peer, error) {
	return func(context.Context, options) (peer, error) { return p, nil }
}

func peerNames() []string {
	var names []string
	for _, o := range opponents {
		names = append(names, o.name)
	}
	return names
}

// missingError says that a peer is not installed.
type missingError struct{ peer, reason string }

func (e *missingError) Error() string { return fmt.Sprintf("%s is missing: %s", e.peer, e.reason) }

// openPeers gives actscope and the chosen opponents, and names those that are missing.
func openPeers(ctx context.Context, o options) (open []peer, missing []error, err error) {
	open = []peer{actscope{}}
	for _, opponent := range opponents {
		if !slices.Contains(o.peers, opponent.name) {
			continue
		}
		p, err := opponent.open(ctx, o)
		var absent *missingError
		switch {
		case errors.As(err, &absent):
			missing = append(missing, err)
		case err != nil:
			for _, p := range open {
				p.close()
			}
			return nil, nil, fmt.Errorf("%s: %w", opponent.name, err)
		default:
			open = append(open, p)
		}
	}
	return open, missing, nil
}
