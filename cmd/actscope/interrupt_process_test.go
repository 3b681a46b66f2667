//go:build unix

package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Go says of each package when it is initialised: ours is before Gorgonia, and from then on
// a signal gives the status that means "run again".
func TestSignalWhilePackagesAreInitialisedIsHeard(t *testing.T) {
	t.Parallel()
	cmd := program(t, "compare", "--out", t.TempDir())
	cmd.Env = append(cmd.Env, "GODEBUG=inittrace=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "init actscope/internal/interrupt ") {
		if strings.HasPrefix(lines.Text(), "init gorgonia.org/gorgonia ") {
			t.Error("Gorgonia is initialised first")
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(stderr)
	if s := exitStatus(t, cmd.Wait()); s != statusStopped {
		t.Errorf("status %d, %s", s, rest)
	}
}

// hanging is the program with more to write than a pipe that nobody reads holds, once it
// hangs there.
func hanging(t *testing.T) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	cmd = program(t, "graph", "--hidden", strings.TrimSuffix(strings.Repeat("8,", 40), ","), "--as", "json")
	stderr = new(bytes.Buffer)
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1)
	if _, err := io.ReadFull(stdout, first); err != nil {
		t.Fatal(err)
	}
	return cmd, stderr
}

func TestSecondSignalEndsWhateverHangs(t *testing.T) {
	t.Parallel()
	for _, second := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		cmd, stderr := hanging(t)
		for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGTERM} { // as timeout sends them: one
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(300 * time.Millisecond)
		start := time.Now()
		if err := cmd.Process.Signal(second); err != nil {
			t.Fatal(err)
		}
		if s := exitStatus(t, cmd.Wait()); s != statusStopped || !strings.Contains(stderr.String(), "second signal") || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%v: status %d, %s", second, s, stderr)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%v: ended after %v", second, took)
		}
	}
}

func TestLostConnectionStopsUnlessItIsIgnored(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh to ignore a signal with")
	}
	for _, c := range []struct {
		before  []string
		signals []os.Signal
	}{
		{nil, []os.Signal{syscall.SIGHUP}},
		{[]string{shell, "-c", `trap "" HUP; exec "$0" "$@"`}, []os.Signal{syscall.SIGHUP, syscall.SIGTERM}}, // nohup
	} {
		out := filepath.Join(t.TempDir(), "out")
		cmd := program(t, "compare", "--epochs", "1000000", "--out", out)
		if c.before != nil {
			cmd.Args, cmd.Path = append(c.before, cmd.Args...), c.before[0]
		}
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
		for i, signal := range c.signals {
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if i < len(c.signals)-1 {
				time.Sleep(time.Second) // in which one that is heard would stop it
				if err := cmd.Process.Signal(syscall.Signal(0)); err != nil {
					t.Fatalf("stopped by %v: %v", signal, err)
				}
			}
		}
		rest, _ := io.ReadAll(stderr)
		if s := exitStatus(t, cmd.Wait()); s != statusStopped || !strings.Contains(string(rest), "run again") {
			t.Errorf("status %d, %s", s, rest)
		}
	}
}
