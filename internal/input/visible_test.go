package input_test

import (
	"strings"
	"testing"
	"unicode"

	"actscope/internal/input"
)

func TestMessagesShowWhatATerminalWouldObey(t *testing.T) {
	for text, want := range map[string]string{
		"plain, µ Größe 日本 \u00a0": "plain, µ Größe 日本 \u00a0",
		"a\x1b[31mred":             `a\x1b[31mred`,
		"a\rb\ab\x00\x7f":          `a\rb\ab\x00\x7f`,
		"exe\u202etxt.csv":         `exe\u202etxt.csv`,
		"\u009b31m":                `\u009b31m`,
		"\xff\xfe":                 `\xff\xfe`,
		"\ufffd":                   "\ufffd",
	} {
		if got := input.Visible(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := input.VisibleLines("first:\t" + text + "\nsecond"); got != "first:\t"+want+"\nsecond" {
			t.Errorf("%q", got)
		}
	}
	if got := input.Visible("a\nb"); got != `a\nb` {
		t.Errorf("a name breaks the line: %q", got)
	}
	e := input.Error{File: "a\n\x1b.csv", Key: "\u202ekey", Reason: "broken"}
	if got := e.Error(); got != `a\n\x1b.csv: \u202ekey: broken` {
		t.Errorf("%q", got)
	}
}

func TestLongTextsKeepTheirEnds(t *testing.T) {
	for _, show := range []func(string) string{input.Visible, input.VisibleLines} {
		got := show("first " + strings.Repeat("é", 60_000) + " last")
		if len(got) > 5000 || !strings.HasPrefix(got, "first é") || !strings.HasSuffix(got, "é last") || !strings.Contains(got, " … ") {
			t.Errorf("%d bytes: %.20q", len(got), got)
		}
	}
}

func FuzzVisible(f *testing.F) {
	f.Add("\x1b[2J\xff\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		got := input.Visible(text)
		if strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsGraphic(r) }) || len(got) > 5000 {
			t.Errorf("%q", got)
		}
	})
}
