//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is this program as another process.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

func TestSignalsStopWithinASecond(t *testing.T) {
	for _, c := range []struct {
		signal os.Signal
		args   []string
	}{
		{os.Interrupt, []string{"compare", "--epochs", "1000000"}},
		{syscall.SIGTERM, []string{"compare", "--epochs", "1000000"}},
		{os.Interrupt, []string{"claims", "--seeds", "5", "--epochs", "100000"}},
	} {
		t.Run(c.args[0]+" "+c.signal.String(), func(t *testing.T) {
			out := t.TempDir()
			cmd := program(t, append(c.args, "--out", out)...)
			stderr, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			first := make([]byte, 1) // the first line: training is under way
			if _, err := stderr.Read(first); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			rest, _ := io.ReadAll(stderr)
			err = cmd.Wait()
			took := time.Since(start)
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != statusStopped {
				t.Errorf("got %v, want status %d", err, statusStopped)
			}
			if took > time.Second {
				t.Errorf("stopped after %v", took)
			}
			if !strings.Contains(string(rest), "run again") {
				t.Errorf("standard error ends with %q", rest)
			}
			if files := tree(t, out); len(files) > 0 {
				t.Errorf("left behind: %v", slices.Collect(maps.Keys(files)))
			}
		})
	}
}

// A file-size limit stands for a disk that fills up.
func TestFullDiskFailsAndLeavesWholeFilesOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh to set a file-size limit with")
	}
	whole, args := t.TempDir(), []string{"compare", "--epochs", "3", "--quiet", "--out"}
	succeed(t, append(slices.Clone(args), whole)...)
	complete := tree(t, whole)
	for _, blocks := range []string{"0", "8", "300"} { // of 512 bytes: nothing, no array file, not every figure
		t.Run(blocks, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "run")
			cmd := program(t, append(slices.Clone(args), out)...)
			cmd.Args = append([]string{shell, "-c", `ulimit -f ` + blocks + ` && exec "$0" "$@"`}, cmd.Args...)
			cmd.Path = shell
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			err := cmd.Run()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != statusFailed || !strings.Contains(stderr.String(), "file too large") {
				t.Errorf("got %v, %s", err, stderr.String())
			}
			left := leftIn(t, out)
			for name, content := range left {
				switch dir, file := filepath.Split(name); {
				case file == "manifest.json":
					checkListed(t, left, dir)
				case file != "timing.json" && complete[strings.TrimPrefix(name, "undrawn/")] != content:
					t.Errorf("%s is not whole", name)
				}
			}
		})
	}
}

// leftIn are the files in a folder, which goes with a run of which nothing came.
func leftIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return tree(t, dir)
}

// checkListed wants a folder's manifest to be whole, and to list the files beside it.
func checkListed(t *testing.T, files map[string]string, dir string) {
	t.Helper()
	var manifest struct{ Files []string }
	if err := json.Unmarshal([]byte(files[dir+"manifest.json"]), &manifest); err != nil {
		t.Errorf("%smanifest.json is not whole: %v", dir, err)
	}
	var beside []string
	for name := range files {
		if file, within := strings.CutPrefix(name, dir); within && file != "manifest.json" && !strings.HasPrefix(file, "undrawn/") {
			beside = append(beside, file)
		}
	}
	slices.Sort(beside)
	if !slices.Equal(manifest.Files, beside) {
		t.Errorf("%smanifest.json lists %v beside %v", dir, manifest.Files, beside)
	}
}
