package graph

// executor runs one compiled graph: everything that is asked of a machine. Its
// outputs are known by their position in the list that it was made with.
type executor interface {
	// run computes all outputs from the inputs as they are now.
	run() error
	// values is the buffer of an output, overwritten by the next run.
	values(output int) []float64
	close() error
}
