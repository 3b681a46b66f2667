package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// options are what the command line says.
type options struct {
	rounds   int
	cases    []string
	peers    []string
	python   string
	quick    bool
	resident bool
	serve    bool
}

func (o options) wants(key string) bool { return slices.Contains(o.cases, key) }

// usageError is a command line that cannot be followed.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	var known []string
	for _, c := range cases {
		known = append(known, c.key)
	}
	flags := flag.NewFlagSet("peers", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.rounds, "rounds", 5, "timed `rounds` of each case, at least 1")
	chosenCases := flags.String("cases", strings.Join(known, ","), "the `cases` to measure")
	chosenPeers := flags.String("peers", strings.Join(peerNames(), ","), "the `peers` to measure besides actscope, none if empty")
	flags.StringVar(&o.python, "python", "/usr/bin/python3", "the `interpreter` that has NumPy and PyTorch")
	flags.BoolVar(&o.quick, "quick", false, "tiny sizes: shows that everything works, and measures nothing")
	flags.BoolVar(&o.resident, "resident", false, "only train case a once with actscope and print the peak of this process's resident memory, in bytes")
	flags.BoolVar(&o.serve, "serve", false, "only do what is asked on standard input, in lines of JSON, as the peer of another process of this program")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, &usageError{err}
	}
	var err error
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("argument %q: there are only flags, see --help", flags.Arg(0))
	case o.rounds < 1:
		err = fmt.Errorf("--rounds %d: at least one is needed", o.rounds)
	default:
		if o.cases, err = choose("--cases", *chosenCases, known); err == nil {
			o.peers, err = choose("--peers", *chosenPeers, peerNames())
		}
	}
	if err != nil {
		return o, &usageError{err}
	}
	return o, nil
}

// choose splits a list of names that have to be known.
func choose(name, list string, known []string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	chosen := strings.Split(list, ",")
	for _, c := range chosen {
		if !slices.Contains(known, c) {
			return nil, fmt.Errorf("%s %s: there is no %q; choose from %s", name, list, c, strings.Join(known, ","))
		}
	}
	return chosen, nil
}
