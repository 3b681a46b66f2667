// Package atomicfile writes files that are either complete or not there, one by one or
// several together.
//
// What is on its way has a name of its own, hidden, in the folder that it is for, and is
// renamed when everything, the closing included, has succeeded. After an error nothing
// else is left; what a killed program leaves is removed by [RemoveStale].
package atomicfile

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// temporaryPattern names what is on its way, for [os.CreateTemp] and [os.MkdirTemp].
const temporaryPattern = ".new.*"

// occupied is held in a folder that a process works on: see [Occupy]. [os.CreateTemp] takes
// another name where it is there.
const occupied = ".new.0"

// IsTemporary says whether a name is of what is on its way.
func IsTemporary(name string) bool {
	return temporaryName.MatchString(name) || name == committed || name == markerName
}

// Write creates or replaces the file at path with what write writes; after an error the
// old file, if any, is as it was. Where path is a link to a file, it is that file; a device,
// a pipe or a folder is never replaced.
func Write(path string, write func(io.Writer) error) error {
	if linked, err := filepath.EvalSymlinks(path); err == nil {
		path = linked
	}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return &fs.PathError{Op: "replace", Path: path, Err: errors.New("not a regular file")}
	}
	temporary, err := writeTemporary(filepath.Dir(path), write)
	if err != nil {
		return err
	}
	if err := rename(temporary, path); err != nil {
		remove(temporary)
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Create makes a file that is complete from the first moment that it can be seen, and
// never replaces one: then the error is [fs.ErrExist].
func Create(path string, content []byte) error {
	temporary, err := writeTemporary(filepath.Dir(path), func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err != nil {
		return err
	}
	defer remove(temporary)
	err = link(temporary, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = renameNew(temporary, path)
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Probe makes sure that files can be written to a folder.
func Probe(dir string) error {
	temporary, err := writeTemporary(dir, func(io.Writer) error { return nil })
	if err != nil {
		return err
	}
	return remove(temporary)
}

// renameNew is for file systems without hard links. Between the look and the renaming
// another process may come first, and its file is replaced.
func renameNew(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	return rename(from, to)
}

// writeTemporary writes a file that does not have its name yet.
func writeTemporary(dir string, write func(io.Writer) error) (path string, err error) {
	removeStaleOnce(dir)
	if err := step("create", dir); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, temporaryPattern)
	if err != nil {
		return "", err
	}
	hold(f)
	if err := errors.Join(fill(f, write), f.Close()); err != nil {
		remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// fill writes a file to the end and makes it last.
func fill(f *os.File, write func(io.Writer) error) error {
	buffered := bufio.NewWriter(faulty{f})
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil { // CreateTemp makes it private
		return err
	}
	if err := step("sync", f.Name()); err != nil {
		return err
	}
	return f.Sync()
}

// syncFolder makes new names last through a power failure, where the system can do that.
func syncFolder(dir string) error {
	if err := step("sync", dir); err != nil {
		return err
	}
	if d, err := os.Open(dir); err == nil {
		d.Sync() // not every file system knows it
		d.Close()
	}
	return nil
}
