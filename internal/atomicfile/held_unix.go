//go:build unix

package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// hold marks a file or folder as in use for as long as it is open.
func hold(f *os.File) { unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB) }

// held says whether a process holds what is at a path.
func held(path string) bool {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return true // it is not ours, or gone
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == unix.EWOULDBLOCK
}

// patience is how long one process waits for another that moves its files into a folder.
const patience = 10 * time.Second

// lock keeps other processes from moving their files into a folder until unlock. Where the
// file system knows no locks there is none.
func lock(dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for begin := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		err := unix.Flock(int(d.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return func() { d.Close() }, nil
		}
		if time.Since(begin) > patience {
			d.Close()
			return nil, fmt.Errorf("%s: another process has been moving files there for %v", dir, patience)
		}
	}
}

// Occupy marks a folder as one that this process works on, until release. It is taken where
// another process does; where the file system knows no locks, none is.
func Occupy(dir string) (release func(), taken bool, err error) {
	path := filepath.Join(dir, occupied)
	for {
		if err := step("create", path); err != nil {
			return nil, false, err
		}
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, false, err
		}
		if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == unix.EWOULDBLOCK {
			f.Close()
			return nil, true, nil
		}
		mine, err := f.Stat()
		if there, err2 := os.Lstat(path); err == nil && err2 == nil && os.SameFile(mine, there) {
			return func() { os.Remove(path); f.Close() }, false, nil
		}
		f.Close() // it was removed while this process waited for it
		if err != nil {
			return nil, false, err
		}
	}
}
