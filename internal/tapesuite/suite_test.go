package tapesuite

import (
	_ "embed"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var suite = flag.Bool("suite", false, "run Gorgonia's own tests on our machine")

//go:embed testdata/substitute.go.txt
var substitute string

// patches put what substitute.go.txt makes in the tape's place.
var patches = []struct{ after, added string }{
	{"	runFlags uint16 //  spare2: trace(copy values and put into nodes)\n", "	other    VM\n	otherErr error\n"},
	{"		setEngine(n.boundTo, m.Engine)\n", ""},
	{"	runtime.SetFinalizer(m, finalizeTapeMachine) // a \"defer\" to deinitialize CUDA stuff (if using CUDA build)\n", `	if Substitute != nil {
		m.other, m.otherErr = Substitute(m.p.g, m.bindDV(), m.bindNodesDV, m.trace(), m.evalMode, func(trace bool) error {
			if trace {
				m.doTrace()
			}
			m.Reset()
			return m.onTape()
		})
	}
`},
	{"func (m *tapeMachine) RunAll() (err error) {\n", `	if m.otherErr != nil {
		return m.otherErr
	}
	if m.other != nil {
		return m.other.RunAll()
	}
	return m.onTape()
}

func (m *tapeMachine) onTape() (err error) {
`},
}

const declared = `
// Substitute makes the machine that takes the place of the tape, which tape runs from its beginning,
// with a copy of every node's value if trace.
var Substitute func(g *ExprGraph, learns bool, learnables Nodes, trace, evaluation bool, tape func(trace bool) error) (VM, error)
`

// excused are tests that ask for something of the tape's own.
var excused = map[string]string{
	"Test_tapeMachinePointerWatchFail":  "watches the tape's registers, which our machine does not have",
	"TestBatchNormAll/#4_Float64_(3,4)": "a gradient that is 0 is compared, relatively, with the rounding errors of the tape's sums, about 1e-15",
	"TestBatchNormAll/#6_Float32_(3,2)": "likewise, about 1e-7",
}

// notKept is what is said in the place of a value that only the mode "all" keeps.
var notKept = regexp.MustCompile(`value is not kept|machine\.NotKept`)

// built makes the copy whose tests run on our machine and returns its folder, or says what is
// missing.
func built(t *testing.T) (folder, missing string) {
	t.Helper()
	c, missing := copied(t)
	if missing != "" {
		return "", missing
	}
	for _, p := range patches {
		c.patch("vm_tape.go", p.after, p.after+p.added)
	}
	c.write("vm_tape.go", c.read("vm_tape.go")+declared)
	c.write("substitute_test.go", substitute)
	return c.folder, c.build("test", "-vet=off", "-c", "-o", "suite", ".")
}

var verdict = regexp.MustCompile(`(?m)^ *--- (PASS|FAIL|SKIP): (\S+)`)

// results are the verdicts on tests, and what each top-level test printed.
type results struct {
	verdict map[string]string
	output  map[string]string
}

// run runs all tests, and each by itself where one ends the others by a panic.
func run(t *testing.T, folder, mode string, tests []string) results {
	t.Helper()
	r := results{make(map[string]string), make(map[string]string)}
	if out, _ := command(folder, mode, ".").CombinedOutput(); !strings.Contains(string(out), "panic: ") {
		for _, match := range verdict.FindAllStringSubmatch(string(out), -1) {
			r.verdict[match[2]] = match[1]
			r.output[match[2]] = string(out)
		}
		return r
	}
	var lock sync.Mutex
	var wait sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, name := range tests {
		wait.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			out, err := command(folder, mode, "^"+name+"$").CombinedOutput()
			lock.Lock()
			defer lock.Unlock()
			r.output[name] = string(out)
			for _, match := range verdict.FindAllStringSubmatch(string(out), -1) {
				r.verdict[match[2]] = match[1]
			}
			if err != nil {
				r.verdict[name] = "FAIL"
			}
		})
	}
	wait.Wait()
	return r
}

func command(folder, mode, tests string) *exec.Cmd {
	c := exec.Command(filepath.Join(folder, "suite"), "-test.v", "-test.timeout=3m", "-test.run="+tests)
	c.Dir = folder
	c.Env = append(os.Environ(), "ACTSCOPE_MODE="+mode)
	return c
}

func TestGorgoniasOwnTestsPassOnOurMachine(t *testing.T) {
	if !*suite {
		t.Skip("asked for by -args -suite")
	}
	folder, missing := built(t)
	if missing != "" {
		t.Skip(missing)
	}
	list := exec.Command(filepath.Join(folder, "suite"), "-test.list", "^(Test|Example)")
	list.Dir = folder
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	tests := strings.Fields(string(out))
	tape := run(t, folder, "", tests)
	for _, line := range slower(run(t, folder, "timed", tests).output) {
		t.Log(line)
	}
	different, runs := differences(run(t, folder, "compared", tests).output)
	for _, line := range different {
		t.Error(line)
	}
	t.Logf("%d runs of graphs without random numbers have the tape's values at all nodes, %d nodes have others", runs, len(different))
	for _, mode := range []string{"all", "outputs"} {
		ours := run(t, folder, mode, tests)
		passed, silent, apart := 0, 0, 0
		for _, name := range slices.Sorted(maps.Keys(tape.verdict)) {
			top, _, isPart := strings.Cut(name, "/")
			switch reason := excused[name]; {
			case tape.verdict[name] != "PASS":
			case ours.verdict[name] == "PASS":
				passed++
			case reason != "":
				apart++
				t.Logf("%s: %s: %s", mode, name, reason)
			case !isPart && excusedBelow(name, ours.verdict):
			case mode == "outputs" && notKept.MatchString(ours.output[top]):
				silent++ // the part before it in the same test may have failed
			default:
				t.Errorf("%s: %s passes on the tape and not on our machine:\n%s", mode, name, tail(ours.output[top]))
			}
		}
		t.Logf("%s kept: %d tests and parts of tests pass, %d read values that are not kept and are told so, %d are excused", mode, passed, silent, apart)
	}
}

// differences are the nodes whose values are not the tape's, each said once, and how many runs
// were compared.
func differences(outputs map[string]string) (lines []string, runs int) {
	seen := make(map[string]bool)
	for _, output := range outputs {
		if seen[output] {
			continue // tests that share a process share its output
		}
		seen[output] = true
		for _, line := range strings.Split(output, "\n") {
			switch _, what, found := strings.Cut(line, "COMPARED "); {
			case what == "run":
				runs++
			case found && !slices.Contains(lines, what):
				lines = append(lines, what)
			}
		}
	}
	slices.Sort(lines)
	return lines, runs
}

var ratio = regexp.MustCompile(`TIMES-THE-TAPE ([0-9.]+) (.*)`)

// slower are the graphs that took longer than on the tape, then how many took how long. The
// times of a busy machine deceive: nothing fails by them.
func slower(outputs map[string]string) (lines []string) {
	var ratios []float64
	seen := make(map[string]bool)
	for _, output := range outputs {
		for _, match := range ratio.FindAllStringSubmatch(output, -1) {
			if seen[match[0]] {
				continue // tests that share a process share its output
			}
			seen[match[0]] = true
			r, err := strconv.ParseFloat(match[1], 64)
			if err != nil {
				continue
			}
			ratios = append(ratios, r)
			if r < 0.95 {
				lines = append(lines, fmt.Sprintf("%.2f times the tape's speed: %s", r, match[2]))
			}
		}
	}
	if len(ratios) == 0 {
		return nil
	}
	slices.Sort(ratios)
	slices.Sort(lines)
	return append(lines, fmt.Sprintf("%d graphs were timed, %d of them slower than on the tape; the median is %.1f times the tape's speed", len(ratios), len(lines), ratios[len(ratios)/2]))
}

// excusedBelow reports whether all parts of a test that fail are excused.
func excusedBelow(test string, verdicts map[string]string) bool {
	found := false
	for name, v := range verdicts {
		if v == "FAIL" && strings.HasPrefix(name, test+"/") {
			if excused[name] == "" {
				return false
			}
			found = true
		}
	}
	return found
}

func tail(s string) string { return s[max(0, len(s)-3000):] }
