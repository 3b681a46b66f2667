package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"actscope/models/doctor"
)

// snippet is what follows a mark in a page's text, between backquotes, "..." left out.
func snippet(t *testing.T, mark string) string {
	t.Helper()
	for _, p := range pages(t) {
		if found := regexp.MustCompile("(?s)" + regexp.QuoteMeta(mark) + "\\s`([^`]+)`").FindStringSubmatch(p.text); found != nil {
			return strings.ReplaceAll(strings.ReplaceAll(found[1], ", ...", ""), ",...", "")
		}
	}
	t.Fatalf("no page has anything after %q", mark)
	return ""
}

// The pages' writers are run where their language is at hand, and what they write is read.
func TestReadmeWriters(t *testing.T) {
	javaScript := ""
	for _, b := range blocks(t, "javascript") {
		javaScript += b
	}
	names := []string{"x", "y", "W1", "b1", "W2", "b2", "dW1", "db1", "dW2", "db2"}
	want := []doctor.Array{
		{Name: "x", Shape: []int{2, 3}, Values: []float64{1, 2, 3, 4, 5, 6}}, {Name: "y", Shape: []int{1, 2}, Values: []float64{0.1, -2e-7}},
	}
	for _, writer := range []struct {
		language string
		programs []string // the first of them that is there runs it
		file     string
		source   string
		run      func(program string) []string
		names    []string
	}{
		{"C", []string{"cc"}, "w.c", "#include <stdio.h>\n" + blocks(t, "c")[0] + `
int main(void) {
    double x[] = {1, 2, 3, 4, 5, 6}, y[] = {0.1, -2e-7};
    FILE *f = fopen("mine.json", "w");
    fputs("{", f); save(f, "x", x, 2, 3, 0); save(f, "y", y, 1, 2, 1);
    fclose(f);
}`, func(program string) []string {
			return []string{"sh", "-c", program + " -Wall -Werror -o w w.c && ./w"}
		}, names[:2]},
		{"JavaScript", []string{"node", "nodejs"}, "w.js", "const x = [[1, 2, 3], [4, 5, 6]], y = [[0.1, -2e-7]], " + strings.Join(names[2:], " = x, ") + " = x\n" + javaScript,
			func(program string) []string { return []string{program, "w.js"} }, names},
		{"Go", []string{"go"}, "w.go", `package main

import (
	"encoding/json"
	"os"
)

func main() {
	x, y := [][]float64{{1, 2, 3}, {4, 5, 6}}, [][]float64{{0.1, -2e-7}}
	f, err := os.Create("mine.json")
	if err == nil {
		err = ` + snippet(t, "In Go") + `
	}
	if err != nil {
		panic(err)
	}
}`, func(program string) []string { return []string{program, "run", "w.go"} }, names[:2]},
		{"MATLAB", []string{"octave-cli", "octave"}, "w.m", "x = [1 2 3; 4 5 6]; y = [0.1 -2e-7];\n" + snippet(t, "in MATLAB") + ";\n",
			func(program string) []string { return []string{program, "--norc", "w.m"} }, names[:2]},
	} {
		t.Run(writer.language, func(t *testing.T) {
			program := ""
			for _, candidate := range writer.programs {
				if path, err := exec.LookPath(candidate); err == nil && program == "" {
					program = path
				}
			}
			if program == "" {
				t.Skipf("no %s: install it to run the page's writer in %s", strings.Join(writer.programs, " or "), writer.language)
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, writer.file), []byte(writer.source), 0o666); err != nil {
				t.Fatal(err)
			}
			args := writer.run(program)
			command := exec.CommandContext(t.Context(), args[0], args[1:]...)
			command.Dir = dir
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s\n%s", err, out, writer.source)
			}
			arrays, err := doctor.Read(filepath.Join(dir, "mine.json"), nil)
			if err != nil || len(arrays) != len(writer.names) {
				t.Fatalf("%v, %d arrays", err, len(arrays))
			}
			for i, a := range arrays[:2] {
				if writer.language == "MATLAB" { // a row is a vector there
					a.Shape = want[i].Shape
				}
				if !reflect.DeepEqual(a, want[i]) {
					t.Errorf("%s is read as %s", fmt.Sprint(want[i]), fmt.Sprint(a))
				}
			}
		})
	}
}
