package main

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"actscope/graph"
)

func TestGraphShowsWhatItBuilt(t *testing.T) {
	t.Parallel()
	if o := succeed(t, "graph", "--activation", "relu"); !strings.Contains(o.stdout, "105 parameters in 6 arrays, 6 gradients") || !strings.Contains(o.stdout, "(0 by operators' own code)") {
		t.Errorf("summary: %s", o.stdout)
	}
	plan := succeed(t, "graph", "--plan").stdout
	for _, part := range []string{"W1", "z1", "affine", "fused", "kernel"} {
		if !strings.Contains(plan, part) {
			t.Errorf("%q is missing in the plan:\n%s", part, plan)
		}
	}
	var described struct {
		Rows  int
		Nodes []graph.NodeDescription
	}
	if err := json.Unmarshal([]byte(succeed(t, "graph", "--as", "json", "--hidden", "3").stdout), &described); err != nil {
		t.Fatal(err)
	}
	gradients, captured := 0, 0
	for _, n := range described.Nodes {
		if n.Role == graph.RoleGradient {
			gradients++
		}
		if n.Captured {
			captured++
		}
	}
	if described.Rows != 64 || gradients != 4 || captured != 4 {
		t.Errorf("%d rows, %d gradients, %d captured stages", described.Rows, gradients, captured)
	}
}

func TestGraphIsDrawnByGraphviz(t *testing.T) {
	t.Parallel()
	text := succeed(t, "graph", "--as", "dot", "--hidden", "3").stdout
	if again := succeed(t, "graph", "--as", "dot", "--hidden", "3").stdout; again != text {
		t.Error("the same graph is written differently")
	}
	for _, part := range []string{"strict digraph actscope", `"W1\n[2 3]"`, "->", "grad_b2"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
	if _, err := exec.LookPath("dot"); err != nil {
		t.Skip("no Graphviz: install graphviz to have the graph drawn")
	}
	dot := exec.Command("dot", "-Tsvg")
	dot.Stdin = strings.NewReader(text)
	if out, err := dot.CombinedOutput(); err != nil || !strings.Contains(string(out), "<svg") {
		t.Errorf("%v: %.300s", err, out)
	}
}

func TestBadGraphInputIsRefused(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--as svg":           `as: "svg"`,
		"--as dot --plan":    "plan",
		"--activation swish": `unknown activation "swish"`,
		"--hidden 0":         "hidden: layer 1 has 0 units",
		"--batch-size 0":     "batch-size: 0",
		"--activations relu": "unknown flag",
	} {
		if o := command(t.Context(), append([]string{"graph"}, strings.Fields(args)...)...); o.status != statusUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: status %d, %q", args, o.status, o.stderr)
		}
	}
}
