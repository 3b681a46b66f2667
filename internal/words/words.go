// Package words takes the names that programs give arrays apart into words and numbers.
package words

import (
	"strings"
	"unicode"
)

// Of splits a name, in lower case, at changes from small letters to capitals, at digits, and at what is
// neither letter nor digit: W1_out and w1Out are w, 1, out.
func Of(name string) []string {
	name = strings.TrimSuffix(name, ":0") // TensorFlow's number of an output
	var list []string
	var last rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			last = 0
			continue
		case last == 0, unicode.IsDigit(r) != unicode.IsDigit(last), unicode.IsUpper(r) && unicode.IsLower(last):
			list = append(list, "")
		}
		list[len(list)-1] += string(unicode.ToLower(r))
		last = r
	}
	return list
}

// IsNumber tells words of digits.
func IsNumber(word string) bool { return word[0] >= '0' && word[0] <= '9' }
