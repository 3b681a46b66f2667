package figures

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// ClassNames are what the data calls its classes 0 and 1; the zero value calls them by
// these numbers.
type ClassNames [2]string

// longestClassName is how much of a name goes into a sentence, in characters.
const longestClassName = 32

// Phrase names a class, 0 or 1, within a sentence: "class 0", or by its name.
func (n ClassNames) Phrase(class int) string {
	name := n.of(class)
	if isNumber(name) {
		name = "class " + name
	}
	if utf8.RuneCountInString(name) > longestClassName {
		name = string([]rune(name)[:longestClassName-1]) + "…"
	}
	return name
}

// title names a class at the beginning of a label.
func (n ClassNames) title(class int) string {
	if name := n.of(class); !isNumber(name) {
		return name
	}
	return "Class " + n.of(class)
}

func (n ClassNames) of(class int) string {
	if class < 0 || class >= len(n) || n[class] == "" {
		return fmt.Sprint(class)
	}
	return n[class]
}

// isNumber reports whether a name says nothing alone.
func isNumber(name string) bool {
	_, err := strconv.ParseFloat(name, 64)
	return err == nil
}
