package present

import (
	"context"
	"os"
	"strings"
	"testing"

	"actscope/internal/pace"
)

func TestReadmeSaysWhatCameOfTheKernelsTrial(t *testing.T) {
	all, err := pace.CommittedTrials()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if want := KernelTrialSentences(all); !strings.Contains(words(string(text)), words(want)) {
		t.Errorf("the README lacks, or has otherwise:\n%s", want)
	}
	if _, err := KernelTrial(all).HTML(context.Background(), nil); err != nil {
		t.Error(err)
	}
}
