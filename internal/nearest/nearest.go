// Package nearest finds the known name that a misspelt one is most likely to mean,
// for errors that suggest it.
package nearest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// longestMisspelling bounds the names that are compared, whose cost is the
// product of their lengths.
const longestMisspelling = 64

// Name returns the known name that a misspelt one is most likely to mean: the first
// that it is the beginning of, or else the one with the fewest edits, the first of
// these on a tie; upper and lower case are alike. It is empty where more than half of
// the letters would have to change.
func Name(name string, known []string) string {
	if utf8.RuneCountInString(name) > longestMisspelling {
		return ""
	}
	for _, candidate := range known {
		if name != "" && strings.HasPrefix(strings.ToLower(candidate), strings.ToLower(name)) {
			return candidate
		}
	}
	var best string
	fewest := -1
	for _, candidate := range known {
		length := max(utf8.RuneCountInString(name), utf8.RuneCountInString(candidate))
		if length > longestMisspelling {
			continue
		}
		edits := levenshtein(strings.ToLower(name), strings.ToLower(candidate))
		if 2*edits <= length && (fewest < 0 || edits < fewest) {
			best, fewest = candidate, edits
		}
	}
	return best
}

// Unknown is the error for a name that is not in a table of what: it suggests the
// nearest known name, if there is one, and lists them all.
func Unknown(what, name string, known []string) error {
	if near := Name(name, known); near != "" {
		return fmt.Errorf("unknown %s %q: did you mean %s? Choose one of %s", what, name, near, strings.Join(known, ", "))
	}
	return fmt.Errorf("unknown %s %q: choose one of %s", what, name, strings.Join(known, ", "))
}

// levenshtein returns the least number of letters to insert, delete or replace
// that turns a into b.
func levenshtein(a, b string) int {
	target := []rune(b)
	// edits[j] turns what has been read of a into the first j letters of b.
	edits := make([]int, len(target)+1)
	for j := range edits {
		edits[j] = j
	}
	for i, letter := range []rune(a) {
		diagonal := edits[0]
		edits[0] = i + 1
		for j, wanted := range target {
			replaced := diagonal
			if letter != wanted {
				replaced++
			}
			diagonal = edits[j+1]
			edits[j+1] = min(replaced, diagonal+1, edits[j]+1)
		}
	}
	return edits[len(target)]
}
