package input

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How many characters of a text from elsewhere, and of a line, are shown: beyond, the
// beginning and the end of it.
const (
	mostOfText = 400
	mostOfLine = 2000
)

// Visible is a text that others chose, such as the name of a file, as a message shows it: on
// one line, with what a terminal would obey or not show, and what is no UTF-8, as Go escapes
// it; of a long one the beginning and the end.
func Visible(text string) string { return shortened(escaped(text, ""), mostOfText) }

// VisibleLines does the same to a message, which keeps its own lines and tabs.
func VisibleLines(message string) string {
	lines := strings.Split(escaped(message, "\n\t"), "\n")
	for i, line := range lines {
		lines[i] = shortened(line, mostOfLine)
	}
	return strings.Join(lines, "\n")
}

// escaped escapes all but what is seen and what is kept.
func escaped(text, kept string) string {
	var b strings.Builder
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		switch broken := r == utf8.RuneError && size == 1; {
		case !broken && (unicode.IsGraphic(r) || strings.ContainsRune(kept, r)):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteToASCII(text[i : i+size])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

// shortened leaves out the middle of a text of more characters than a number.
func shortened(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	return string(runes[:most*2/3]) + " … " + string(runes[len(runes)-most/3:])
}
