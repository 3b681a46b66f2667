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

func TestEmbeddedFontsHaveTheSignsOfTheFigures(t *testing.T) {
	for name, face := range map[string]*Face{"regular": robotoRegular(), "bold": robotoBold(), "mono": mono(), "mono bold": monoBold()} {
		if err := face.check(); err != nil {
			t.Fatal(err)
		}
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
