//go:build unix

package atomicfile

import (
	"errors"
	"fmt"
	"os"
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
