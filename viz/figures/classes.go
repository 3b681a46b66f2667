package figures

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"actscope/viz"
)

// ClassNames are what the data calls its classes 0, 1, ..: as many as there are names, and at least two.
// The zero value calls two by these numbers, as does an empty name.
type ClassNames []string

const (
	// maxClassName is the length to which a sentence cuts a name, in characters.
	maxClassName = 32
	// maxTitle is that of panel titles, and of legends with two classes.
	maxTitle = 40
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
	if class >= 0 && class < n.Count() {
		return n.distinct(maxClassName)[class]
	}
	return cut(name, maxClassName)
}

// Shortened says whether figures and sentences shorten any name.
func (n ClassNames) Shortened() bool {
	for class, short := range n.Short() {
		if short != n.of(class) {
			return true
		}
	}
	return false
}

// title names a class at the beginning of a label.
func (n ClassNames) title(class int) string {
	name := n.of(class)
	switch {
	case isNumber(name):
		return "Class " + name
	case class >= 0 && class < n.Count():
		return n.distinct(maxTitle)[class]
	}
	return cut(name, maxTitle)
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

// distinct are the names of all classes, cut to so many characters so that each is another: at the end, or where that makes
// two alike in the middle, or up to where they differ.
func (n ClassNames) distinct(most int) []string {
	names := make([]string, n.Count())
	alike := map[string][]int{}
	for class := range names {
		names[class] = cut(n.of(class), most)
		alike[names[class]] = append(alike[names[class]], class)
	}
	taken := map[string]bool{}
	for class := range names {
		if same := alike[names[class]]; len(same) > 1 && class == same[0] {
			n.tellApart(names, same, most)
		}
	}
	for class, name := range names {
		if taken[name] {
			name = fmt.Sprintf("%s (%d)", cut(name, most-5), class)
		}
		taken[name] = true
		names[class] = name
	}
	return names
}

// tellApart shortens the names of classes that begin alike for long, by the first of two ways that makes each of them another.
func (n ClassNames) tellApart(names []string, same []int, most int) {
	const head = 6
	from := n.commonPrefix(same)
	ways := []func(name []rune) string{
		func(name []rune) string { return cutMiddle(name, most) },
		func(name []rune) string {
			if from <= head+1 {
				return cut(string(name), most)
			}
			return string(name[:head]) + cut("…"+string(name[from:]), most-head)
		},
	}
	for _, shorten := range ways {
		shortened := map[string]bool{}
		for _, class := range same {
			names[class] = n.of(class)
			if name := []rune(names[class]); len(name) > most {
				names[class] = shorten(name)
			}
			shortened[names[class]] = true
		}
		if len(shortened) == len(same) {
			return
		}
	}
}

// cutMiddle leaves out the middle of a name, between words where these are short.
func cutMiddle(name []rune, most int) string {
	length := (most - 1) / 2
	head, tail := string(name[:most-1-length]), string(name[len(name)-length:])
	if at := strings.LastIndexByte(head, ' '); at >= len(head)/2 {
		head = head[:at+1]
	}
	if at := strings.IndexByte(tail, ' '); at >= 0 && at <= len(tail)/2 {
		tail = tail[at:]
	}
	return head + "…" + tail
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

// heading begins the title of a panel: a name where there is one, else that of a class.
func (n ClassNames) heading(class int, name string) viz.Span {
	if name != "" {
		return viz.Span{Text: name, Bold: true}
	}
	title := n.title(class)
	return viz.Span{Text: title, Full: n.full(class, title), Bold: true}
}

// all are the names of all classes as the data has them.
func (n ClassNames) all() []string {
	names := make([]string, n.Count())
	for class := range names {
		names[class] = n.of(class)
	}
	return names
}

// full is the name of a class where a text has a shorter one.
func (n ClassNames) full(class int, text string) string {
	if name := n.of(class); !strings.Contains(text, name) {
		return name
	}
	return ""
}

// table is what tables call a class: all of its name.
func (n ClassNames) table(class int) string {
	phrase := n.Phrase(class)
	return cmp.Or(n.full(class, phrase), phrase)
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
