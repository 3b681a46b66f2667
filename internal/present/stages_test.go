package present

import (
	"os"
	"path/filepath"
	"testing"

	"actscope/internal/config"
	"actscope/models"
	"actscope/viz/report"
)

// Without a terminal no bar is made, and none is missed.
func TestStagesAreForTerminals(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := NewStages(Messages{file}, false)
	if s != nil {
		t.Error("bars for a file")
	}
	s.Begin("figures", 2)
	s.Step()
	s.Clear()
	s.End()
	p := NewEpochProgress(file, config.Config{Activations: []string{"relu", "tanh"}}, false)
	p.Measured(0) // before the other is trained
	p.Epoch(0, models.Epoch{Number: 1})
	p.Trained(0)
	p.Trained(1)
	p.Measured(1)
	p.Finish()
	if info, err := file.Stat(); err != nil || info.Size() > 0 {
		t.Errorf("%v, %d bytes", err, info.Size())
	}
}

func TestTonesFollowVerdicts(t *testing.T) {
	for verdict, want := range map[string]report.Tone{
		"holds": report.Favourable, "agrees": report.Favourable, "agrees: but for a factor": report.Favourable, "yes": report.Favourable,
		"does not hold": report.Unfavourable, "DISAGREES": report.Unfavourable, "DISAGREES: transposed, and scaled": report.Unfavourable,
		"departs": report.Unfavourable, "NO": report.Unfavourable,
		"open": report.Unsettled, "open (power 30 % at 75 %, 80 % at 90 %)": report.Unsettled,
		"holds under the article's settings, not in general": report.Unsettled, "fails under the base settings, open elsewhere": report.Unsettled,
		"": report.Neutral, "holdsomething": report.Neutral,
	} {
		if got := tone(verdict); got != want {
			t.Errorf("%q: %v, want %v", verdict, got, want)
		}
	}
}
