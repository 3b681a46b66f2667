package viz

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWrappedLinesFitAndKeepAllWords(t *testing.T) {
	face := robotoRegular()
	rapid.Check(t, func(t *rapid.T) {
		text := printable(rapid.StringN(0, 200, -1).Draw(t, "text"))
		lines := face.wrap(text, 14, 150, 1000)
		for _, l := range lines {
			if w := face.Width(l, 14); w > 150 && len([]rune(l)) > 1 {
				t.Fatalf("%q is %v px wide", l, w)
			}
		}
		if got, want := strings.Join(strings.Fields(strings.Join(lines, " ")), ""), strings.Join(strings.Fields(text), ""); got != want {
			t.Fatalf("wrapped %q has become %q", want, got)
		}
	})
}

func TestPerCentSignsStayWithTheirNumbers(t *testing.T) {
	face := robotoRegular()
	const text = "An interval of 95 % and one of 90 %."
	for width := 60.0; width < 300; width++ {
		for _, line := range face.wrap(text, 14, width, 20) {
			if strings.HasPrefix(line, "%") {
				t.Errorf("a line of at most %v px begins with %q", width, line)
			}
		}
	}
}

func TestTextThatHasNoRoomEndsInAnEllipsis(t *testing.T) {
	face := robotoBold()
	lines := face.wrap(strings.Repeat("word ", 100), 20, 300, 3)
	if len(lines) != 3 || !strings.HasSuffix(lines[2], "…") {
		t.Errorf("%q", lines)
	}
	for _, text := range []string{"short", strings.Repeat("x", 400), "שלום עולם שלום עולם"} {
		if got := face.ellipsis(text, 14, 60); face.Width(got, 14) > 60.001 {
			t.Errorf("%q is too wide", got)
		}
	}
}

// What follows a long name, such as a formula's, stays readable; what follows a short one
// is cut first.
func TestLongNamesGiveWayToWhatFollows(t *testing.T) {
	theme := DefaultTheme()
	fit := func(name string, width float64) string {
		fitted := fitSpans([]Span{{Text: name, Bold: true}, {Text: " — layer 1"}}, theme, 14.5, width)
		if w := spansWidth(fitted, theme, 14.5); w > width+0.001 {
			t.Errorf("%s takes %v px of %v", name, w, width)
		}
		return plainText(fitted)
	}
	formula := "min(max(-1,z),1)*exp(-0.125*pow(z,2))"
	for _, test := range []struct {
		name  string
		width float64
		want  string
	}{
		{formula, 400, formula + " — layer 1"},
		{formula, 260, "min(max(-1,z),1)*exp(-0.125… — layer 1"},
		{formula, 100, "min(m… — lay…"},
		{"Hard sigmoid", 110, "Hard sigmoid…"},
	} {
		if got := fit(test.name, test.width); got != test.want {
			t.Errorf("%s in %v px: %s, want %s", test.name, test.width, got, test.want)
		}
	}
}

func TestEmbeddedFontsHaveTheSignsOfTheFigures(t *testing.T) {
	for name, face := range map[string]*Face{"regular": robotoRegular(), "bold": robotoBold(), "mono": mono(), "mono bold": monoBold()} {
		for _, c := range "x₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻−–—…×±≥≤∞|%üñŁЖλ" {
			if runs := face.runs(string(c)); runs[0].face == nil {
				t.Errorf("%s lacks %q", name, c)
			}
		}
		if capital := face.font.Index('H'); capital == 0 {
			t.Errorf("%s has no H", name)
		}
	}
}

func TestFurtherScriptsComeFromTheFallbackFont(t *testing.T) {
	runs := robotoRegular().runs("ab אב 😀 中")
	var got []string
	for _, r := range runs {
		switch r.face {
		case robotoRegular():
			got = append(got, "roboto:"+r.text)
		case fallbackFont():
			got = append(got, "others:"+r.text)
		case nil:
			got = append(got, "none:"+r.text)
		}
	}
	if s := strings.Join(got, "|"); s != "roboto:ab |others:בא|roboto: |others:😀|roboto: |none:中" {
		t.Error(s)
	}
}

func TestPrintableDropsWhatHasNoShape(t *testing.T) {
	if got := printable("a\x00b\nc\td\xff\u202e e\ufe0f\u200b"); got != "a b c d e" {
		t.Errorf("%q", got)
	}
}

func TestVisualOrder(t *testing.T) {
	for _, c := range []struct{ logical, visual string }{
		{"plain text", "plain text"},
		{"אבג", "גבא"},
		{"abc אבג def", "abc גבא def"},
		{"אבג def", "def גבא"},
		{"אבג 123", "123 גבא"},
		{"abc אבג 123 דה xyz", "abc הד 123 גבא xyz"},
		{"אב (גד) הו", "וה (דג) בא"},
		{"ab (אב)", "ab (בא)"},
		{"אב 1,234.5 גד", "דג 1,234.5 בא"},
		{"x אב 12, y", "x 12 בא, y"},
		{"abc ٤٢ אב", "abc בא ٤٢"},
		{"abc אב12 def", "abc 12בא def"},
		{"אב 5% def", "def 5% בא"},
		{"loss 0.25 אב 3", "loss 0.25 3 בא"},
		{"אב <x> גד", "דג <x> בא"},
		{"٤ - ٢", "٢ - ٤"},
		{"ab ܐܒ cd", "ab ܒܐ cd"},
		{"", ""},
	} {
		if got := visualOrder(c.logical); got != c.visual {
			t.Errorf("%q is written %q, want %q", c.logical, got, c.visual)
		}
	}
}

func TestArabicLettersJoin(t *testing.T) {
	for _, c := range []struct{ letters, joined string }{
		{"سلام", "ﺳﻼﻡ"}, // seen initial, lam-alef final, meem alone
		{"بيت", "ﺑﻴﺖ"},
		{"دار", "ﺩﺍﺭ"}, // none of these joins to the left
		{"لا", "ﻻ"},
	} {
		if got := string(joinArabic([]rune(c.letters))); got != c.joined {
			t.Errorf("%q joins to %+q, want %+q", c.letters, got, c.joined)
		}
	}
}
