package figures

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// ClassNames are what the data calls its classes 0, 1, ..: as many as there are names, and at least two.
// The zero value calls two by these numbers, as does an empty name.
type ClassNames []string

const (
	// maxClassName is the length to which a sentence cuts a name, in characters.
	maxClassName = 32
	// maxKeyName is that of legends and axes with more than two classes.
	maxKeyName = 20
	// maxListed is how many classes legends and sentences name: of more, one less and how many there are beside.
	maxListed = 16
)

// Count is how many classes there are.
func (n ClassNames) Count() int { return max(2, len(n)) }

// Phrase names a class within a sentence: "class 0", or by its name.
func (n ClassNames) Phrase(class int) string {
	name := n.of(class)
	if isNumber(name) {
		name = "class " + name
	}
	return cut(name, maxClassName)
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

// Short names all classes in few characters, each differently.
func (n ClassNames) Short() []string {
	names := make([]string, n.Count())
	taken := map[string]bool{}
	for class := range names {
		full := n.of(class)
		name := cut(full, maxKeyName)
		if r := []rune(full); taken[name] && len(r) > maxKeyName { // names may differ at their ends
			name = string(r[:maxKeyName/2]) + "…" + string(r[len(r)-maxKeyName/2+1:])
		}
		if taken[name] {
			name = fmt.Sprintf("%s (%d)", cut(full, maxKeyName-5), class)
		}
		taken[name] = true
		names[class] = name
	}
	return names
}

// ClassKey explains the sign of a class.
type ClassKey struct {
	Class int
	Name  string
}

// Keys names the classes as a legend does, and says in words how many it leaves out.
func (n ClassNames) Keys() (keys []ClassKey, more string) {
	named, rest := n.listed()
	for class := range named {
		keys = append(keys, ClassKey{class, n.Phrase(class)})
	}
	if rest > 0 {
		more = andMore(rest)
	}
	return keys, more
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// listed is how many of the classes are named one by one, and how many more there are.
func (n ClassNames) listed() (named, more int) {
	if k := n.Count(); k > maxListed {
		return maxListed - 1, k - maxListed + 1
	}
	return n.Count(), 0
}

// andMore is "and 37 more".
func andMore(n int) string { return fmt.Sprintf("and %s more", grouped(n)) }
