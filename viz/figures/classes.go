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
		return "class " + cut(name, maxClassName-6)
	}
	if n.Count() > 2 && class >= 0 && class < n.Count() {
		return n.distinct(maxClassName)[class]
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
func (n ClassNames) Short() []string { return n.distinct(maxKeyName) }

// distinct are the names of all classes, cut to so many characters so that each is another: where names begin
// alike for long, what is the same is left out.
func (n ClassNames) distinct(most int) []string {
	const head = 6
	names := make([]string, n.Count())
	alike := map[string][]int{}
	for class := range names {
		names[class] = cut(n.of(class), most)
		alike[names[class]] = append(alike[names[class]], class)
	}
	taken := map[string]bool{}
	for class, name := range names {
		if same := alike[name]; len(same) > 1 {
			full := []rune(n.of(class))
			if from := n.commonPrefix(same); from > head+1 && len(full) > most {
				name = string(full[:head]) + cut("…"+string(full[from:]), most-head)
			}
		}
		if taken[name] {
			name = fmt.Sprintf("%s (%d)", cut(name, most-5), class)
		}
		taken[name] = true
		names[class] = name
	}
	return names
}

// commonPrefix is how many characters the names of some classes begin with alike.
func (n ClassNames) commonPrefix(classes []int) int {
	prefix := []rune(n.of(classes[0]))
	for _, class := range classes[1:] {
		name := []rune(n.of(class))
		prefix = prefix[:min(len(prefix), len(name))]
		for i := range prefix {
			if prefix[i] != name[i] {
				prefix = prefix[:i]
				break
			}
		}
	}
	return len(prefix)
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
