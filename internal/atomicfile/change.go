package atomicfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Change replaces several files of a folder, all or none. They are written beside the old
// ones, into a folder of their own; [Change.Commit] gives that folder the name committed,
// which decides, and then moves them to their places. Where that is interrupted [Settle]
// goes on with it, and until then [Locate] finds them.
type Change struct {
	dir, staged string
	marker      *os.File
	// Before, if not nil, is called when the folder is this change's alone, before it is committed:
	// it may write more files, and names those that the change removes.
	Before func() (remove []string, err error)
}

const (
	// committed is the folder of files that belong to a folder but are not in their places yet.
	committed = ".committed"
	// markerName tells a folder of files on their way from any other; it is held while the
	// change is prepared, and lists the files that the change removes.
	markerName = ".change"
)

// Begin begins a change of a folder, which is there, after what another change has left to do.
func Begin(dir string) (*Change, error) {
	if err := Settle(dir); err != nil {
		return nil, err
	}
	removeStaleOnce(dir)
	if err := step("mkdir", dir); err != nil {
		return nil, err
	}
	staged, err := os.MkdirTemp(dir, temporaryPattern)
	if err != nil {
		return nil, err
	}
	c := &Change{dir: dir, staged: staged}
	if err := c.mark(); err != nil {
		c.Discard()
		return nil, err
	}
	return c, nil
}

func (c *Change) mark() (err error) {
	if err := step("create", c.staged); err != nil {
		return err
	}
	if c.marker, err = os.Create(filepath.Join(c.staged, markerName)); err == nil {
		hold(c.marker)
		err = os.Chmod(c.staged, 0o755) // MkdirTemp makes it private
	}
	return err
}

// isStaged says whether a folder is that of a change.
func isStaged(path string) bool {
	_, err := os.Lstat(filepath.Join(path, markerName))
	return err == nil
}

// Write writes the file that will be called name, a path within the folder.
func (c *Change) Write(name string, write func(io.Writer) error) error {
	if info, err := os.Lstat(filepath.Join(c.dir, name)); err == nil && info.IsDir() {
		return &fs.PathError{Op: "write", Path: filepath.Join(c.dir, name), Err: errors.New("is a folder")}
	}
	for _, root := range []string{c.dir, c.staged} {
		if err := Mkdir(filepath.Dir(filepath.Join(root, name))); err != nil {
			return err
		}
	}
	path := filepath.Join(c.staged, name)
	if err := step("create", path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(fill(f, write), f.Close())
}

// Commit makes the new files those of the folder. After an error the folder is as it was
// before, unless it is an [UnsettledError].
func (c *Change) Commit() error {
	unlock, err := lock(c.dir)
	if err != nil {
		return err
	}
	defer unlock()
	if err := settle(c.dir); err != nil { // what another process committed meanwhile
		return err
	}
	if err := c.prepare(); err != nil {
		return err
	}
	if err := filepath.WalkDir(c.staged, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return syncFolder(path)
	}); err != nil {
		return err
	}
	if err := rename(c.staged, filepath.Join(c.dir, committed)); err != nil {
		return err
	}
	c.staged = ""
	c.close()
	if err := syncFolder(c.dir); err != nil {
		return &UnsettledError{c.dir, err}
	}
	return settle(c.dir)
}

// prepare calls Before and notes what is to be removed.
func (c *Change) prepare() error {
	if c.Before == nil {
		return nil
	}
	remove, err := c.Before()
	if err != nil || len(remove) == 0 {
		return err
	}
	list, err := json.Marshal(remove)
	if err == nil {
		err = step("write", c.marker.Name())
	}
	if err == nil {
		_, err = c.marker.Write(list)
	}
	if err == nil {
		err = c.marker.Sync()
	}
	return err
}

// removals are the files that a committed change removes.
func removals(place string) (names []string) {
	if list, err := os.ReadFile(filepath.Join(place, markerName)); err == nil {
		json.Unmarshal(list, &names) // of no list: none
	}
	return slices.DeleteFunc(names, func(name string) bool { return !filepath.IsLocal(name) })
}

// Discard gives the change up; after Commit it does nothing.
func (c *Change) Discard() {
	c.close()
	if c.staged != "" {
		removeStaged(c.staged)
	}
}

// removeStaged removes the folder of a change, the marker last: what a kill leaves of it is
// then still known for one.
func removeStaged(staged string) error {
	entries, err := os.ReadDir(staged)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != markerName {
			os.RemoveAll(filepath.Join(staged, e.Name()))
		}
	}
	return os.RemoveAll(staged)
}

func (c *Change) close() {
	if c.marker != nil {
		c.marker.Close()
		c.marker = nil
	}
}

// UnsettledError says that files belong to a folder and could not be moved to their places.
type UnsettledError struct {
	Dir string
	Err error
}

func (e *UnsettledError) Error() string {
	return fmt.Sprintf("%s: its new files are complete in %s and could not be moved to their places, which is done at the next run: %v", e.Dir, committed, e.Err)
}

// Unwrap is Err.
func (e *UnsettledError) Unwrap() error { return e.Err }

// Settle moves the files of a committed change to their places, if there is one.
func Settle(dir string) error {
	if _, err := os.Lstat(filepath.Join(dir, committed)); err != nil {
		return gone(err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	return settle(dir)
}

// settle is Settle by who has locked the folder. The error is an [UnsettledError].
func settle(dir string) error {
	place := filepath.Join(dir, committed)
	if !isStaged(place) {
		return gone(os.Remove(place)) // it may be there, empty
	}
	for _, name := range removals(place) {
		if err := gone(remove(filepath.Join(dir, name))); err != nil {
			return &UnsettledError{dir, err}
		}
		for name = filepath.Dir(name); name != "."; name = filepath.Dir(name) {
			os.Remove(filepath.Join(dir, name)) // which spares a folder with something in it
		}
	}
	err := filepath.WalkDir(place, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == markerName {
			return gone(err)
		}
		name, err := filepath.Rel(place, path)
		if err != nil {
			return err
		}
		return gone(rename(path, filepath.Join(dir, name)))
	})
	if err == nil {
		err = syncFolder(dir)
	}
	if err == nil {
		err = removeCommitted(place)
	}
	if err != nil {
		return &UnsettledError{dir, err}
	}
	return nil
}

// removeCommitted removes the folders, which are empty but for the marker.
func removeCommitted(place string) error {
	var folders []string
	err := filepath.WalkDir(place, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			folders = append(folders, path)
		}
		return gone(err)
	})
	for i := len(folders) - 1; i >= 0 && err == nil; i-- {
		if i == 0 {
			err = gone(remove(filepath.Join(place, markerName)))
		}
		if err == nil {
			err = gone(remove(folders[i]))
		}
	}
	return err
}

// gone forgives that another process was first.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Locate is the path of a file of a folder: in its place, or, of a change that is not settled,
// still on its way, where there is none of a file that the change removes.
func Locate(dir, name string) string {
	place := filepath.Join(dir, committed)
	if path := filepath.Join(place, name); isStaged(place) {
		if _, err := os.Lstat(path); err == nil || slices.Contains(removals(place), name) {
			return path
		}
	}
	return filepath.Join(dir, name)
}

// CommitAs makes the new files those of a folder of their own, of a name that is free within
// the folder of the change. After an error there is none of that name.
func (c *Change) CommitAs(name string) error {
	place := filepath.Join(c.dir, name)
	if _, err := os.Lstat(place); err == nil {
		return &fs.PathError{Op: "rename", Path: place, Err: fs.ErrExist}
	}
	if err := syncFolder(c.staged); err != nil {
		return err
	}
	if err := rename(c.staged, place); err != nil {
		return err
	}
	c.staged = ""
	c.close()
	return errors.Join(remove(filepath.Join(place, markerName)), syncFolder(c.dir))
}
