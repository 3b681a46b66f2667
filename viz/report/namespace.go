package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// namespace is a prefix that keeps the names of one drawing apart from those of
// all others in the page.
type namespace string

// root is the id of the drawing's svg element.
func (n namespace) root() string { return string(n) + "svg" }

// attribute gives the value of an attribute with its names prefixed, "" to leave the
// attribute out.
func (n namespace) attribute(element string, a xml.Attr) (string, error) {
	name := strings.ToLower(a.Name.Local)
	switch {
	case a.Name.Space == "xmlns" || name == "xmlns":
		return "", nil // a page needs none
	case strings.HasPrefix(name, "on"):
		return "", fmt.Errorf("attribute %q of %s would run a script", a.Name.Local, element)
	case name == "href": // with or without xlink:
		return n.reference(element, a.Value)
	case a.Name.Space != "":
		return "", nil // of an editor, or outdated
	case name == "style" && strings.Contains(a.Value, `\`):
		return "", fmt.Errorf("the style of %s has an escape", element)
	case name == "id":
		return string(n) + a.Value, nil
	case name == "class" || name == "aria-labelledby" || name == "aria-describedby":
		names := strings.Fields(a.Value)
		for i := range names {
			names[i] = string(n) + names[i]
		}
		return strings.Join(names, " "), nil
	}
	return n.urls(a.Value)
}

// reference prefixes a link to an element of the drawing. A picture may be given
// as data; everything else would leave the file.
func (n namespace) reference(element, target string) (string, error) {
	switch {
	case strings.HasPrefix(target, "#"):
		return "#" + string(n) + target[1:], nil
	case element == "image" && strings.HasPrefix(target, "data:image/"):
		return target, nil
	}
	return "", fmt.Errorf("%s refers to %.80q, outside the drawing", element, target)
}

// Parts of CSS in which names and addresses stand.
var (
	cssURL     = regexp.MustCompile(`(?i)url\(\s*["']?([^"')]*)["']?\s*\)`)
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssName    = regexp.MustCompile(`([.#])([A-Za-z_][-\w]*)`)
)

// urls prefixes what is in url(#...), in a style sheet, a style attribute or a
// presentation attribute such as fill.
func (n namespace) urls(css string) (string, error) {
	switch strings.Count(strings.ToLower(css), "url(") {
	case 0:
		return css, nil
	case len(cssURL.FindAllString(css, -1)):
	default:
		return "", fmt.Errorf("an url(...) in %.80q cannot be read", css)
	}
	var err error
	css = cssURL.ReplaceAllStringFunc(css, func(url string) string {
		target := cssURL.FindStringSubmatch(url)[1]
		if strings.HasPrefix(target, "data:image/") {
			return url
		}
		if !strings.HasPrefix(target, "#") {
			err = fmt.Errorf("url(%.80s) is outside the drawing", target)
		}
		return "url(#" + string(n) + strings.TrimPrefix(target, "#") + ")"
	})
	return css, err
}

// selector keeps a selector within the drawing: by its classes and ids, prefixed, or
// where it has none by the drawing around it. The latter does not reach what use
// elements show, whose shadow trees know no ancestors, so it is not done for all.
func (n namespace) selector(s string) string {
	if !cssName.MatchString(s) {
		return "#" + n.root() + " " + s
	}
	return cssName.ReplaceAllString(s, "${1}"+string(n)+"${2}")
}

// styleSheet has the rules of a style sheet apply within the drawing only.
func (n namespace) styleSheet(css string) (string, error) {
	css = cssComment.ReplaceAllString(css, "")
	if strings.ContainsAny(css, `\@`) {
		return "", errors.New(`the style sheet has an escape or an at-rule, which a page cannot keep to one drawing`)
	}
	rules := strings.SplitAfter(css, "}")
	for i, rule := range rules {
		selectors, body, ok := strings.Cut(rule, "{")
		if !ok {
			continue
		}
		body, err := n.urls(body)
		if err != nil {
			return "", err
		}
		each := strings.Split(selectors, ",")
		for j, selector := range each {
			each[j] = n.selector(strings.TrimSpace(selector))
		}
		rules[i] = strings.Join(each, ",") + "{" + body
	}
	return strings.Join(rules, ""), nil
}
