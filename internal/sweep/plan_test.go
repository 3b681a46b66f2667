package sweep

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"actscope/internal/config"
	"actscope/internal/experiment"
)

const issueGrid = "activations: [sigmoid, relu]\nhidden: [\"8,8\", \"16,16,16\"]\nseed: 1..50\nepochs: 400\n"

func TestPlanCombinesItsAxes(t *testing.T) {
	p := planOf(t, issueGrid)
	if p.Trials() != 200 {
		t.Fatalf("%d trials, want 200", p.Trials())
	}
	if got := fmt.Sprint(p.Axes()); got != "[{activations 2} {hidden 2} {seed 50}]" {
		t.Errorf("axes %s", got)
	}
	if depth, err := p.Depth(); err != nil || depth != 3 {
		t.Errorf("depth %d, %v, want 3", depth, err)
	}
	i := 0
	ids := make(map[string]bool)
	for _, activation := range []string{"sigmoid", "relu"} {
		for _, hidden := range [][]int{{8, 8}, {16, 16, 16}} {
			for seed := int64(1); seed <= 50; seed++ {
				trial, err := p.Trial(i)
				if err != nil {
					t.Fatal(err)
				}
				c := trial.Config
				if !slices.Equal(c.Activations, []string{activation}) || !slices.Equal(c.Hidden, hidden) || c.Seed != seed || c.Epochs != 400 {
					t.Errorf("trial %d is %+v", i, c)
				}
				ids[trial.ID] = true
				i++
			}
		}
	}
	if len(ids) != 200 {
		t.Errorf("%d ids for 200 trials", len(ids))
	}
	for _, outside := range []int{-1, 200} {
		if _, err := p.Trial(outside); err == nil {
			t.Errorf("there is a trial %d", outside)
		}
	}
}

// Every setting that flags know is an axis of a plan, also those that are added to
// the program later.
func TestEverySettingCanBeWritten(t *testing.T) {
	for _, s := range config.Settings() {
		c := config.Article()
		c.Activations = c.Activations[:1]
		p := planOf(t, fmt.Sprintf("%s: [%q]\n", s.Key, s.Get(c)))
		trial, err := p.Trial(0)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Get(trial.Config); got != s.Get(c) {
			t.Errorf("%s is %q, want %q", s.Key, got, s.Get(c))
		}
	}
}

func TestPlanDoesNotDependOnTheOrderOfKeys(t *testing.T) {
	lines := strings.SplitAfter(strings.TrimSuffix(issueGrid, "\n")+"\n", "\n")
	slices.Reverse(lines)
	if a, b := planOf(t, issueGrid), planOf(t, strings.Join(lines, "")); a.Hash() != b.Hash() {
		t.Error("the reversed file is another plan")
	}
}

func TestIDIsThatOfTheConfiguration(t *testing.T) {
	one, err := planOf(t, "activations: relu\nseed: 7\n").Trial(0)
	if err != nil {
		t.Fatal(err)
	}
	many := planOf(t, "activations: [tanh, relu]\nseed: 1..9\n")
	for i := range many.Trials() {
		trial, err := many.Trial(i)
		if err != nil {
			t.Fatal(err)
		}
		same := trial.Config.Seed == 7 && trial.Config.Activations[0] == "relu"
		if (trial.ID == one.ID) != same {
			t.Errorf("trial %d has id %s beside %s", i, trial.ID, one.ID)
		}
	}
}

func TestPlanDependsOnTheProgram(t *testing.T) {
	g, err := ReadGrid("grid.yaml", []byte(issueGrid))
	if err != nil {
		t.Fatal(err)
	}
	hashes := make(map[string]bool)
	for _, provenance := range []experiment.Provenance{{Version: "1", Kernels: "a"}, {Version: "2", Kernels: "a"}, {Version: "1", Kernels: "b"}} {
		p, err := NewPlan(t.Context(), g, provenance)
		if err != nil {
			t.Fatal(err)
		}
		hashes[p.Hash()] = true
	}
	if len(hashes) != 3 {
		t.Errorf("%d hashes for 3 programs", len(hashes))
	}
}

func TestAMillionTrialsTakeNoMemory(t *testing.T) {
	text := "activations: [sigmoid, relu]\nlearning-rate: [0.01, 0.02, 0.05, 0.1, 0.2]\nseed: 1..100000\n"
	planOf(t, text) // which looks up the program once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p := planOf(t, text)
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; p.Trials() != 1_000_000 || bytes > 1<<20 {
		t.Errorf("planning %d trials allocates %d bytes", p.Trials(), bytes)
	}
}

func TestEditedPlanIsRefused(t *testing.T) {
	p := planOf(t, issueGrid)
	content, err := p.encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := decodePlan("plan.json", content)
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash() != p.Hash() || again.Trials() != 200 || again.Provenance != p.Provenance {
		t.Errorf("read back as %+v", again)
	}
	for i := range content {
		for _, change := range []byte{'0', 'z', '"', ' '} {
			if content[i] == change {
				continue
			}
			edited := bytes.Clone(content)
			edited[i] = change
			if _, err := decodePlan("plan.json", edited); err == nil {
				t.Fatalf("a plan with %q for %q at byte %d was accepted", change, content[i], i)
			}
		}
		if _, err := decodePlan("plan.json", content[:i]); err == nil {
			t.Fatalf("a plan of %d bytes was accepted", i)
		}
	}
	if _, err := decodePlan("plan.json", append(bytes.Clone(content), '\n')); err == nil {
		t.Error("a plan with something behind its end was accepted")
	}
}
