package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// goList is the output of go list, line by line.
func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// The packages in the order in which data flows.
var flow = []string{"actscope/data", "actscope/graph", "actscope/models", "actscope/internal/study", "actscope/viz", "actscope/viz/figures", "actscope/viz/report", "actscope/cmd/actscope"}

func TestNoPackageImportsALaterOne(t *testing.T) {
	for i, early := range flow {
		deps := goList(t, "-deps", early)
		for _, late := range flow[i+1:] {
			if slices.Contains(deps, late) {
				t.Errorf("%s depends on %s", early, late)
			}
		}
	}
}

func TestOnlyTheirPackagesKnowGorgoniaAndGoChart(t *testing.T) {
	for _, p := range goList(t, "actscope/...") {
		imports := goList(t, "-f", `{{join .Imports "\n"}}`, p)
		if slices.Contains(imports, "gorgonia.org/gorgonia") && p != "actscope/graph" && !strings.HasPrefix(p, "actscope/graph/") {
			t.Errorf("%s imports Gorgonia", p)
		}
		if slices.Contains(imports, "github.com/wcharczuk/go-chart/v2") && p != "actscope/viz" {
			t.Errorf("%s imports go-chart", p)
		}
	}
}

func TestTrainingGoesThroughGorgoniaOnly(t *testing.T) {
	deps := goList(t, "-deps", "actscope/models")
	if !slices.Contains(deps, "gorgonia.org/gorgonia") {
		t.Error("package models does without Gorgonia")
	}
	for _, d := range deps {
		if strings.Contains(d, "handcoded") {
			t.Errorf("package models depends on %s", d)
		}
	}
}

func TestTheWitnessIsIndependent(t *testing.T) {
	for _, d := range goList(t, "-deps", "actscope/models/handcoded") {
		if strings.HasPrefix(d, "gorgonia.org/") || strings.HasPrefix(d, "actscope/graph") {
			t.Errorf("the hand-coded networks depend on %s", d)
		}
	}
}
