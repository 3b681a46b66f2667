package tapesuite

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var download = flag.Bool("download", false, "fetch what Gorgonia's tests and examples import")

// module is what the copy is built with: the versions that this repository uses.
const module = `module gorgonia.org/gorgonia

go 1.26.8

require (
	actscope v0.0.0
	github.com/stretchr/testify v1.9.0
	go4.org/unsafe/assume-no-moving-gc v0.0.0-20231121144256-b99613f794b6
	gorgonia.org/tensor v0.9.24
)

replace actscope => %s
`

// source is a copy of Gorgonia's source in a temporary folder.
type source struct {
	t      *testing.T
	folder string
}

// copied makes the copy, or says what is missing.
func copied(t *testing.T) (c source, missing string) {
	t.Helper()
	list := func(args ...string) (string, error) {
		out, err := exec.Command("go", append([]string{"list", "-m", "-f", "{{.Dir}}"}, args...)...).Output()
		return strings.TrimSpace(string(out)), err
	}
	cached, err := list("gorgonia.org/gorgonia")
	if err != nil || cached == "" {
		return c, "Gorgonia's source is not in the cache of modules"
	}
	home, err := list()
	if err != nil {
		t.Fatal(err)
	}
	c = source{t, filepath.Join(t.TempDir(), "gorgonia")}
	if err := os.CopyFS(c.folder, os.DirFS(cached)); err != nil {
		t.Fatal(err)
	}
	if err := filepath.WalkDir(c.folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	c.write("go.mod", fmt.Sprintf(module, home))
	var sums []string
	for _, of := range []string{home, cached} {
		sum, err := os.ReadFile(filepath.Join(of, "go.sum"))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, strings.Split(strings.TrimSpace(string(sum)), "\n")...)
	}
	slices.Sort(sums)
	c.write("go.sum", strings.Join(slices.Compact(sums), "\n")+"\n")
	return c, ""
}

func (c source) read(name string) string {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.folder, name))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}

func (c source) write(name, text string) {
	c.t.Helper()
	path := filepath.Join(c.folder, name)
	os.Remove(path) // the cache's files may only be read
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		c.t.Fatal(err)
	}
}

// patch replaces what has to be there.
func (c source) patch(name, old, replacement string) {
	c.t.Helper()
	text := c.read(name)
	if !strings.Contains(text, old) {
		c.t.Fatalf("%s has no %q", name, old)
	}
	c.write(name, strings.ReplaceAll(text, old, replacement))
}

// build runs the go command in the copy, or says what the cache of modules lacks; with
// -download it is fetched.
func (c source) build(args ...string) (missing string) {
	c.t.Helper()
	run := func(environment ...string) (string, error) {
		build := exec.Command("go", args...)
		build.Dir = c.folder
		build.Env = append(append(os.Environ(), "GOFLAGS=-mod=mod"), environment...)
		out, err := build.CombinedOutput()
		return string(out), err
	}
	out, err := run("GOPROXY=off", "GOSUMDB=off") // what is in the cache was checked when it came
	lacks := err != nil && (strings.Contains(out, "module lookup disabled") || strings.Contains(out, "missing go.sum entry"))
	if lacks && *download {
		if out, err = run(); err == nil {
			return ""
		}
	}
	if lacks {
		return "what is imported is not in the cache of modules (-download fetches it):\n" + out
	}
	if err != nil {
		c.t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return ""
}
