// Package tapesuite holds graph/machine against Gorgonia's own tests and example programs: copies
// of the module's source, made in a temporary folder, run with our machine in the place of its
// tape. Nothing of Gorgonia's is part of this repository.
//
//	go test ./internal/tapesuite -run OwnTests -v -args -suite
//	go test ./internal/tapesuite -run Programs -v -timeout 1h -args -programs -rounds 5
//
// The second prints a table in Markdown, the one on the page beside graph/machine: each program runs on the tape
// and on the machine, leaves the same numbers after each run, and is timed in rounds that take
// turns. What the copies import has to be in the cache of modules, or is fetched with -download.
// Both take minutes, and are asked for.
package tapesuite
