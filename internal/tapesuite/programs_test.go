package tapesuite

import (
	_ "embed"
	"encoding/gob"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	programs = flag.Bool("programs", false, "run Gorgonia's example programs on our machine")
	rounds   = flag.Int("rounds", 1, "of interleaved runs of each program, to time it")
)

//go:embed testdata/either.go.txt
var either string

// step is what a run of a graph left, as either.go.txt writes it.
type step struct {
	Machine, Run int
	What         string
	Values       []float64
}

// summary is what a program did, and how long it took, as either.go.txt writes it.
type summary struct {
	Runs, Machines  int
	Run, Loop, Make time.Duration
	Opaque          float64
	Do              map[string]float64
}

// prepare edits and builds a program, or says what it lacks.
func (e example) prepare(c source) (folder, missing string) {
	c.t.Helper()
	folder = "examples/our_" + strings.Map(func(r rune) rune {
		if r == ' ' || r == ',' {
			return '_'
		}
		return r
	}, e.name)
	if strings.HasSuffix(e.from, ".go") {
		c.write(folder+"/main.go", strings.Replace(c.read(e.from), "package gorgonia_test", "package main", 1))
	} else if err := os.CopyFS(filepath.Join(c.folder, folder), os.DirFS(filepath.Join(c.folder, "examples", e.from))); err != nil {
		c.t.Fatal(err)
	}
	for _, edit := range e.edits {
		file := folder + "/" + edit.file
		if edit.file == "" {
			file = folder + "/main.go"
		}
		c.patch(file, edit.old, edit.replacement)
		if text := c.read(file); strings.Contains(text, "ours.") && !strings.Contains(text, `ours "actscope`) {
			c.write(file, strings.Replace(text, "import (", "import (\n\tours \"actscope/graph/machine\"\n", 1))
		}
	}
	c.patch(folder+"/main.go", "func main()", "func program()")
	c.write(folder+"/either.go", either)
	if e.data != nil {
		e.data(c)
	}
	if len(e.requires) > 0 {
		c.patch("go.mod", "require (", "require (\n\t"+strings.Join(e.requires, "\n\t"))
	}
	return filepath.Join(c.folder, folder), c.build("build", "-tags="+e.tags, "-o", folder+"/program", "./"+folder)
}

// run runs a program in its folder and returns what it did.
func (e example) run(t *testing.T, folder string, environment ...string) summary {
	t.Helper()
	c := exec.Command(filepath.Join(folder, "program"), e.args...)
	c.Dir = folder
	c.Env = append(append(os.Environ(), "GODEBUG=randautoseed=0", "ACTSCOPE_SUMMARY="+filepath.Join(folder, "summary")), environment...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", environment, err, tail(string(out)))
	}
	var s summary
	b, err := os.ReadFile(filepath.Join(folder, "summary"))
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// recorded are the steps in a file, by machine, run and what they are of.
func recorded(t *testing.T, name string) map[string][]float64 {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	steps := make(map[string][]float64)
	for d := gob.NewDecoder(f); ; {
		var s step
		if err := d.Decode(&s); errors.Is(err, io.EOF) {
			return steps
		} else if err != nil {
			t.Fatal(err)
		}
		steps[fmt.Sprintf("machine %d, run %d: %s", s.Machine, s.Run, s.What)] = s.Values
	}
}

// apart is the largest difference of two arrays, relative to the largest number of the second.
func apart(got, want []float64) (difference float64) {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	largest := 0.0
	for i, w := range want {
		if g := got[i]; g != w && !(math.IsNaN(g) && math.IsNaN(w)) {
			if d := math.Abs(g - w); d > difference || math.IsNaN(d) {
				difference = d
			}
		}
		if !math.IsNaN(w) && !math.IsInf(w, 0) {
			largest = max(largest, math.Abs(w))
		}
	}
	if difference == 0 {
		return 0
	}
	return difference / largest
}

// The programs leave the same numbers after each run. What they take is printed as a table in
// Markdown; a step is from one run to the next, with all that the program does between them:
// solver, data, printing, other machines.
func TestProgramsLeaveTheSameNumbersAsOnTheTape(t *testing.T) {
	if !*programs {
		t.Skip("asked for by -args -programs")
	}
	c, missing := copied(t)
	if missing != "" {
		t.Skip(missing)
	}
	// What draws random numbers starts from a count, not from the clock.
	c.write("seed.go", "package gorgonia\n\nvar seeds int64\n\nfunc seed() int64 { seeds++; return seeds }\n")
	for _, file := range []string{"weights.go", "nn.go", "op_nn.go"} {
		c.patch(file, "time.Now().UnixNano()", "seed()")
		c.patch(file, "\t\"time\"\n", "")
	}
	gomod := c.read("go.mod")
	table := []string{
		"| program | a step on the tape | here | times | runs alone | steps | planned in | largest difference | in operators' own `Do` |",
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
	}
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			c := source{t, c.folder}
			c.write("go.mod", gomod)
			folder, missing := e.prepare(c)
			if missing != "" {
				table = append(table, "| "+e.name+" | | | | | | | | skipped: what it imports is not there |")
				t.Skip(missing)
			}
			e.run(t, folder, "ACTSCOPE_VM=tape", "ACTSCOPE_RECORD=tape")
			e.run(t, folder, "ACTSCOPE_VM=machine", "ACTSCOPE_RECORD=machine")
			want, got := recorded(t, filepath.Join(folder, "tape")), recorded(t, filepath.Join(folder, "machine"))
			worst, at := 0.0, ""
			for _, what := range slices.Sorted(maps.Keys(want)) {
				if d := apart(got[what], want[what]); d > worst || math.IsNaN(d) {
					worst, at = d, what
				}
			}
			if len(want) != len(got) || len(want) == 0 || !(worst <= e.within) {
				t.Errorf("%d arrays, on the tape %d; %s is %.2g apart, %.2g is allowed", len(got), len(want), at, worst, e.within)
			}
			t.Logf("%d arrays are compared; %s is %.2g apart", len(want), at, worst)
			profiled := e.run(t, folder, "ACTSCOPE_VM=machine", "ACTSCOPE_PROFILE=3")
			var tape, ours, ratios, alone, plans []float64
			for range *rounds {
				a, b := e.run(t, folder, "ACTSCOPE_VM=tape"), e.run(t, folder, "ACTSCOPE_VM=machine")
				tape, ours = append(tape, a.step()), append(ours, b.step())
				ratios, alone = append(ratios, a.step()/b.step()), append(alone, float64(a.Run)/float64(b.Run))
				plans = append(plans, float64(b.Make)/float64(b.Machines)/1e6)
			}
			row := fmt.Sprintf("| %s | %s | %s | %.1f | %.1f | %d | %s | %s | %s |", e.name, milliseconds(median(tape)), milliseconds(median(ours)), median(ratios), median(alone), profiled.Runs, milliseconds(median(plans)), difference(worst), profiled.operators())
			table = append(table, row)
			t.Log(row)
			os.RemoveAll(filepath.Join(folder, "tape"))
			os.RemoveAll(filepath.Join(folder, "machine"))
		})
	}
	fmt.Println(strings.Join(table, "\n"))
	for _, o := range others {
		fmt.Printf("%s: %s\n", o[0], o[1])
	}
}

// step is the time from one run to the next, in milliseconds.
func (s summary) step() float64 { return float64(s.Loop) / float64(s.Runs) / 1e6 }

func milliseconds(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f ms", x)
	case x >= 1:
		return fmt.Sprintf("%.1f ms", x)
	}
	return fmt.Sprintf("%.0f µs", 1000*x)
}

func difference(x float64) string {
	if x == 0 {
		return "none"
	}
	return fmt.Sprintf("%.0e", x)
}

// operators are those whose own Do ran, with their share of the time.
func (s summary) operators() string {
	var lines []string
	for _, name := range slices.SortedFunc(maps.Keys(s.Do), func(a, b string) int { return int(1e6 * (s.Do[b] - s.Do[a])) }) {
		lines = append(lines, fmt.Sprintf("`%s` %.1f %%", name, 100*s.Do[name]))
	}
	if len(lines) == 0 {
		return "none"
	}
	return fmt.Sprintf("%.0f %%: %s", 100*s.Opaque, strings.Join(lines, ", "))
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	if n := len(x); n%2 == 0 {
		return (x[n/2-1] + x[n/2]) / 2
	}
	return x[len(x)/2]
}
