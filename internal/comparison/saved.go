package comparison

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models"
	"actscope/models/foreign"
)

// Saving says where a comparison keeps the state of its trainings: see the files' layout at
// generation.go. A state is stored when training ends or is stopped, and every half a minute.
type Saving struct {
	// Save is a folder to write to, Resume one to go on from; "" for neither. They may be
	// the same. A folder that holds trainings of other settings is not written to.
	Save, Resume string
	// Warn, if not nil, is told which saved states were passed over, because they are damaged,
	// and of a state that could not be stored while the trainings go on.
	Warn func(error)
}

// takeEvery is how often a checkpoint is taken, at least: what a stop may lose. writeEvery is
// how often those of all networks are written: what a power cut may lose.
var takeEvery, writeEvery = time.Second, 30 * time.Second

// keeper keeps the state of the trainings of one comparison. It is used by all of them.
type keeper struct {
	Saving
	settings config.Config
	data     string // SHA-256 of a file of points
	dataset  *experiment.Dataset
	from     *generation // to go on from, or nil
	found    string      // the generation that the folder to save to began with

	mu        sync.Mutex
	trainings map[string]kept
	unwritten bool
	written   time.Time
	latest    string // generation
}

// kept is the state of one training as files.
type kept struct{ checkpoint, course, parameters, onnx []byte }

// Check makes sure, before anything is trained or written, that the state to go on from can be
// read and is of this configuration and its file of points, and that this process can go on from
// it. The error is an [input.Error] about the setting "resume".
func (s Saving) Check(c config.Config) error {
	if s.Resume == "" {
		return nil
	}
	g, _, err := s.open(c)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(g.trainings)) {
		if err := g.trainings[name].checkpoint.Continues(c.Epochs); err != nil {
			return resumeError(err)
		}
	}
	file, is := c.File()
	if info, err := os.Stat(file); !is || file != input.Standard && (err != nil || !info.Mode().IsRegular()) {
		return nil // who reads it says why
	}
	sum, err := experiment.HashFile(file)
	if err != nil {
		return nil
	}
	return g.checkData("resume", sum)
}

// open reads the state to go on from, which has to be of this configuration.
func (s Saving) open(c config.Config) (g *generation, problems []error, err error) {
	if g, problems, err = openGeneration(s.Resume); err != nil {
		return nil, nil, resumeError(err)
	}
	return g, problems, g.check("resume", c)
}

// newKeeper reads the state to go on from and makes sure that it, and what the folder to save
// to holds, is of this configuration.
func newKeeper(s Saving, c config.Config) (*keeper, error) {
	k := &keeper{Saving: s, settings: c, trainings: make(map[string]kept), written: time.Now()}
	if s.Resume != "" {
		g, problems, err := s.open(c)
		if err != nil {
			return nil, err
		}
		if k.from = g; s.Warn != nil {
			for _, p := range problems {
				s.Warn(fmt.Errorf("passed over: %w", p))
			}
		}
	}
	if s.Save == "" {
		return k, nil
	}
	if err := atomicfile.Mkdir(s.Save); err != nil {
		return nil, input.RefusePlace("save", "cannot make a folder: %w", err)
	}
	if err := atomicfile.Probe(s.Save); err != nil {
		return nil, input.RefusePlace("save", "cannot write to %s: %w", s.Save, err)
	}
	g, _, err := openGeneration(s.Save)
	switch {
	case err == nil:
		k.found = g.name
		return k, g.check("save", c)
	case errors.Is(err, errOtherVersion):
		return nil, input.Under("save", err)
	}
	return k, nil // what is damaged there is left
}

// checkData makes sure that the state to go on from is of these points.
func (k *keeper) checkData(d *experiment.Dataset) error {
	k.data, k.dataset = d.SHA256, d
	if k.from == nil {
		return nil
	}
	return k.from.checkData("resume", d.SHA256)
}

// resumeError is an error about the state to go on from.
func resumeError(err error) error { return input.Under("resume", err) }

// resume takes up a network's training where it was saved, from the start where it had not
// begun.
func (k *keeper) resume(n *Trained) (*models.Checkpoint, error) {
	if k.from == nil {
		return nil, nil
	}
	r, begun := k.from.trainings[n.Name]
	if !begun {
		return nil, nil
	}
	epoch := r.checkpoint.Epoch
	l := loader{arrays: r.course, file: filepath.Join(k.from.folder, k.from.name, n.Name+courseSuffix), epochs: epoch}
	if version, said := r.course.Lookup(courseVersion); said && (len(version.Values) != 1 || version.Values[0] != savedVersion) {
		l.fail(courseVersion, "%v: %w, which reads version %d", version.Values, errOtherVersion, savedVersion)
	}
	n.History.Loss = r.checkpoint.Loss
	n.GradientNorms = l.take(n.Name+"_gradient_norms", epoch, n.Model.Depth()).Values
	n.Snapshots = l.snapshots(n)
	n.TestCurve = l.curve(n.Name+"_test_", epoch)
	if l.err != nil {
		return nil, resumeError(l.err)
	}
	if k.Save == "" {
		return r.checkpoint, nil
	}
	if err := r.checkpoint.Restore(n.Model); err != nil {
		return nil, resumeError(err)
	}
	state := kept{checkpoint: r.files[0], course: r.files[1]}
	if err := k.encode(n, &state); err != nil {
		return nil, err
	}
	k.keep(n.Name, state)
	return r.checkpoint, nil
}

// encode writes a network's parameters with what they compute of which columns, and the same as
// ONNX, for other programs.
func (k *keeper) encode(n *Trained, into *kept) error {
	metadata, err := foreign.Metadata(n.Model, k.dataset.Scaling, k.dataset.TargetScaling, k.dataset.Names)
	if err != nil {
		return err
	}
	var parameters, onnx bytes.Buffer
	if err := n.Model.EncodeSafetensors(&parameters, metadata); err != nil {
		return err
	}
	m, err := n.foreign(k.dataset)
	if err != nil {
		return err
	}
	into.parameters = parameters.Bytes()
	if m.WriteONNX(&onnx, graph.Single) == nil { // else the safetensors have to do
		into.onnx = onnx.Bytes()
	}
	return nil
}

// keep remembers the state of a training, and writes that of all now and then. Where that
// fails, it is tried again.
func (k *keeper) keep(network string, state kept) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.trainings[network], k.unwritten = state, true
	if time.Since(k.written) < writeEvery {
		return
	}
	if err := k.write(); err != nil && k.Warn != nil {
		k.Warn(err)
	}
	k.written = time.Now()
}

// finish writes what was kept and not written.
func (k *keeper) finish() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.unwritten {
		return nil
	}
	return k.write()
}

// write writes a generation; it, the one before and that with which the folder began stay.
func (k *keeper) write() error {
	name, err := writeGeneration(k.Save, k.settings, k.data, k.trainings)
	if err == nil {
		err = removeGenerations(k.Save, k.found, k.latest, name)
	}
	if name != "" {
		k.latest = name
	}
	if err != nil {
		return fmt.Errorf("saving the trainings: %w", err)
	}
	k.unwritten = false
	return nil
}

// courseVersion is the array with the version of a course's form, which those of programs with
// one generation lack.
const courseVersion = "version"

// saver takes checkpoints while a network trains.
type saver struct {
	keeper  *keeper
	network *Trained
	last    time.Time
}

// record takes a checkpoint from time to time, and of the last epoch.
func (s *saver) record(e models.Epoch) error {
	if s.keeper.Save == "" || !e.Last && time.Since(s.last) < takeEvery {
		return nil
	}
	var state kept
	checkpoint, err := e.Checkpoint()
	if err != nil {
		return err
	}
	var encoded, course bytes.Buffer
	if err := checkpoint.Encode(&encoded); err != nil {
		return err
	}
	arrays := append(npz.Arrays{
		{Name: courseVersion, Type: npz.Int64, Values: []float64{savedVersion}},
		matrix(s.network.Name+"_gradient_norms", e.Number, s.network.Model.Depth(), s.network.GradientNorms),
	}, s.network.snapshotArrays()...)
	arrays = append(arrays, s.network.TestCurve.arrays(s.network.Name+"_test_")...)
	if err := npz.Write(&course, arrays); err != nil {
		return err
	}
	state.checkpoint, state.course = encoded.Bytes(), course.Bytes()
	if err := s.keeper.encode(s.network, &state); err != nil {
		return err
	}
	s.last = time.Now()
	s.keeper.keep(s.network.Name, state)
	return nil
}

// restored stores the network's parameters again, which are those of the best epoch now, where the
// state of its training is kept.
func (s *saver) restored() error {
	k := s.keeper
	k.mu.Lock()
	state, there := k.trainings[s.network.Name]
	k.mu.Unlock()
	if !there {
		return nil
	}
	if err := k.encode(s.network, &state); err != nil {
		return err
	}
	k.keep(s.network.Name, state)
	return nil
}
