// Package shell writes the words of a command so that a POSIX shell reads the same words
// again, also where the command is pasted into a terminal.
package shell

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain are the characters beside ASCII's letters and digits to which no shell gives a
// meaning within an argument.
const plain = "_-.,/:@+="

// A control character is written between these, as octal numbers.
const (
	control    = `"$(printf '`
	controlEnd = `')"`
)

// Quote is a text as one word: as it is where it is plain, else in single quotes. Control
// characters, which a terminal acts upon while it is pasted, and bytes that are no text are
// written as octal numbers for printf; a newline between quotes does no harm.
func Quote(text string) string {
	special := func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(plain, r))
	}
	if text != "" && text[0] != '=' && !strings.ContainsFunc(text, special) { // zsh looks up =program
		return text
	}
	var b strings.Builder
	b.WriteByte('\'')
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == '\'':
			b.WriteString(`'\''`)
		case unicode.IsControl(r) && r != '\n', r == utf8.RuneError && size == 1:
			b.WriteString("'" + control)
			for _, c := range []byte(text[:size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
			b.WriteString(controlEnd + "'")
		default:
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	b.WriteByte('\'')
	return b.String()
}

// File is [Quote] for the path of a file that is an argument of its own: one that begins
// with a dash would be taken for a flag.
func File(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	return Quote(path)
}

// Command is a command line of the given words.
func Command(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Quote(w)
	}
	return strings.Join(quoted, " ")
}

// Words are those of a line that [Command] wrote. Any other line gives some words, too, which
// [Command] makes harmless: nothing in them is more than a word.
func Words(line string) []string {
	var words []string
	var word strings.Builder
	for quoted := false; line != ""; {
		rest, isControl := strings.CutPrefix(line, control)
		switch {
		case line[0] == '\'':
			quoted, line = !quoted, line[1:]
		case quoted:
			text, _, _ := strings.Cut(line, "'")
			word.WriteString(text)
			line = line[len(text):]
		case isControl:
			var octal string
			octal, line, _ = strings.Cut(rest, controlEnd)
			for digits := range strings.SplitSeq(octal, `\`) {
				if c, err := strconv.ParseUint(digits, 8, 8); err == nil {
					word.WriteByte(byte(c))
				}
			}
		case line[0] == ' ':
			words, line = append(words, word.String()), line[1:]
			word.Reset()
		case line[0] == '\\' && len(line) > 1:
			word.WriteByte(line[1])
			line = line[2:]
		default:
			word.WriteByte(line[0])
			line = line[1:]
		}
	}
	return append(words, word.String())
}
