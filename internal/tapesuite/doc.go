// Package tapesuite holds graph/machine against Gorgonia's own tests: a copy of the module's
// source, made in a temporary folder, runs them with our machine in the place of its tape.
// Nothing of Gorgonia's is part of this repository; what the copy needs has to be in the
// cache of modules. It takes a minute, and is asked for:
//
//	go test ./internal/tapesuite -args -suite
package tapesuite
