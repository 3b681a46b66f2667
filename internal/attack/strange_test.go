//go:build unix

package attack

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// What stands in the place of a file and is none is refused in bounded time and memory, unless
// it can be read to its end.
func TestOnlyFilesAreReadAsFiles(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(path, content string) error{
		"a null device":  func(path, _ string) error { return device(path, "null", 3) },
		"zeroes":         func(path, _ string) error { return device(path, "zero", 5) },
		"a folder":       func(path, _ string) error { return os.Mkdir(path, 0o755) },
		"a link nowhere": func(path, _ string) error { return os.Symlink("nowhere", path) },
		"a link to it":   func(path, _ string) error { return os.Symlink(filepath.Base(path), path) },
		"10 GiB":         vast,
	}
	var attempts []attempt
	for n, s := range scenesOf(t) {
		for i, r := range s.reads {
			for j, kind := range slices.Sorted(maps.Keys(kinds)) {
				if *thorough || (n+i+j)%3 == 0 {
					attempts = append(attempts, s.strange(r, kind, kinds[kind], func(dir string) error { return s.refuse(dir, r) }))
				}
			}
			if !*thorough && !r.streamed && (n+i)%3 > 0 {
				continue
			}
			pipe := func(path, _ string) error { return unix.Mkfifo(path, 0o644) }
			attempts = append(attempts,
				s.strange(r, "a pipe", pipe, func(dir string) error { return s.wait(dir, r) }),
				s.strange(r, "a pipe that is written to", pipe, func(dir string) error { return s.readPipe(dir, r) }))
		}
	}
	try(t, attempts)
}

func (s *scene) strange(r source, kind string, put func(path, content string) error, hold func(dir string) error) attempt {
	return attempt{"strange: " + kind, kind + " as " + r.path + ": actscope " + s.args, s, func(dir string) error {
		path := filepath.Join(dir, r.path)
		if err := errors.Join(os.Remove(path), put(path, s.old[r.path])); err != nil {
			return err
		}
		return hold(dir)
	}}
}

// device makes a device of its own. Only who could not harm it may link to the system's.
func device(path, name string, number uint32) error {
	if os.Geteuid() != 0 {
		return os.Symlink("/dev/"+name, path)
	}
	if runtime.GOOS != "linux" || unix.Mknod(path, unix.S_IFCHR|0o666, int(unix.Mkdev(1, number))) != nil {
		return unix.Mkfifo(path, 0o644)
	}
	return nil
}

// vast makes a file of 10 GiB, none of which is on the disk.
func vast(path, _ string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(10<<30), f.Close())
}

// refuse holds that a command refuses one of its files, or does as well without it.
func (s *scene) refuse(dir string, r source) error {
	o, err := execution{dir: dir, args: s.line()}.run()
	if err == nil {
		err = o.judge(statusUsage, statusFailed, statusDone)
	}
	if err == nil && o.interrupted {
		err = o.fault("took too long")
	}
	if err != nil || o.status != statusDone {
		return err
	}
	if err = s.show(dir); err == nil {
		err = s.asUndisturbed(dir, r.path)
	}
	if err != nil {
		return o.fault("neither refused it nor did well without it: %v", err)
	}
	return nil
}

// wait holds that a command which waits for a pipe can be stopped.
func (s *scene) wait(dir string, r source) error {
	if !r.streamed {
		return s.refuse(dir, r)
	}
	o, err := execution{dir: dir, args: s.line(), signal: syscall.SIGINT, after: 500 * time.Millisecond}.run()
	if err != nil {
		return err
	}
	return o.judge(statusStopped)
}

// readPipe holds that a pipe is read as the file that comes through it.
func (s *scene) readPipe(dir string, r source) error {
	path := filepath.Join(dir, r.path)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			f, err := os.OpenFile(path, os.O_WRONLY|unix.O_NONBLOCK, 0) // which fails while nobody reads
			if err == nil {
				f.WriteString(s.old[r.path])
				f.Close()
				return
			}
			select {
			case <-ended:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	if !r.streamed {
		return s.refuse(dir, r)
	}
	o, err := execution{dir: dir, args: s.line()}.run()
	if err == nil {
		err = o.judge(statusDone)
	}
	if err == nil && o.stdout != s.calm.stdout {
		err = fmt.Errorf("printed %.300q instead of %.300q", o.stdout, s.calm.stdout)
	}
	return err
}

// A pipe, a device or a link in the place of what a command writes is still there afterwards.
func TestWhatIsNoFileIsNotReplaced(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(path string) error{
		"a pipe":         func(path string) error { return unix.Mkfifo(path, 0o644) },
		"a socket":       func(path string) error { return unix.Mknod(path, unix.S_IFSOCK|0o644, 0) },
		"a folder":       func(path string) error { return os.Mkdir(path, 0o755) },
		"a full device":  func(path string) error { return device(path, "full", 7) },
		"a link to it":   func(path string) error { return os.Symlink(filepath.Base(path), path) },
		"a link to mine": func(path string) error { return os.Symlink("my own.txt", path) },
	}
	var attempts []attempt
	for n, s := range scenesOf(t) {
		for _, name := range append(s.folders, s.writes) {
			for j, kind := range slices.Sorted(maps.Keys(kinds)) {
				if name == "" || !*thorough && (n+j)%3 > 0 {
					continue
				}
				attempts = append(attempts, attempt{"strange: " + kind + " to write to", kind + " as " + name + ": actscope " + s.args, s, func(dir string) error {
					path := filepath.Join(dir, name)
					if err := errors.Join(os.RemoveAll(path), kinds[kind](path)); err != nil {
						return err
					}
					before, err := os.Lstat(path)
					if err != nil {
						return err
					}
					o, err := execution{dir: dir, args: s.line()}.run()
					if err == nil {
						err = o.judge(statusDone, statusUsage)
					}
					if err != nil {
						return err
					}
					if after, err := os.Lstat(path); err != nil || after.Mode().Type() != before.Mode().Type() {
						return o.fault("%v has become %v", before.Mode(), after.Mode())
					}
					return nil
				}})
			}
		}
	}
	try(t, attempts)
}
