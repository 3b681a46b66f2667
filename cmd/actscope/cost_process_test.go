//go:build unix

package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A search that is stopped by a signal while it trains keeps what it has, and ends as
// one that never was stopped.
func TestStoppedCostGoesOn(t *testing.T) {
	longer := []string{"--epochs", "200", "--latency=false", "--jobs", "2"}
	whole, dir := t.TempDir(), filepath.Join(t.TempDir(), "out")
	succeed(t, tinyCost(whole, longer...)...)
	cmd := program(t, tinyCost(dir, longer...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "figures")); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond) // for some trainings
	start := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if s := exitStatus(t, cmd.Wait()); s != statusStopped || !strings.Contains(stderr.String(), "run again") {
		t.Errorf("status %d, %s", s, stderr.String())
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("stopped after %v", took)
	}
	left := tree(t, dir)
	if n := len(left["trials.json"]); len(left) != 1 || n == 0 || n >= len(tree(t, whole)["trials.json"]) {
		t.Errorf("left behind: %v", left)
	}
	succeed(t, tinyCost(dir, longer...)...)
	if !maps.Equal(tree(t, whole), tree(t, dir)) {
		t.Error("the folder of the search that was stopped is another one")
	}
}
