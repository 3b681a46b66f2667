package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strings"
)

// drawing is an SVG document made fit to stand in a page among others.
type drawing struct {
	// Element is the svg element. Its ids and classes begin with a prefix of their
	// own, and its size is left to the style sheet.
	Element template.HTML
	// words are the document's title and description.
	words string
}

// drawingElements are what a drawing may consist of: nothing that runs, moves,
// embeds or links.
var drawingElements = strings.Fields(`svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath
	title desc style clipPath mask marker pattern linearGradient radialGradient stop image
	filter feBlend feColorMatrix feComposite feFlood feGaussianBlur feMerge feMergeNode feOffset`)

// drawingReader copies a document token by token.
type drawingReader struct {
	names   namespace
	out     bytes.Buffer
	words   []string // of the document's own title and description
	open    []string // names of the elements around
	style   string   // of the style element that is open
	tagOpen bool     // the last start tag still lacks its ">"
}

// readDrawing reads an SVG document. Names in it get the prefix.
func readDrawing(svg []byte, prefix string) (drawing, error) {
	r := drawingReader{names: namespace(prefix)}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = r.read(token)
		}
		if err != nil {
			line, _ := d.InputPos()
			return drawing{}, fmt.Errorf("SVG, line %d: %w", line, err)
		}
	}
	if len(r.open) > 0 || r.out.Len() == 0 {
		return drawing{}, errors.New("SVG: the document is not complete")
	}
	return drawing{template.HTML(r.out.String()), strings.Join(r.words, ". ")}, nil
}

func (r *drawingReader) read(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		return r.end(t.Name.Local)
	case xml.CharData:
		return r.text(string(t))
	}
	return nil // comments, processing instructions and the document type are left out
}

// ofDocument says whether the innermost element is one of the document's own
// title or description, whose text becomes the alternative text.
func (r *drawingReader) ofDocument() bool {
	return len(r.open) == 2 && (r.open[1] == "title" || r.open[1] == "desc")
}

func (r *drawingReader) inStyle() bool {
	return len(r.open) > 0 && r.open[len(r.open)-1] == "style"
}

func (r *drawingReader) start(t xml.StartElement) error {
	name := t.Name.Local
	switch root := len(r.open) == 0; {
	case t.Name.Space != "" || !slices.Contains(drawingElements, name):
		return fmt.Errorf("element %q is not allowed in a drawing", name)
	case r.ofDocument() || r.inStyle():
		return fmt.Errorf("element %q inside %s", name, r.open[len(r.open)-1])
	case root && name != "svg":
		return fmt.Errorf("the document is a %q, not an svg", name)
	case root && r.out.Len() > 0:
		return errors.New("a second document follows")
	}
	r.open = append(r.open, name)
	if r.ofDocument() {
		r.words = append(r.words, "")
		return nil
	}
	r.closeTag(">")
	r.out.WriteString("<" + name)
	attributes := t.Attr
	if len(r.open) == 1 {
		var err error
		if attributes, err = rootAttributes(attributes); err != nil {
			return err
		}
		fmt.Fprintf(&r.out, ` id="%s" aria-hidden="true"`, r.names.root()) // the figure around it speaks
	}
	for _, a := range attributes {
		value, err := r.names.attribute(name, a)
		if err != nil {
			return err
		}
		if value != "" {
			fmt.Fprintf(&r.out, ` %s="%s"`, a.Name.Local, template.HTMLEscapeString(value))
		}
	}
	r.tagOpen = true
	return nil
}

// closeTag ends the start tag that is still open.
func (r *drawingReader) closeTag(with string) {
	if r.tagOpen {
		r.out.WriteString(with)
		r.tagOpen = false
	}
}

func (r *drawingReader) end(name string) error {
	last := len(r.open) - 1
	if last < 0 || r.open[last] != name {
		return fmt.Errorf("</%s> ends what has not begun", name)
	}
	switch {
	case r.ofDocument():
	case name == "style":
		rules, err := r.names.styleSheet(r.style)
		if err != nil {
			return err
		}
		r.style = ""
		r.closeTag(">")
		r.out.WriteString(template.HTMLEscapeString(rules) + "</style>")
	case r.tagOpen:
		r.closeTag("/>")
	default:
		r.out.WriteString("</" + name + ">")
	}
	r.open = r.open[:last]
	return nil
}

func (r *drawingReader) text(s string) error {
	switch {
	case len(r.open) == 0:
		if strings.TrimSpace(s) != "" {
			return errors.New("text outside the svg element")
		}
		return nil
	case r.ofDocument():
		r.words[len(r.words)-1] += s
		return nil
	case r.inStyle():
		r.style += s
		return nil
	}
	r.closeTag(">")
	r.out.WriteString(template.HTMLEscapeString(s))
	return nil
}

// rootAttributes keeps what the drawing needs of its svg element: the figure
// around it says the size and what it shows.
func rootAttributes(attributes []xml.Attr) ([]xml.Attr, error) {
	var kept []xml.Attr
	var width, height string
	sized := false
	for _, a := range attributes {
		switch name := a.Name.Local; {
		case name == "width":
			width = strings.TrimSuffix(a.Value, "px")
			continue
		case name == "height":
			height = strings.TrimSuffix(a.Value, "px")
			continue
		case name == "role" || name == "id" || strings.HasPrefix(name, "aria-"):
			continue
		case name == "viewBox":
			sized = a.Name.Space == "" && a.Value != ""
		}
		kept = append(kept, a)
	}
	if !sized {
		if width == "" || height == "" {
			return nil, errors.New("the svg element has neither a viewBox nor a width and height")
		}
		kept = append(kept, xml.Attr{Name: xml.Name{Local: "viewBox"}, Value: "0 0 " + width + " " + height})
	}
	return kept, nil
}

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
