package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"actscope/internal/claims"
)

// tiny is a design that trains in a moment.
func tiny(dir string, more ...string) []string {
	return append([]string{"claims", "--quick", "--seeds", "3", "--samples", "40", "--epochs", "4", "--hidden", "3,3", "--format", "svg", "--out", dir, "--quiet"}, more...)
}

func TestClaims(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "one")
	o := succeed(t, tiny(dir, "--jobs", "1")...)
	whole, err := claims.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(o.stdout, "\n"); lines != 1+len(whole.Verdicts)+4+2+len(whole.Interventions) || o.stderr != "" {
		t.Errorf("prints\n%s%s", o.stdout, o.stderr)
	}
	t.Run("same folder whatever the jobs", func(t *testing.T) {
		t.Parallel()
		checkClaimsFolder(t, tree(t, dir))
	})
	for _, i := range []int{3, 130, len(whole.Claims) - 1} {
		t.Run("command of row "+strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			checkClaimsCommand(t, whole.Claims[i])
		})
	}
}

// checkClaimsFolder makes a folder again with more jobs and redraws it, and looks at what
// is printed as JSON.
func checkClaimsFolder(t *testing.T, files map[string]string) {
	want := []string{"claims.csv", "controls.csv", "grid.csv", "interventions.csv", "manifest.json", "networks.csv", "report.html", "run.json", "trials.csv"}
	for _, figure := range []string{"accuracy_curves", "claim_shares", "claims_by_setting", "intervention_effects", "intervention_grid"} {
		want = append(want, "figures/"+figure+".svg")
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("files %v", got)
	}
	dir := filepath.Join(t.TempDir(), "several")
	o := succeed(t, tiny(dir, "--jobs", "3", "--json")...)
	if !maps.Equal(files, tree(t, dir)) {
		t.Error("two runs wrote different files")
	}
	succeed(t, "figures", dir, "--format", "svg")
	if !maps.Equal(files, tree(t, dir)) {
		t.Error("redrawn, the folder is another one")
	}
	if o.stdout != files["run.json"] {
		t.Error("run.json is not what is printed")
	}
	var result struct {
		Claims []struct {
			ID, Setting, Verdict, Command string
			Seeds, Holds                  int
			Low, High                     *float64
		}
	}
	if err := json.Unmarshal([]byte(o.stdout), &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Claims) < 100 {
		t.Errorf("%d rows", len(result.Claims))
	}
	for _, c := range result.Claims {
		if c.ID == "" || c.Setting == "" || c.Seeds < 2 && c.ID != "relu-tells-more-equal" || c.Holds > c.Seeds || c.Low == nil || c.High == nil || c.Verdict == "" || c.Command == "" {
			t.Errorf("%+v", c)
		}
	}
}

// checkClaimsCommand runs the command of a row, which gives its counts and its effect
// again, and no better verdict.
func checkClaimsCommand(t *testing.T, want claims.Row) {
	part := filepath.Join(t.TempDir(), "part")
	args := strings.Fields(strings.TrimPrefix(want.Command, "actscope "))
	o := succeed(t, append(args, "--quiet", "--format", "svg", "--out", part)...)
	if !strings.Contains(o.stdout, want.ID+"  "+want.Variant) {
		t.Errorf("%s prints\n%s", want.Command, o.stdout)
	}
	r, err := claims.Load(part)
	if err != nil {
		t.Fatal(err)
	}
	got := *r.Row(want.ID, want.Variant)
	if got.Seeds != want.Seeds || got.Holds != want.Holds || got.Low != want.Low || got.Standing != want.Standing ||
		fmt.Sprint(got.Effect) != fmt.Sprint(want.Effect) {
		t.Errorf("%s gives %+v, want %+v", want.Command, got, want)
	}
}

func TestClaimsRefusesWhatItCannotUse(t *testing.T) {
	t.Parallel()
	oneClass := filepath.Join(t.TempDir(), "one.csv")
	if err := os.WriteFile(oneClass, []byte("a,b,class\n1,2,x\n2,3,x\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"seeds: 0 data seeds":                       {"--seeds", "0"},
		"seeds: -4 data seeds":                      {"--seeds", "-4"},
		"invalid argument \"many\" for \"--seeds\"": {"--seeds", "many"},
		"jobs: 0":                                     {"--jobs", "0"},
		"unknown claim \"accuracy-gp\"":               {"--claim", "accuracy-gp"},
		"unknown setting \"epoch=3\"":                 {"--setting", "epoch=3"},
		"width=4: depth-pays-relu says nothing about": {"--claim", "depth-pays-relu", "--setting", "width=4", "--hidden", "8,8"},
		"class":                    {"--dataset", "csv:" + oneClass},
		"no training row of class": {"--samples", "2"},
		"activations: 1 of them: name two or three": {"--activations", "tanh"},
		"activations: 4 of them":                    {"--activations", "tanh,relu,elu,gelu"},
		"unknown flag --data-seed":                  {"--data-seed", "3"},
		"split-seed: the design":                    {"--dataset", "csv:" + oneClass, "--split-seed", "7"},
	} {
		dir := filepath.Join(t.TempDir(), "out")
		o := command(t.Context(), append([]string{"claims", "--quick", "--quiet", "--out", dir}, args...)...)
		if o.status != statusUsage || !strings.Contains(o.stderr, want) || o.stdout != "" {
			t.Errorf("%v: status %d, %s%s", args, o.status, o.stdout, o.stderr)
		}
		if _, err := os.Stat(filepath.Join(dir, "run.json")); err == nil {
			t.Errorf("%v: wrote a result", args)
		}
	}
}
