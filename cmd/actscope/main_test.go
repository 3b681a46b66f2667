package main

import (
	"bytes"
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// asProgram makes the test binary behave as the program itself.
const asProgram = "ACTSCOPE_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(mainStatus())
	}
	signal.Reset()                      // Ctrl-C is about the tests
	if signal.Ignored(syscall.SIGHUP) { // as under nohup, which programs inherit; that it is caught they do not
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	os.Exit(m.Run())
}

// outcome is what a command line left behind.
type outcome struct {
	stdout, stderr string
	status         int
}

// command runs a command line in this process.
func command(ctx context.Context, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	err := run(ctx, args, &stdout, &stderr)
	s := explain(err, &stderr)
	return outcome{stdout.String(), stderr.String(), s}
}

// succeed is command where everything but success ends the test.
func succeed(t *testing.T, args ...string) outcome {
	t.Helper()
	o := command(t.Context(), args...)
	if o.status != statusDone {
		t.Fatalf("actscope %s: status %d\n%s", strings.Join(args, " "), o.status, o.stderr)
	}
	return o
}

// tree lists the files below a directory with their contents.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	t.Parallel()
	comment, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"reproduce", "compare", "observe", "export", "predict", "diff", "claims", "cost", "gradcheck", "figures", "graph", "sweep", "theory", "kernel", "play", "version"} {
		o := succeed(t, name, "--help")
		if !strings.Contains(o.stdout, "Examples:\n  actscope "+name) {
			t.Errorf("help of %s has no example:\n%s", name, o.stdout)
		}
		if !strings.Contains(string(comment), "\n//	actscope "+name+" ") {
			t.Errorf("the package comment leaves out %s", name)
		}
	}
}
