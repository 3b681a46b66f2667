package report

import (
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Screen is a terminal that text is written to: tables take its width, see [Table.WriteText], and the
// lines of [Paragraphs], too. What is written to the Screen itself stays as it is.
type Screen struct {
	io.Writer
	// Width says how many cells a line has now; it is at least 1.
	Width func() int
	// Colour says that verdicts may have colours, by ECMA-48's sequences.
	Colour bool
}

// Paragraphs is w for sentences: on a [Screen] the lines of what is written are broken at blanks, and go on
// below their own indentation. A word that is longer than a line stays whole. Write takes whole lines.
func Paragraphs(w io.Writer) io.Writer {
	if s, is := w.(*Screen); is {
		return paragraphs{s}
	}
	return w
}

type paragraphs struct{ screen *Screen }

// Write implements [io.Writer].
func (p paragraphs) Write(text []byte) (int, error) {
	if _, err := io.WriteString(p.screen.Writer, folded(string(text), p.screen.Width())); err != nil {
		return 0, err
	}
	return len(text), nil
}

// screenOf is the screen behind a writer, nil where there is none.
func screenOf(w io.Writer) *Screen {
	switch w := w.(type) {
	case *Screen:
		return w
	case paragraphs:
		return w.screen
	}
	return nil
}

// folded breaks the lines of a text that are wider than a number of cells.
func folded(text string, most int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if cells(line) <= most {
			continue
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		lines[i] = indent + strings.Join(wrap(line, max(1, most-len(indent)), 0), "\n"+indent)
	}
	return strings.Join(lines, "\n")
}

// wrap breaks a text at blanks into lines of so many cells, from the second on indented by hang of them. A word that is
// wider is a line of its own.
func wrap(text string, most, hang int) []string {
	var lines []string
	line, used := "", 0
	for i, word := range wordsOf(text) {
		w := cells(word)
		switch {
		case i == 0:
			line, used = word, w
		case used+1+w <= most:
			line, used = line+" "+word, used+1+w
		default:
			lines = append(lines, line)
			line, used = strings.Repeat(" ", hang)+word, hang+w
		}
	}
	return append(lines, line)
}

// wordsOf are what a text is broken between: a per cent sign stays with its number, and so does a deviation.
func wordsOf(text string) []string {
	var words []string
	glue := false
	for _, w := range strings.Fields(text) {
		if last := len(words) - 1; last >= 0 && (glue || strings.HasPrefix(w, "%") || w == "±") {
			words[last] += " " + w
		} else {
			words = append(words, w)
		}
		glue = w == "±"
	}
	return words
}

// cells is how many cells of a terminal a text takes.
func cells(text string) int {
	n := 0
	for _, c := range text {
		switch kind := width.LookupRune(c).Kind(); {
		case unicode.In(c, unicode.Mn, unicode.Me):
		case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
