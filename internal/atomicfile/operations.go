package atomicfile

import (
	"os"
)

// fault is asked before each operation of this package and lets it fail; nil, but in tests.
var fault func(operation, path string) error

// Inject has every operation of this package ask f first: with an error the operation is not
// carried out, of a "write" only half. Operations are create, write, sync, mkdir, rename, link
// and remove. It is for tests of what a full disk, a broken one or a kill leaves, and gives
// what ends it.
func Inject(f func(operation, path string) error) (end func()) {
	before := fault
	fault = f
	return func() { fault = before }
}

func step(operation, path string) error {
	if fault == nil {
		return nil
	}
	return fault(operation, path)
}

// faulty is a file whose writing may fail half-way.
type faulty struct{ *os.File }

func (f faulty) Write(p []byte) (int, error) {
	err := step("write", f.Name())
	if err == nil {
		return f.File.Write(p)
	}
	n, _ := f.File.Write(p[:len(p)/2])
	return n, err
}

// Rename gives a file another name, which replaces one of that name.
func Rename(from, to string) error { return rename(from, to) }

func rename(from, to string) error {
	if err := step("rename", to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func link(from, to string) error {
	if err := step("link", to); err != nil {
		return err
	}
	return os.Link(from, to)
}

func remove(path string) error {
	if err := step("remove", path); err != nil {
		return err
	}
	return os.Remove(path)
}

// Mkdir makes a folder and those around it.
func Mkdir(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	if err := step("mkdir", path); err != nil {
		return err
	}
	return os.MkdirAll(path, 0o777)
}

// RemoveAll removes a folder and what is in it.
func RemoveAll(path string) error {
	if err := step("remove", path); err != nil {
		return err
	}
	return os.RemoveAll(path)
}
