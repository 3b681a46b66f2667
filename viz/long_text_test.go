package viz

import (
	"strings"
	"testing"
	"time"
)

// A hundred thousand letters of any kind are fitted in a moment: a minute once.
func TestLongTextIsFittedInAMoment(t *testing.T) {
	theme := DefaultTheme()
	for name, letter := range map[string]string{"latin": "w", "blank": "w ", "marks": "e\u0301\u0301\u0301", "arabic": "م", "no font": "𓀀", "mixed": "wא"} {
		start := time.Now()
		text := strings.Repeat(letter, 100_000)
		if cut := theme.Regular.ellipsis(text, 12, 300); !strings.HasSuffix(cut, "…") || theme.Regular.Width(cut, 12) > 300 {
			t.Errorf("%s: %d bytes, %.0f px", name, len(cut), theme.Regular.Width(cut, 12))
		}
		theme.Regular.wrap(text, 12, 300, 3)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Log(name, took)
		}
	}
}
