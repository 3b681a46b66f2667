package sweep

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

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
	_, err := io.Copy(f, bytes.NewReader(content))
	if err == nil {
		err = f.Chmod(0o644) // CreateTemp makes it private
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
