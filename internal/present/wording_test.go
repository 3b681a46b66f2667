package present

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"actscope/internal/config"
)

// A page's command is pasted into a shell, and what it is made of may come from a file that
// anybody wrote.
func TestCommandsOfPagesHoldWordsOnly(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh to read words with")
	}
	words := func(command string) []string {
		out, err := exec.Command(sh, "-c", `printf '%s|' `+command).Output()
		if err != nil {
			t.Fatalf("%v from %s", err, command)
		}
		return strings.Split(strings.TrimSuffix(string(out), "|"), "|")
	}
	c := config.Article()
	c.Dataset, c.Label, c.Init, c.Activations = "csv:o/a b/p;id>x.csv", "it's\n$(id)", "-", []string{"z*sigmoid(1.7*z)"}
	for _, test := range []struct {
		command string
		want    []string
	}{
		{again("compare", c.Entries(), config.Article().Entries()),
			[]string{"compare", "--dataset", c.Dataset, "--label", c.Label, "--activations", "z*sigmoid(1.7*z)", "--init", "-"}},
		{claimsAgain("actscope claims --hidden 1 --claim relu-grows"), []string{"go", "run", "./cmd/actscope", "claims", "--hidden", "1", "--claim", "relu-grows"}},
		{claimsAgain("id; claims; id $(id) 'it'\\''s'"), []string{"go", "run", "./cmd/actscope", "claims", "id", "$(id)", "it's"}},
		{claimsAgain(""), []string{"go", "run", "./cmd/actscope", "claims"}},
	} {
		if got := words(test.command); !slices.Equal(got, test.want) {
			t.Errorf("%s is read as %q, want %q", test.command, got, test.want)
		}
	}
}
