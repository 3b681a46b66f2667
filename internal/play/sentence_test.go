package play

import (
	"regexp"
	"testing"

	"actscope/internal/config"
)

// The article's own run: sigmoid ends at the straight line, ReLU leaves it, and both networks keep the
// order of distances.
func TestSentenceAnswersTheQuestion(t *testing.T) {
	l := laboratory(t, config.Article())
	if got := frame(t, l).Sentence; got != "Nothing is trained yet." {
		t.Error(got)
	}
	obey(t, l, `{"do":"step","epochs":800}`)
	for l.Playing() {
		l.Advance(1e9)
	}
	want := regexp.MustCompile(`^Sigmoid is at the straight line \(79\.0 % right\) and ReLU left the straight line in epoch \d+ \(9\d\.\d % right\); of the order of distances to the boundary the layers keep ρ (\d\.\d\d, ){2}\d\.\d\d \(Sigmoid\) and (\d\.\d\d, ){2}\d\.\d\d \(ReLU\)\.$`)
	f := frame(t, l)
	if !want.MatchString(f.Sentence) {
		t.Error(f.Sentence)
	}
	if line := float64(f.Networks[0].StraightLine); line < 0.2690 || line > 0.2691 { // of logistic regression
		t.Errorf("the straight line's loss is %v", line)
	}
	if f.Networks[0].LeftLineAt != nil || f.Networks[1].LeftLineAt == nil {
		t.Error("who left the line is not said")
	}
	// Where the run goes back to, the sentence does, too.
	obey(t, l, `{"do":"scrub","epoch":8}`)
	if got := frame(t, l).Sentence; regexp.MustCompile("ReLU left").MatchString(got) {
		t.Error(got)
	}
	obey(t, l, `{"do":"set","settings":{"dataset":"y = x1*x2"}}`)
	obey(t, l, `{"do":"step","epochs":20}`)
	if got := frame(t, l).Sentence; !regexp.MustCompile(`R² .* of the first target a linear reader finds in the layers \d+ %`).MatchString(got) {
		t.Error(got)
	}
}
