package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/graph/machine/kernel"
	"actscope/internal/atomicfile"
	"actscope/internal/input"
	"actscope/internal/npz"
)

// Checkpoint is a training at the end of an epoch, with everything that it takes to
// go on as if it had never stopped: parameters, statistics, the optimiser's memory
// and the positions of the random streams. [Epoch.Checkpoint] takes one,
// Training.Resume goes on from it.
type Checkpoint struct {
	// Network is the network's description and Optimiser the name of the rule: a
	// checkpoint serves no others.
	Network, Optimiser string
	// Kernels names the kernel set that computed it, as kernel.Set does. Another would not
	// go on with the same bits.
	Kernels string
	// Epoch and Steps are how many were done.
	Epoch, Steps int
	// Loss is the reported loss of each epoch.
	Loss []float64
	// Validation is what the network made of the validation rows after each epoch, nil without.
	Validation []Validation

	// arrays hold the numbers, in the order of the file.
	arrays npz.Arrays
	// path is the file that it was read from, "" for none.
	path string
}

// checkpointVersion is that of the files that this package writes and reads.
const checkpointVersion = 2

// Names of the arrays in a checkpoint beside those of the network and the
// optimiser's memory.
const (
	headerArray  = "checkpoint"
	lossArray    = "loss"
	shuffleArray = "shuffle"
	masksArray   = "masks"
	// Those of a training with validation rows, and, with patience, before the names of the network's
	// arrays.
	validationLossArray     = "validation.loss"
	validationAccuracyArray = "validation.accuracy"
	bestPrefix              = "best."
)

// checkpointHeader is the JSON text, as bytes, in the array headerArray.
type checkpointHeader struct {
	Format    string `json:"format"`
	Version   int    `json:"version"`
	Network   string `json:"network"`
	Optimiser string `json:"optimiser"`
	Kernels   string `json:"kernels"`
	Epoch     int    `json:"epoch"`
	Steps     int    `json:"steps"`
}

const checkpointFormat = "actscope checkpoint"

// Write writes the checkpoint to a file, an .npz archive that numpy.load reads:
// either the whole of it or, after an error, what was there before.
func (c *Checkpoint) Write(path string) error {
	if err := atomicfile.Write(path, c.Encode); err != nil {
		return fmt.Errorf("checkpoint %s: %w", path, err)
	}
	return nil
}

// Encode writes what [Checkpoint.Write] writes to a file.
func (c *Checkpoint) Encode(w io.Writer) error {
	header, err := json.Marshal(checkpointHeader{checkpointFormat, checkpointVersion, c.Network, c.Optimiser, c.Kernels, c.Epoch, c.Steps})
	if err != nil {
		return err
	}
	arrays := append(npz.Arrays{
		bytesArray(headerArray, header),
		{Name: lossArray, Shape: []int{len(c.Loss)}, Values: c.Loss},
	}, c.arrays...)
	if err := checkArraysFinite(arrays); err != nil {
		return err
	}
	return npz.Write(w, arrays)
}

// ReadCheckpoint reads a file that Write wrote. Files that are truncated or damaged,
// of another version, or with numbers that are not finite are refused with the name
// of the array, as a [data.InputError]; whether a checkpoint belongs to a network shows where
// it is used.
func ReadCheckpoint(path string) (*Checkpoint, error) {
	f, size, err := input.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := DecodeCheckpoint(f, size)
	if err != nil {
		return nil, input.InFile(path, err)
	}
	c.path = path
	return c, nil
}

// DecodeCheckpoint reads what [Checkpoint.Encode] wrote, of so many bytes. Errors say which array
// is wrong.
func DecodeCheckpoint(r io.ReaderAt, size int64) (*Checkpoint, error) {
	arrays, err := npz.Read(r, size)
	if err != nil {
		return nil, err
	}
	if len(arrays) < 2 || arrays[0].Name != headerArray || arrays[1].Name != lossArray {
		return nil, fmt.Errorf("not a checkpoint: the arrays %q and %q are not in front", headerArray, lossArray)
	}
	text, err := bytesOf(arrays[0])
	if err != nil {
		return nil, err
	}
	var header checkpointHeader
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&header); err != nil {
		return nil, fmt.Errorf("array %q: %w", headerArray, err)
	}
	if header.Format != checkpointFormat {
		return nil, fmt.Errorf("array %q: format %q instead of %q", headerArray, header.Format, checkpointFormat)
	}
	if header.Version != checkpointVersion {
		return nil, fmt.Errorf("array %q: version %d: this program reads version %d", headerArray, header.Version, checkpointVersion)
	}
	if header.Epoch < 0 || header.Steps < 0 || len(arrays[1].Values) != header.Epoch {
		return nil, fmt.Errorf("array %q: %d losses for %d epochs and %d steps", lossArray, len(arrays[1].Values), header.Epoch, header.Steps)
	}
	if err := checkArraysFinite(arrays); err != nil {
		return nil, err
	}
	c := &Checkpoint{
		Network: header.Network, Optimiser: header.Optimiser, Kernels: header.Kernels,
		Epoch: header.Epoch, Steps: header.Steps, Loss: arrays[1].Values, arrays: arrays[2:],
	}
	if err := c.readValidation(); err != nil {
		return nil, err
	}
	if _, err := c.stream(shuffleArray); err != nil {
		return nil, err
	}
	if _, hasMasks := c.arrays.Lookup(masksArray); hasMasks {
		if _, err := c.stream(masksArray); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Restore gives a network the parameters and statistics of the checkpoint; a network
// that is not the checkpoint's is refused and stays as it is.
func (c *Checkpoint) Restore(net *Network) error {
	if err := c.checkNetwork(net); err != nil {
		return c.fault(err)
	}
	return c.fault(assign(c.arrays, net.arrays()))
}

func (c *Checkpoint) checkNetwork(net *Network) error {
	if c.Network != net.String() {
		return fmt.Errorf("it is of another network: %s instead of %s", c.Network, net)
	}
	return nil
}

// fault is an error that says why a training or network cannot take the checkpoint up;
// nil stays nil.
func (c *Checkpoint) fault(err error) error {
	switch {
	case err == nil:
		return nil
	case c.path == "":
		return input.Under("checkpoint", err)
	}
	return input.InFile(c.path, err)
}

// stream is the random stream whose position an array holds.
func (c *Checkpoint) stream(name string) (*data.RandomState, error) {
	array, ok := c.arrays.Lookup(name)
	if !ok {
		return nil, fmt.Errorf("array %q is missing", name)
	}
	position, err := bytesOf(array)
	if err != nil {
		return nil, err
	}
	stream := new(data.RandomState)
	if err := stream.UnmarshalBinary(position); err != nil {
		return nil, fmt.Errorf("array %q: %w", name, err)
	}
	return stream, nil
}

// Checkpoint is the training's state after this epoch. Only recorders can ask for
// it, during their call.
func (e Epoch) Checkpoint() (*Checkpoint, error) {
	if e.trainer == nil {
		return nil, errors.New("models: a checkpoint of no training: ask for it while a recorder is called")
	}
	return e.trainer.checkpoint()
}

// checkpoint copies everything that the rest of the training depends on.
func (t *trainer) checkpoint() (*Checkpoint, error) {
	c := &Checkpoint{
		Network:   t.net.String(),
		Optimiser: t.training.optimiser().Name(),
		Kernels:   kernel.Set(),
		Epoch:     len(t.losses),
		Steps:     t.steps,
		Loss:      append([]float64(nil), t.losses...),
	}
	c.arrays = arraysOf("", t.net.arrays())
	for _, m := range t.rule.memory() {
		c.arrays = append(c.arrays, arraysOf(m.name+".", t.remembered(m))...)
	}
	c.arrays = append(c.arrays, t.stopping.saved()...)
	c.Validation = slices.Clone(t.stopping.curve)
	if t.stopping.patience > 0 {
		best := t.net.arrays()
		for i := range best {
			best[i].Values = t.stopping.kept[i]
		}
		c.arrays = append(c.arrays, arraysOf(bestPrefix, best)...)
	}
	for _, s := range t.streams() {
		position, err := s.stream.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("checkpoint: %s: %w", s.array, err)
		}
		c.arrays = append(c.arrays, bytesArray(s.array, position))
	}
	return c, nil
}

// remembered are the arrays of an optimiser's memory in the form of the parameters
// that they belong to.
func (t *trainer) remembered(m memory) []graph.Parameter {
	arrays := append([]graph.Parameter(nil), t.net.Parameters...)
	for i := range arrays {
		arrays[i].Values = m.arrays[i]
	}
	return arrays
}

// savedStream is a random stream that training advances.
type savedStream struct {
	array  string
	stream *data.RandomState
}

func (t *trainer) streams() []savedStream {
	streams := []savedStream{{shuffleArray, t.training.Shuffle}}
	if t.full.Draws() {
		streams = append(streams, savedStream{masksArray, t.training.Masks})
	}
	return streams
}

// Continues says why this process cannot train on to that many epochs in all, whatever the network
// is. The error is an [input.Error].
func (c *Checkpoint) Continues(epochs int) error { return c.fault(c.continues(epochs)) }

func (c *Checkpoint) continues(epochs int) error {
	if set := kernel.Set(); c.Kernels != set {
		return fmt.Errorf("it is of training with kernels %q, and this process computes with %q, whose last bits differ: go on with %s=%s, or train from the start", c.Kernels, set, kernel.Environment, c.Kernels)
	}
	if c.Epoch > epochs {
		return fmt.Errorf("it was taken after %d epochs, more than the %d asked for", c.Epoch, epochs)
	}
	return nil
}

// resume goes on from a checkpoint; one that does not fit changes nothing.
func (t *trainer) resume(c *Checkpoint) error {
	if name := t.training.optimiser().Name(); c.Optimiser != name {
		return fmt.Errorf("it is of training by %s instead of %s", c.Optimiser, name)
	}
	if err := c.continues(t.training.Epochs); err != nil {
		return err
	}
	if err := c.checkNetwork(t.net); err != nil {
		return err
	}
	targets := t.net.arrays()
	for _, m := range t.rule.memory() {
		for _, p := range t.remembered(m) {
			p.Name = m.name + "." + p.Name
			targets = append(targets, p)
		}
	}
	if t.stopping.patience > 0 {
		for i, p := range t.net.arrays() {
			p.Name, p.Values = bestPrefix+p.Name, t.stopping.kept[i]
			targets = append(targets, p)
		}
	}
	streams := t.streams()
	if (t.stopping.validator != nil) != (c.Validation != nil) && c.Epoch > 0 {
		return fmt.Errorf("it is of training %s validation rows, and this one is %s", with(c.Validation != nil), with(t.stopping.validator != nil))
	}
	validation := len(c.validationArrays())
	if extra := len(c.arrays) - len(targets) - len(streams) - validation; extra != 0 {
		return fmt.Errorf("it has %d arrays: this training needs %d", len(c.arrays), len(targets)+len(streams)+validation)
	}
	positions := make([]*data.RandomState, len(streams))
	for i, s := range streams {
		var err error
		if positions[i], err = c.stream(s.array); err != nil {
			return err
		}
	}
	if err := assign(c.arrays, targets); err != nil {
		return err
	}
	for i, s := range streams {
		*s.stream = *positions[i]
	}
	t.steps, t.losses = c.Steps, append(t.losses, c.Loss...)
	t.stopping.resume(c)
	return nil
}

func with(there bool) string {
	if there {
		return "with"
	}
	return "without"
}

// validationArrays are the arrays of the checkpoint with the course of the validation.
func (c *Checkpoint) validationArrays() npz.Arrays {
	var arrays npz.Arrays
	for _, name := range []string{validationLossArray, validationAccuracyArray} {
		if a, ok := c.arrays.Lookup(name); ok {
			arrays = append(arrays, a)
		}
	}
	return arrays
}

// readValidation reads the course of the validation, if there is one.
func (c *Checkpoint) readValidation() error {
	arrays := c.validationArrays()
	for i, a := range arrays {
		if len(a.Values) != c.Epoch || arrays[0].Name != validationLossArray {
			return fmt.Errorf("array %q: %d numbers for %d epochs", a.Name, len(a.Values), c.Epoch)
		}
		for epoch, v := range a.Values {
			if i == 0 {
				c.Validation = append(c.Validation, Validation{Loss: v, Accuracy: math.NaN()})
			} else {
				c.Validation[epoch].Accuracy = v
			}
		}
	}
	return nil
}
