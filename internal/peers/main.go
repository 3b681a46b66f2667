// Peers measures actscope beside other ways to do the same work, in one run whose rounds interleave, so that what else
// the machine does falls on all alike.
//
//	go run ./internal/peers                           products of matrices in Go
//	go run -tags openblas ./internal/peers            large ones by OpenBLAS
//	go run ./internal/peers --cases a,b --rounds 9    some of the work, more often
//
// The work: (a) the study's 8000 steps of training, (b) a deep and (c) a wide network, on one thread; (d) inference over
// a grid on all cores; (e) a sweep of 200 networks on one core and on all; (f) inference of a million points and products
// of matrices in (g) float64 and (h) float32, on one thread. The peers: actscope itself on its portable kernels,
// Gorgonia's TapeMachine on actscope's own graph, backpropagation by hand in Go (package handcoded), the same with gonum's
// matrix product, NumPy and PyTorch. The two in Python need Debian's python3-numpy, libopenblas0-pthread and
// python3-torch; what is missing is named and skipped.
//
// All start from the same weights and see the same rows in the same order, in float64 but for (h). A time counts only if the losses
// of every epoch are actscope's within 1e-6 (relative). Each case has a round that is not timed, and then --rounds timed
// ones, in each of which every peer has its turn, and repeats what is done sooner than in a quarter of a second. A ratio is
// a peer's time over actscope's in the same round; given are its median and quartiles.
//
// Results go to standard output, in Markdown, progress to standard error. The exit status is 0 when all was measured,
// whether or not the targets are met, 1 when losses disagree or a peer failed, and 2 for bad usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"actscope/graph/machine/kernel"
)

func main() { os.Exit(mainStatus()) }

// mainStatus is main with its exit status as a value, so that tests can be the program.
func mainStatus() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	var usage *usageError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(os.Stderr, "peers: %v\n", err)
		return 2
	}
	fmt.Fprintf(os.Stderr, "peers: %v\n", err)
	return 1
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	if err := kernel.CheckSet(); err != nil {
		return &usageError{err}
	}
	if o.resident {
		return printResident(ctx, o.quick, stdout)
	}
	if o.serve {
		return serve(ctx, o.quick, os.Stdin, stdout)
	}
	entrants, missing, err := openPeers(ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		for _, p := range entrants {
			p.close()
		}
	}()

	report := report{entrants: entrants, missing: missing, quick: o.quick, targets: targets()}
	if o.wants("a") {
		if report.planning, err = measurePlanning(); err != nil {
			return err
		}
		if report.resident, err = measureResident(ctx, o.quick); err != nil {
			return err
		}
	}
	for _, c := range cases {
		if !o.wants(c.key) {
			continue
		}
		m, err := c.measure(ctx, entrants, o, stderr)
		if err != nil {
			return fmt.Errorf("case %s: %w", c.key, err)
		}
		report.measurements = append(report.measurements, m)
	}
	if err := report.write(stdout); err != nil {
		return err
	}
	return report.failure()
}
