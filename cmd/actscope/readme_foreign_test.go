package main

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// figures are numbers that another version of a library may train to.
var figures = regexp.MustCompile(`\d+\.\d+`)

// likeReadme hides such numbers and the widths of columns that follow from them.
func likeReadme(text string) string {
	return strings.Join(strings.Fields(figures.ReplaceAllString(text, "#")), " ")
}

// The programs that train networks elsewhere, one to each block that observes one, are run with Debian's python3-torch
// and python3-sklearn.
func TestReadmeForeignNetworks(t *testing.T) {
	python := pythonWithNumPy(t)
	var scripts, calls []string
	for _, b := range blocks(t, "python") {
		if strings.Contains(b, "sklearn") {
			scripts = append(scripts, b)
		}
	}
	for _, b := range blocks(t, "console") {
		if strings.Contains(b, "actscope observe") {
			calls = append(calls, b)
		}
	}
	if len(calls) == 0 || len(calls) != len(scripts) {
		t.Fatalf("%d programs, %d blocks that observe what they trained", len(scripts), len(calls))
	}
	for i, b := range calls {
		for _, library := range []string{"sklearn", "torch"} {
			if strings.Contains(scripts[i], library) && exec.Command(python, "-c", "import "+library).Run() != nil {
				t.Skipf("no %s for %s: install python3-%s to run this", library, python, library)
			}
		}
		_, rest, _ := strings.Cut(b, "\n")
		args, want := commandAndOutput(t, rest)
		t.Chdir(t.TempDir())
		run := exec.Command(python, "-")
		run.Stdin = strings.NewReader(scripts[i])
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if o := succeed(t, append(args, "--format", "svg")...); likeReadme(o.stdout) != likeReadme(want) {
			t.Errorf("prints\n%swhere the page shows\n%s", o.stdout, want)
		}
	}
}
