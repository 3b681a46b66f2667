package present

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/pace"
)

func TestPageSaysWhatCameOfTheKernelsTrial(t *testing.T) {
	all, err := pace.CommittedTrials()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("..", "pace", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if want := KernelTrialSentences(all); !strings.Contains(words(string(text)), words(want)) {
		t.Errorf("the page lacks, or has otherwise:\n%s", want)
	}
	if _, err := KernelTrial(all).HTML(context.Background()); err != nil {
		t.Error(err)
	}
}
