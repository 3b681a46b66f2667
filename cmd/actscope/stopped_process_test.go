//go:build unix

package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Work that is stopped by a signal while it trains keeps what it has, and ends as one
// that never was stopped.
func TestStoppedWorkGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	for _, c := range []struct {
		args func(out string, more ...string) []string
		more []string
		log  string
	}{
		{tinyCost, []string{"--epochs", "200", "--latency=false", "--jobs", "2"}, trialsLog},
		{tiny, []string{"--epochs", "150", "--seeds", "12", "--jobs", "2"}, unfinishedLog},
	} {
		whole, dir := t.TempDir(), filepath.Join(t.TempDir(), "out")
		succeed(t, c.args(whole, c.more...)...)
		stopped := func(after time.Duration) map[string]string {
			cmd := program(t, c.args(dir, c.more...)...)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for {
				if _, err := os.Stat(filepath.Join(dir, "manifest.json")); err == nil {
					break
				}
				time.Sleep(time.Millisecond)
			}
			time.Sleep(after)
			start := time.Now()
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if s := exitStatus(t, cmd.Wait()); s != statusStopped || !strings.Contains(stderr.String(), "run again") {
				t.Fatalf("%s: stopped %v after it began: status %d, %s", c.log, after, s, stderr.String())
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("stopped after %v", took)
			}
			return leftIn(t, dir)
		}
		left := stopped(50 * time.Millisecond)
		for after := 100 * time.Millisecond; len(left) == 0; after *= 2 { // nothing was trained yet
			left = stopped(after)
		}
		if names := slices.Sorted(maps.Keys(left)); !slices.Equal(names, []string{"manifest.json", c.log}) {
			t.Errorf("left behind: %v", names)
		}
		succeed(t, c.args(dir, c.more...)...)
		if !maps.Equal(tree(t, whole), tree(t, dir)) {
			t.Errorf("the folder of the work that was stopped, %s, is another one", c.log)
		}
	}
}
