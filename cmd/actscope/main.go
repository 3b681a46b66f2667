// Actscope reproduces, measures and extends the study "Sigmoid vs ReLU: the
// inference cost of losing geometric context".
//
//	actscope reproduce    trains the article's two networks and judges its claims
//	actscope compare      does the same for any other setting
//	actscope observe      observes networks that were trained elsewhere
//	actscope export       writes trained networks for ONNX, PyTorch and NumPy
//	actscope predict      predicts new points with trained networks
//	actscope diff         says in which settings and results two runs differ
//	actscope claims       asks each of the article's claims of many seeds and settings
//	actscope cost         finds the smallest networks that reach a target accuracy
//	actscope gradcheck    checks gradients, the program's own and other people's
//	actscope graph        shows a computation graph and how it is executed
//	actscope figures      draws a run's figures and report anew
//	actscope sweep        trains every network of a grid, on one machine or many
//	actscope theory       says what theory predicts of deep random networks
//	actscope kernel       predicts how fast networks learn, before the first step
//	actscope play         trains networks live in the browser
//	actscope version      says which program this is
//
// Results go to standard output and to the run folder, progress and complaints to
// standard error. The exit status is 0 when all is done, 1 when a run or a check
// failed, 2 for bad usage or bad input, and 75 after a signal: run again. A second
// signal ends the program at once. Play ends with 0 on a signal: there is nothing to run again.
package main

import (
	"os"

	"actscope/internal/interrupt"
)

func main() { os.Exit(mainStatus()) }

// mainStatus is main with its exit status as a value, so that tests can be the
// program.
func mainStatus() int {
	err := run(interrupt.Context(), os.Args[1:], os.Stdout, os.Stderr)
	return explain(err, os.Stderr)
}
