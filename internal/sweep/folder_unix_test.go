//go:build unix

package sweep

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"actscope/internal/input"
)

// Opening a pipe that nobody writes into lasts for ever, and a device may have no end.
func TestNothingButFilesIsRead(t *testing.T) {
	kinds := map[string]func(path string) error{
		"a pipe":     func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a device":   func(path string) error { return os.Symlink("/dev/zero", path) },
		"a folder":   func(path string) error { return os.Mkdir(path, 0o700) },
		"a terminal": func(path string) error { return os.Symlink("/dev/tty", path) },
	}
	places := map[string]func(f *Folder, make func(string) error) error{
		"the plan file": func(f *Folder, make func(string) error) error {
			path := filepath.Join(f.path, "grid.yaml")
			err := make(path)
			if err == nil {
				_, err = ReadGridFile(path)
			}
			return err
		},
		planName: func(f *Folder, make func(string) error) error {
			path := filepath.Join(f.path, planName)
			err := errors.Join(os.Remove(path), make(path))
			if err == nil {
				_, err = Open(f.path)
			}
			return err
		},
		shardsName: func(f *Folder, make func(string) error) error {
			err := make(filepath.Join(f.path, shardsName))
			if err == nil {
				_, err = Run(t.Context(), f, Whole, 1, nobody{})
			}
			return err
		},
		"a segment": func(f *Folder, make func(string) error) error {
			if err := make(filepath.Join(f.path, resultsName, "a"+segmentSuffix)); err != nil {
				return err
			}
			return errors.Join(scan(t, f).Problems...)
		},
		resultsName: func(f *Folder, make func(string) error) error {
			path := filepath.Join(f.path, resultsName)
			err := errors.Join(os.Remove(path), make(path))
			if err == nil {
				_, err = f.Scan(t.Context())
			}
			return err
		},
	}
	for kind, make := range kinds {
		for place, read := range places {
			if kind == "a folder" && place == resultsName {
				continue
			}
			t.Run(kind+" for "+place, func(t *testing.T) {
				f := folderOf(t, quickGrid)
				done := asynchronously(func() error { return read(f, make) })
				select {
				case err := <-done:
					var bad *input.Error
					if !errors.As(err, &bad) || !strings.Contains(err.Error(), "not a regular file") && !strings.Contains(err.Error(), "not a folder") {
						t.Errorf("got %v", err)
					}
				case <-time.After(10 * time.Second):
					t.Fatal("still reading after ten seconds")
				}
			})
		}
	}
}

// asynchronously does something in a goroutine of its own.
func asynchronously(do func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	return done
}

// A run makes way for what is no file where a segment belongs.
func TestRunSetsPipesAside(t *testing.T) {
	f := folderOf(t, quickGrid)
	if err := syscall.Mkfifo(filepath.Join(f.path, resultsName, "a"+segmentSuffix), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := complete(t, f, Whole, 1); len(s.Aside) != 1 || len(s.Problems) != 0 || s.Err() != nil {
		t.Errorf("%+v", s)
	}
}

func TestFilesWithoutEndAreRefused(t *testing.T) {
	f := folderOf(t, quickGrid)
	for name, size := range map[string]int64{planName: maxPlan + 1, shardsName: maxShardsFile + 1, "grid.yaml": 1 << 40} {
		path := filepath.Join(f.path, name)
		file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			err = errors.Join(file.Truncate(size), file.Close()) // holds nothing, and takes no room
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	_, plan := Open(f.path)
	_, shards := f.Shards()
	_, grid := ReadGridFile(filepath.Join(f.path, "grid.yaml"))
	for _, err := range []error{plan, shards, grid} {
		var bad *input.Error
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), "bytes long, and none of its kind has more than") {
			t.Errorf("got %v", err)
		}
	}
}
