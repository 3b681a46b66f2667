//go:build !unix

package atomicfile

import "os"

// hold does nothing: here files that are open cannot be removed.
func hold(*os.File) {}

// held is not known.
func held(string) bool { return false }

// lock does nothing.
func lock(string) (unlock func(), err error) { return func() {}, nil }

// Occupy does nothing.
func Occupy(string) (release func(), taken bool, err error) { return func() {}, false, nil }
