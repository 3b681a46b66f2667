package sweep

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"actscope/internal/input"
)

// Names in a sweep's folder.
const (
	planName    = "plan.json"
	shardsName  = "shards"
	resultsName = "results"
)

// Folder is a directory with a plan and its results.
type Folder struct {
	path string
	// Plan is what the folder is for.
	Plan *Plan
}

// Path is the directory.
func (f *Folder) Path() string { return f.path }

// Create stores a plan in a directory, which is made if need be. Where the same
// plan is there already nothing changes; another plan is an [input.Error].
func Create(path string, p *Plan) (*Folder, error) {
	content, err := p.encode()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(path, resultsName), 0o777); err != nil {
		return nil, input.RefusePlace("", "cannot make a folder for the sweep: %w", err)
	}
	err = publish(path, planName, content)
	if err == nil {
		return &Folder{path, p}, nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("storing the plan: %w", err)
	}
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	if f.Plan.hash == p.hash {
		return f, nil
	}
	if f.Plan.Provenance != p.Provenance {
		return nil, input.RefuseFile(path, "holds a plan of %s, %s; this is %s, %s: take another directory",
			f.Plan.Provenance.Version, f.Plan.Provenance.Kernels, p.Provenance.Version, p.Provenance.Kernels)
	}
	return nil, input.RefuseFile(path, "holds another plan, of %d trials, which does not change: take another directory", f.Plan.trials)
}

// Open reads the plan of a directory.
func Open(path string) (*Folder, error) {
	file := filepath.Join(path, planName)
	content, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, input.RefuseFile(path, "holds no plan of a sweep: make one with actscope sweep plan FILE.yaml %s", path)
	case err != nil:
		return nil, input.Refuse("", "cannot read the plan: %w", err)
	}
	p, err := decodePlan(file, content)
	if err != nil {
		return nil, err
	}
	return &Folder{path, p}, nil
}

// Shards is the number of shards recorded, 0 before the first run.
func (f *Folder) Shards() (int, error) {
	path := filepath.Join(f.path, shardsName)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, input.Refuse("", "cannot read the number of shards: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSuffix(string(content), "\n"))
	if err != nil || n < 1 || n > maxShards {
		return 0, input.RefuseFile(path, "%.20q is not a number of shards", content)
	}
	return n, nil
}

// ShardsOr is the number of shards recorded, else the given one. Where both are
// there and differ, or neither is, the error is an [input.Error].
func (f *Folder) ShardsOr(n int) (int, error) {
	recorded, err := f.Shards()
	switch {
	case err != nil:
		return 0, err
	case recorded == 0 && n == 0:
		return 0, input.RefuseFile(f.path, "no number of shards is recorded before the first run: say --shards N")
	case recorded == 0:
		return n, Shard{0, n}.check()
	case n == 0:
		return recorded, nil
	}
	return recorded, f.checkShards(recorded, n)
}

// recordShards records the number of shards at first use; later another number is an
// [input.Error], because some trials would then belong to no shard that is run.
func (f *Folder) recordShards(n int) error {
	recorded, err := f.Shards()
	if err != nil {
		return err
	}
	if recorded == 0 {
		failure := publish(f.path, shardsName, []byte(strconv.Itoa(n)+"\n"))
		if recorded, err = f.Shards(); err != nil {
			return err
		}
		if recorded == 0 {
			return fmt.Errorf("recording the number of shards: %w", failure)
		}
	}
	return f.checkShards(recorded, n)
}

func (f *Folder) checkShards(recorded, n int) error {
	if recorded == n {
		return nil
	}
	return input.RefuseFile(f.path, "this sweep was cut into %d shards at its first run, not %d: run --shard I/%d, with I from 0 to %d", recorded, n, recorded, recorded-1)
}

// Publish stores records for good. They are sorted in place.
func (f *Folder) Publish(records []Record) error {
	if len(records) == 0 {
		return nil
	}
	content := encodeSegment(f.Plan.hash, records)
	dir := filepath.Join(f.path, resultsName)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("storing results: %w", err)
	}
	err := publish(dir, segmentName(content), content)
	if err != nil && !errors.Is(err, fs.ErrExist) { // the same content is there already
		return fmt.Errorf("storing results: %w", err)
	}
	return nil
}

// publish makes a file that is complete from the first moment that it can be seen,
// and never replaces one: then the error is fs.ErrExist.
func publish(dir, name string, content []byte) error {
	temporary, err := os.CreateTemp(dir, ".new.*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	if err := write(temporary, content); err != nil {
		return err
	}
	target := filepath.Join(dir, name)
	err = os.Link(temporary.Name(), target)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = renameNew(temporary.Name(), target)
	}
	if err == nil {
		syncDirectory(dir)
	}
	return err
}

// renameNew is for file systems without hard links. Between the look and the
// renaming another process may come first; what is replaced then is a segment of
// the same content, or a number of shards that nobody has read yet.
func renameNew(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	return os.Rename(from, to)
}

// syncDirectory makes a new name last through a power failure, where the system
// can do that.
func syncDirectory(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}

// write fills, flushes and closes a temporary file.
func write(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Chmod(0o644) // CreateTemp makes it private
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
