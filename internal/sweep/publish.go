package sweep

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"actscope/internal/atomicfile"
	"actscope/internal/input"
)

// damagedSuffix ends the names of files that were set aside. Who reads results does not
// complain of them.
const damagedSuffix = ".damaged"

// attempts is how often a process tries what others, which set the same file aside and store
// the same segment, may get in the way of.
const attempts = 10

// Publish stores records for good. They are sorted in place. A file in the way of the same
// name and not the same bytes is damaged, because the name is the content's hash: it is set
// aside, and what says so is given.
func (f *Folder) Publish(records []Record) (aside []error, err error) {
	if len(records) == 0 {
		return nil, nil
	}
	content := encodeSegment(f.Plan.hash, records)
	dir := filepath.Join(f.path, resultsName)
	if err := atomicfile.Mkdir(dir); err != nil {
		return nil, fmt.Errorf("storing results: %w", err)
	}
	path := filepath.Join(dir, segmentName(content))
	for range attempts {
		if err = atomicfile.Create(path, content); !errors.Is(err, fs.ErrExist) {
			break
		}
		if holds(path, content) {
			return aside, nil
		}
		said, err := f.setAside(input.RefuseFile(path, "damaged, and stored anew"))
		if err != nil {
			return aside, fmt.Errorf("storing results: %w", err)
		}
		if said != nil {
			aside = append(aside, said)
		}
	}
	if err != nil {
		return aside, fmt.Errorf("storing results: %w", err)
	}
	return aside, nil
}

// setAside gives the file or folder of a problem, which cannot be used, another name and says
// so. If another process has put a whole segment in its place in the meantime, that is put
// back and nothing is said; a kill before then loses nothing, because [Folder.Scan] reads what
// is whole under every name.
func (f *Folder) setAside(problem *input.Error) (said, err error) {
	path := problem.File
	to, err := moveAside(path)
	if errors.Is(err, fs.ErrNotExist) { // another process was first
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%v: it cannot be set aside: %w", problem, err)
	}
	if _, err := f.Plan.readSegment(to); err != nil && !errors.Is(err, ErrForeign) {
		return fmt.Errorf("%w: set aside as %s", problem, filepath.Base(to)), nil
	}
	content, err := input.ReadRegular(to)
	for range attempts {
		if err == nil && (os.Link(to, path) == nil || holds(path, content)) { // a link replaces nothing
			os.Remove(to)
			break
		}
	}
	return nil, nil
}

// holds says whether a file can be read and has this content.
func holds(path string, content []byte) bool {
	there, err := readFile(path, int64(len(content)))
	return err == nil && bytes.Equal(there, content)
}

// moveAside renames to NAME.damaged, or with a number where that is taken.
func moveAside(path string) (to string, err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	to = path + damagedSuffix
	for n := 2; ; n++ {
		if err = reserve(to, info.IsDir()); err == nil {
			if err = os.Rename(path, to); err != nil && !info.IsDir() {
				os.Remove(to)
			}
		}
		if !errors.Is(err, fs.ErrExist) {
			return to, err
		}
		to = fmt.Sprintf("%s.%d%s", path, n, damagedSuffix)
	}
}

// reserve makes sure of a name that a file is renamed to, by an empty file that nobody else
// has made. A folder is never renamed to what is there.
func reserve(path string, forFolder bool) error {
	if forFolder {
		if _, err := os.Lstat(path); err == nil {
			return fs.ErrExist
		}
		return nil
	}
	empty, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	return empty.Close()
}
