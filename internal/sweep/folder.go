package sweep

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"actscope/internal/atomicfile"
	"actscope/internal/input"
	"actscope/internal/shell"
)

// Names in a sweep's folder.
const (
	planName    = "plan.json"
	shardsName  = "shards"
	resultsName = "results"
)

// No plan that a plan file gives is longer, and no number of shards.
const (
	maxPlan       = 64 << 20
	maxShardsFile = 64
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
	if err := atomicfile.Mkdir(filepath.Join(path, resultsName)); err != nil {
		return nil, input.RefusePlace("", "cannot make a folder for the sweep: %w", err)
	}
	err = atomicfile.Create(filepath.Join(path, planName), content)
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
	content, err := readFile(file, maxPlan)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, input.RefuseFile(path, "holds no plan of a sweep: make one with actscope sweep plan FILE.yaml %s", shell.File(path))
	case err != nil:
		return nil, err
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
	content, err := readFile(path, maxShardsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(string(content), "\n"))
	if err != nil || n < 1 || n > maxShards {
		return 0, input.RefuseFile(path, "%.20q is not a number of shards", content)
	}
	return n, nil
}

// ShardsOr is the number of shards recorded, else the given one, else 1. Where both are there
// and differ the error is an [input.Error].
func (f *Folder) ShardsOr(n int) (int, error) {
	recorded, err := f.Shards()
	switch {
	case err != nil:
		return 0, err
	case recorded == 0 && n == 0:
		return 1, nil
	case recorded == 0:
		return n, Shard{0, n}.check()
	case n == 0:
		return recorded, nil
	}
	return recorded, f.checkShards(recorded, n)
}

// SetShards is [Folder.ShardsOr], and records the number, which may be another one than before as
// long as nothing was run under that: done is how many trials have a result.
func (f *Folder) SetShards(n, done int) (int, error) {
	recorded, err := f.Shards()
	if err != nil {
		return 0, err
	}
	if n == 0 || n == recorded {
		return f.ShardsOr(n)
	}
	if err := (Shard{0, n}).check(); err != nil {
		return 0, err
	}
	if recorded > 0 && done > 0 {
		return 0, input.RefuseFile(f.path, "this sweep was cut into %d shards, not %d, when its first trials were run: leave --shards out, or plan it anew in another folder", recorded, n)
	}
	err = atomicfile.Write(filepath.Join(f.path, shardsName), func(w io.Writer) error {
		_, err := fmt.Fprintln(w, n)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("recording the number of shards: %w", err)
	}
	return n, nil
}

// SuggestedShards is the number recorded, else one for each hundred trials, a hundred at most.
func (f *Folder) SuggestedShards() (int, error) {
	recorded, err := f.Shards()
	return cmp.Or(recorded, f.Plan.suggestedShards()), err
}

// recordShards records the number of shards at first use; later another number is an
// [input.Error], because some trials would then belong to no shard that is run.
func (f *Folder) recordShards(n int) error {
	recorded, err := f.Shards()
	if err != nil {
		return err
	}
	if recorded == 0 {
		failure := atomicfile.Create(filepath.Join(f.path, shardsName), []byte(strconv.Itoa(n)+"\n"))
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
	return input.RefuseFile(f.path, "this sweep was cut into %d shards, not %d: run --shard I/%d, with I from 0 to %d; until there is a result, sweep missing --shards %d sets another number", recorded, n, recorded, recorded-1, n)
}

// readFile reads a regular file that is at most so many bytes long. Errors are of type
// [input.Error].
func readFile(path string, most int64) ([]byte, error) {
	f, size, err := input.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, input.InFile(path, err)
	case int64(len(content)) > most:
		return nil, input.RefuseFile(path, "%d bytes long, and none of its kind has more than %d", max(size, most+1), most)
	}
	return content, nil
}
