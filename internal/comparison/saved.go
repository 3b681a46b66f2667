package comparison

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"actscope/internal/atomicfile"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models"
)

// Saving says where a comparison keeps the state of its trainings.
type Saving struct {
	// Save is a folder to write to when training ends or is stopped, Resume one to
	// go on from; "" for neither. They may be the same.
	Save, Resume string
}

// Names of the files in a folder of saved trainings: the settings, and for each
// network its checkpoint, what was recorded so far, and its parameters.
const (
	savedSettings   = "settings.yaml"
	savedCheckpoint = ".checkpoint.npz"
	savedCourse     = ".course.npz"
	savedParameters = ".safetensors"
)

// saveEvery is how often a checkpoint is taken, at least: what a stop may lose.
const saveEvery = time.Second

// check makes sure that a resumed folder is of this configuration, but for the
// number of epochs, and that the folder to save to can be written.
func (s Saving) check(c config.Config) error {
	if s.Resume != "" {
		var saved config.Config
		if _, err := config.ReadFile(filepath.Join(s.Resume, savedSettings), &saved); err != nil {
			return resumeError(err)
		}
		for _, setting := range config.Settings() {
			if was, is := setting.Get(saved), setting.Get(c); was != is && setting.Key != "epochs" {
				return input.Refuse("resume", "%s was trained with %s %s, not %s", s.Resume, setting.Key, was, is)
			}
		}
	}
	if s.Save == "" {
		return nil
	}
	if err := os.MkdirAll(s.Save, 0o777); err != nil {
		return input.Refuse("save", "cannot make a folder: %w", err)
	}
	return nil
}

// resumeError is an error about the state to go on from.
func resumeError(err error) error { return input.Under("resume", err) }

// writeSettings completes a folder of saved trainings.
func (s Saving) writeSettings(c config.Config) error {
	if s.Save == "" {
		return nil
	}
	return atomicfile.Write(filepath.Join(s.Save, savedSettings), func(w io.Writer) error { return config.Write(w, c) })
}

// resume takes up a network's training where it was saved.
func (s Saving) resume(n *Trained) (*models.Checkpoint, error) {
	if s.Resume == "" {
		return nil, nil
	}
	checkpoint, err := models.ReadCheckpoint(filepath.Join(s.Resume, n.Name+savedCheckpoint))
	if err != nil {
		return nil, resumeError(err)
	}
	file := filepath.Join(s.Resume, n.Name+savedCourse)
	arrays, err := npz.ReadFile(file)
	if err != nil {
		return nil, resumeError(err)
	}
	l := loader{arrays: arrays, file: file, epochs: checkpoint.Epoch}
	n.History.Loss = checkpoint.Loss
	n.GradientNorms = l.take(n.Name+"_gradient_norms", checkpoint.Epoch, n.Model.Depth()).Values
	n.Snapshots = l.snapshots(n)
	if l.err != nil {
		return nil, resumeError(l.err)
	}
	return checkpoint, nil
}

// saver takes checkpoints while a network trains.
type saver struct {
	folder  string // "" for none
	network *Trained
	epochs  int // of the training
	last    time.Time
	taken   *models.Checkpoint
	course  []byte // of the same epoch
}

// record takes a checkpoint from time to time, and of the last epoch.
func (s *saver) record(e models.Epoch) error {
	if s.folder == "" || (e.Number < s.epochs && time.Since(s.last) < saveEvery) {
		return nil
	}
	checkpoint, err := e.Checkpoint()
	if err != nil {
		return err
	}
	arrays := append(npz.Arrays{
		matrix(s.network.Name+"_gradient_norms", e.Number, s.network.Model.Depth(), s.network.GradientNorms),
	}, s.network.snapshotArrays()...)
	var course bytes.Buffer
	if err := npz.Write(&course, arrays); err != nil {
		return err
	}
	s.taken, s.course, s.last = checkpoint, course.Bytes(), time.Now()
	return nil
}

// write stores the last checkpoint, if one was taken.
func (s *saver) write() error {
	if s.taken == nil {
		return nil
	}
	base := filepath.Join(s.folder, s.network.Name)
	if err := s.taken.Write(base + savedCheckpoint); err != nil {
		return err
	}
	err := atomicfile.Write(base+savedCourse, func(w io.Writer) error {
		_, err := w.Write(s.course)
		return err
	})
	if err != nil {
		return fmt.Errorf("saving %s: %w", s.network.Name, err)
	}
	return s.network.Model.WriteParameters(base + savedParameters)
}
