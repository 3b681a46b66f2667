package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestDiffSaysWhereRunsPart(t *testing.T) {
	dir := t.TempDir()
	first, again, other := filepath.Join(dir, "first"), filepath.Join(dir, "again"), filepath.Join(dir, "other")
	tiny := []string{"compare", "--samples", "40", "--hidden", "3", "--format", "svg", "--quiet", "--out"}
	succeed(t, append(tiny, first, "--epochs", "3")...)
	succeed(t, append(tiny, again, "--epochs", "3")...)
	succeed(t, append(tiny, other, "--epochs", "4", "--activations", "relu,tanh")...)

	if o := succeed(t, "diff", first, again, "--exit-code"); o.stdout != "The runs have the same settings, results and arrays.\n" {
		t.Errorf("equal runs: %s", o.stdout)
	}
	o := succeed(t, "diff", first, other)
	for _, line := range []string{"epochs       3 ", "relu loss_history ", "Only " + first + " has the network sigmoid.", "Only " + other + " has the network tanh.", " are in " + other + " only."} {
		if !strings.Contains(o.stdout, line) {
			t.Errorf("no %q in\n%s", line, o.stdout)
		}
	}
	if strings.Contains(o.stdout, "tanh final_loss") {
		t.Errorf("a network that the other run lacks has rows:\n%s", o.stdout)
	}
	o = command(t.Context(), "diff", first, other, "--exit-code", "--json")
	var d struct {
		Settings []struct {
			Key           string
			First, Second any
		}
		Results, Arrays []struct{ Key string }
	}
	if err := json.Unmarshal([]byte(o.stdout), &d); err != nil || o.status != 1 || len(d.Settings) != 2 || d.Settings[1].Second != 4.0 || len(d.Results) == 0 || len(d.Arrays) == 0 {
		t.Errorf("status %d, %v, %+v", o.status, err, d)
	}
	if o := command(t.Context(), "diff", first, filepath.Join(dir, "none")); o.status != 2 || !strings.Contains(o.stderr, filepath.Join("none", "run.json")) {
		t.Errorf("status %d: %s", o.status, o.stderr)
	}
}
