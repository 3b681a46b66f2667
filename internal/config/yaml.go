package config

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"actscope/internal/input"
)

// Line is one setting of a YAML file: a key with a value or a list of values.
type Line struct {
	Key string
	// Row and Column are the key's place in the file, from 1.
	Row, Column int
	// Values are those of a list, or the one value.
	Values []Value
	List   bool
}

// Value is a number, name or text as it was written, without its quotes.
type Value struct {
	Text string
	// Quoted says that it stood in quotes.
	Quoted bool
	// Row and Column are its place in the file, from 1.
	Row, Column int
}

// byteOrderMark begins files of some editors.
const byteOrderMark = "\ufeff"

// maxYAML is far above what settings take, however long their lists.
const maxYAML = 1 << 20

// maxSettings is more than there are, even if each were written several times.
const maxSettings = 200

// ReadYAML reads the settings in a regular YAML file, in their order: a mapping from keys to
// values and plain lists of values, and nothing else of what YAML can say. Errors are of
// type [input.Error].
func ReadYAML(path string) ([]Line, error) {
	f, _, err := input.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readYAML(path, f)
}

func readYAML(path string, f io.Reader) ([]Line, error) {
	text, err := io.ReadAll(io.LimitReader(f, maxYAML+1))
	if err != nil {
		return nil, input.InFile(path, err)
	}
	return ParseYAML(path, text)
}

// ParseYAML is [ReadYAML] for a text; path is for errors.
func ParseYAML(path string, text []byte) ([]Line, error) {
	switch {
	case len(text) > maxYAML:
		return nil, input.RefuseFile(path, "larger than %d KiB: not a file of settings; long lists of numbers are written as ranges such as 1..1000", maxYAML>>10)
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		return nil, input.RefuseFile(path, "not a text in UTF-8 but in UTF-16: save it as UTF-8")
	case !utf8.Valid(text):
		return nil, input.RefuseFile(path, "not a text in UTF-8")
	case bytes.ContainsRune(text, 0):
		return nil, input.RefuseFile(path, "holds a NUL byte: not a text")
	}
	text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	if before, _, found := bytes.Cut(text, []byte(byteOrderMark)); found {
		e := input.RefuseFile(path, "a byte-order mark, which is invisible, within the text: delete it")
		lastLine := before[bytes.LastIndexByte(before, '\n')+1:]
		e.Line, e.Column = bytes.Count(before, []byte("\n"))+1, utf8.RuneCount(lastLine)+1
		return nil, e
	}
	y := yamlFile{path}
	tokens := lexer.Tokenize(string(text))
	if err := y.checkTokens(tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, y.syntax(err)
	}
	var lines []Line
	for _, document := range file.Docs {
		switch body := document.Body.(type) {
		case nil, *ast.CommentGroupNode, *ast.NullNode:
		case ast.MapNode:
			for m := body.MapRange(); m.Next(); {
				line, err := y.line(m.Key().GetToken(), m.Value())
				if err != nil {
					return nil, err
				}
				lines = append(lines, line)
			}
		default:
			return nil, y.at(body.GetToken(), "not a list of settings, such as epochs: 800, one on each line")
		}
	}
	return lines, nil
}

// yamlFile is a file while it is read.
type yamlFile struct{ path string }

// checkTokens refuses what has no place among settings, before a parser descends into it.
func (y yamlFile) checkTokens(tokens token.Tokens) error {
	lists, documents, settings, started, ended := 0, 0, 0, false, false
	for i, t := range tokens {
		if ended && t.Type != token.CommentType && t.Type != token.DocumentEndType {
			return y.at(t, "a second document, after the line ...: a file holds one")
		}
		switch t.Type {
		case token.CommentType:
			continue
		case token.DocumentEndType:
			ended = true
		case token.SequenceStartType:
			if lists++; lists > 1 {
				return y.at(t, `a list within a list: the layers of one network are hidden: [8, 8]; in a plan of several networks, quote each, as in hidden: ["8,8", "16,16"]`)
			}
		case token.SequenceEndType:
			lists--
		case token.MappingValueType:
			if settings++; settings > maxSettings { // a parser takes its time with more
				return y.at(t, "more than %d settings: there are not that many", maxSettings)
			}
		case token.SequenceEntryType:
			if i > 0 && tokens[i-1].Type == t.Type && tokens[i-1].Position.Line == t.Position.Line {
				return y.at(t, `a list within a list: in a plan of several networks, quote the units of each, as in - "8,8"`)
			}
		case token.MappingStartType:
			if i > 0 {
				return y.at(t, "a mapping within a setting: it has a value or a list of values")
			}
		case token.MappingKeyType, token.MergeKeyType:
			return y.at(t, "a mapping within a setting: it has a value or a list of values")
		case token.AnchorType, token.AliasType, token.TagType, token.DirectiveType:
			return y.at(t, "anchors, aliases, tags and directives are not understood here")
		case token.DocumentHeaderType:
			if documents++; documents > 1 || started {
				return y.at(t, "a second document: a file holds one")
			}
		}
		started = true
	}
	return nil
}

// line reads the value or list of one key.
func (y yamlFile) line(key *token.Token, value ast.Node) (Line, error) {
	line := Line{Key: OtherSpelling(key.Value), Row: key.Position.Line, Column: key.Position.Column}
	nodes := []ast.Node{value}
	if list, isList := value.(*ast.SequenceNode); isList {
		nodes, line.List = list.Values, true
	}
	for _, node := range nodes {
		v, err := y.value(line.Key, node)
		if err != nil {
			return line, err
		}
		line.Values = append(line.Values, v)
	}
	return line, nil
}

func (y yamlFile) value(key string, node ast.Node) (Value, error) {
	t := node.GetToken()
	switch n := node.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		quoted := t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
		return Value{Text: t.Value, Quoted: quoted, Row: t.Position.Line, Column: t.Position.Column}, nil
	case *ast.NullNode:
		return Value{}, y.at(n.GetToken(), "%s: no value", key)
	}
	return Value{}, y.at(t, "%s: not a value: write a number, a name, or a list of them", key)
}

// at is an error at a token.
func (y yamlFile) at(t *token.Token, format string, args ...any) error {
	e := input.RefuseFile(y.path, format, args...)
	if t != nil && t.Position != nil {
		e.Line, e.Column = t.Position.Line, t.Position.Column
	}
	return e
}

// syntax is the parser's error with its place.
func (y yamlFile) syntax(err error) error {
	var located yaml.Error
	if errors.As(err, &located) {
		return y.at(located.GetToken(), "%s", located.GetMessage())
	}
	return input.InFile(y.path, err)
}

// In is an error about the line, or about value i of it where i is not negative.
func (l Line) In(path string, i int, err error) *input.Error {
	e := input.InFile(path, err)
	e.Line, e.Column = l.Row, l.Column
	if i >= 0 && i < len(l.Values) {
		e.Line, e.Column = l.Values[i].Row, l.Values[i].Column
	}
	return e
}

// Text is the value as a flag has it: a list's values with commas between them.
func (l Line) Text() string {
	texts := make([]string, len(l.Values))
	for i, v := range l.Values {
		texts[i] = v.Text
	}
	return strings.Join(texts, ",")
}
