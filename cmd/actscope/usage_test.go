package main

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestJobsAreTheCoresThatSlurmGives(t *testing.T) {
	for text, want := range map[string]int{"3": 3, "": 0} {
		t.Setenv(slurmCores, text)
		if n, err := addJobs(pflag.NewFlagSet("", pflag.ContinueOnError), "trainings")(); err != nil || n < 1 || want > 0 && n != want {
			t.Errorf("with %q: %d jobs, %v", text, n, err)
		}
	}
}

func TestBrokenCoresOfSlurmAreBadUsage(t *testing.T) {
	dir, _ := planned(t, smallGrid)
	for _, cores := range []string{"many", "0", "-2", "1.5"} {
		t.Setenv(slurmCores, cores)
		for _, args := range [][]string{{"sweep", "run", dir}, tiny(t.TempDir()), tinyCost(t.TempDir())} {
			o := command(t.Context(), args...)
			if want := slurmCores + ": \"" + cores + "\" is not a number of cores: use --jobs"; o.status != statusUsage || !strings.Contains(o.stderr, want) {
				t.Errorf("%s with %q cores: status %d, %s", args[0], cores, o.status, o.stderr)
			}
		}
	}
}
