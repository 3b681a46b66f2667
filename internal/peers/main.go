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
// All start from the same weights and see the same rows in the same order, in float64 but for (h). A time counts only if
// the losses of every epoch are actscope's within 1e-6 (relative). Each case has a round that is not timed, and then
// --rounds timed ones, in each of which every peer has its turn, and repeats what is done sooner than in a quarter of a
// second. A ratio is a peer's time over actscope's in the same round; given are its median and quartiles.
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
	"slices"
	"strings"
	"syscall"

	"actscope/graph/machine/kernel"
	"actscope/internal/input"
)

func main() { os.Exit(mainStatus()) }

// mainStatus is main with its exit status as a value, so that tests can be the program.
func mainStatus() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintf(os.Stderr, "peers: %v\n", err)
	var usage *input.Error
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	if err := kernel.CheckSet(); err != nil {
		return input.Refuse("", "%w", err)
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
	if slices.Contains(o.cases, "a") {
		if report.planning, err = measurePlanning(); err != nil {
			return err
		}
		if report.resident, err = measureResident(ctx, o.quick); err != nil {
			return err
		}
	}
	for _, c := range cases {
		if !slices.Contains(o.cases, c.key) {
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

// options are what the command line says.
type options struct {
	rounds                 int
	cases, peers           []string
	python                 string
	quick, resident, serve bool
}

// parseOptions reads the command line. An error is of type [input.Error], or flag.ErrHelp.
func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("peers", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.rounds, "rounds", 5, "timed `rounds` of each case, at least 1")
	chosenCases := flags.String("cases", strings.Join(caseKeys(), ","), "the `cases` to measure")
	chosenPeers := flags.String("peers", strings.Join(peerNames(), ","), "the `peers` to measure besides actscope, none if empty")
	flags.StringVar(&o.python, "python", "/usr/bin/python3", "the `interpreter` that has NumPy and PyTorch")
	flags.BoolVar(&o.quick, "quick", false, "tiny sizes: shows that everything works, and measures nothing")
	flags.BoolVar(&o.resident, "resident", false, "only train case a once with actscope and print the peak of this process's resident memory, in bytes")
	flags.BoolVar(&o.serve, "serve", false, "only do what is asked on standard input, in lines of JSON, as the peer of another process of this program")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return o, err
	case err != nil:
		return o, input.Refuse("", "%w", err)
	case flags.NArg() > 0:
		return o, input.Refuse("", "argument %q: there are only flags, see --help", flags.Arg(0))
	case o.rounds < 1:
		return o, input.Refuse("", "--rounds %d: at least one is needed", o.rounds)
	}
	if o.cases, err = choose("--cases", *chosenCases, caseKeys()); err == nil {
		o.peers, err = choose("--peers", *chosenPeers, peerNames())
	}
	return o, err
}

// choose splits a list of names that have to be known.
func choose(name, list string, known []string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	chosen := strings.Split(list, ",")
	for _, c := range chosen {
		if !slices.Contains(known, c) {
			return nil, input.Refuse("", "%s %s: there is no %q; choose from %s", name, list, c, strings.Join(known, ","))
		}
	}
	return chosen, nil
}
