package sweep

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Grid is a plan file: keys, each with its entries, as they were written.
type Grid struct {
	path string
	axes []gridAxis
}

// gridAxis is one key of a plan file.
type gridAxis struct {
	key    string
	values values
	line   int
	column int
	places []place // of the entries of a list
}

type place struct{ line, column int }

// maxGridBytes is far above what a grid takes whose axes are lists.
const maxGridBytes = 1 << 20

// ReadGridFile reads the plan file at path.
func ReadGridFile(path string) (Grid, error) {
	f, err := os.Open(path)
	if err != nil {
		return Grid{}, &InputError{Reason: err.Error()}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxGridBytes+1))
	if err != nil {
		return Grid{}, &InputError{Reason: err.Error()}
	}
	return ReadGrid(path, text)
}

// ReadGrid reads a plan file: a YAML mapping from settings to a value, a list of
// values or a range a..b. Path is for errors, which are of type [InputError].
func ReadGrid(path string, text []byte) (Grid, error) {
	g := Grid{path: path}
	switch {
	case len(text) > maxGridBytes:
		return g, badInput(path, "larger than %d bytes: write long axes as ranges such as 1..1000", maxGridBytes)
	case !utf8.Valid(text) || bytes.ContainsRune(text, 0):
		return g, badInput(path, "not a text in UTF-8")
	}
	tokens := lexer.Tokenize(string(text))
	if err := g.checkTokens(tokens); err != nil {
		return g, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return g, g.syntax(err)
	}
	for _, document := range file.Docs {
		if document.Body == nil {
			continue
		}
		entries, ok := document.Body.(ast.MapNode)
		if !ok {
			return g, g.at(document.Body.GetToken(), "a plan is a list of settings such as\nhidden: [\"8,8\", \"16,16\"]\nseed: 1..50")
		}
		for m := entries.MapRange(); m.Next(); {
			axis, err := g.axis(m.Key().GetToken(), m.Value())
			if err != nil {
				return g, err
			}
			g.axes = append(g.axes, axis)
		}
	}
	if len(g.axes) == 0 {
		return g, badInput(path, "holds no setting: a plan names at least one, such as seed: 1..50")
	}
	return g, nil
}

// checkTokens refuses what has no place in a plan, before a parser descends into
// it.
func (g Grid) checkTokens(tokens token.Tokens) error {
	lists, documents := 0, 0
	for i, t := range tokens {
		switch t.Type {
		case token.SequenceStartType:
			if lists++; lists > 1 {
				return g.at(t, "a list within a list: quote the units of a network, as in hidden: [\"8,8\", \"16,16\"]")
			}
		case token.SequenceEndType:
			lists--
		case token.SequenceEntryType:
			if i > 0 && tokens[i-1].Type == t.Type && tokens[i-1].Position.Line == t.Position.Line {
				return g.at(t, "a list within a list: quote the units of a network, as in - \"8,8\"")
			}
		case token.MappingStartType, token.MappingKeyType, token.MergeKeyType:
			return g.at(t, "a mapping within a plan: a setting has a value, a list or a range")
		case token.AnchorType, token.AliasType, token.TagType, token.DirectiveType:
			return g.at(t, "anchors, aliases, tags and directives are not understood in a plan")
		case token.DocumentHeaderType:
			if documents++; documents > 1 {
				return g.at(t, "a second document: a file holds one plan")
			}
		}
	}
	return nil
}

// axis reads the entries of one key.
func (g Grid) axis(key *token.Token, value ast.Node) (gridAxis, error) {
	axis := gridAxis{key: key.Value, line: key.Position.Line, column: key.Position.Column}
	list, isList := value.(*ast.SequenceNode)
	if !isList {
		text, err := g.scalar(axis.key, value)
		if err != nil {
			return axis, err
		}
		t := value.GetToken()
		if t.Type == token.StringType {
			v, ok, err := parseRange(text)
			if err != nil {
				return axis, g.at(t, "%s: %v", axis.key, err)
			}
			if ok {
				axis.values = v
				return axis, nil
			}
		}
		axis.values.texts = []string{text}
		axis.places = []place{{t.Position.Line, t.Position.Column}}
		return axis, nil
	}
	if len(list.Values) == 0 {
		return axis, g.at(key, "%s: the list is empty: an axis needs at least one entry", axis.key)
	}
	for _, entry := range list.Values {
		text, err := g.scalar(axis.key, entry)
		if err != nil {
			return axis, err
		}
		axis.values.texts = append(axis.values.texts, text)
		at := entry.GetToken().Position
		axis.places = append(axis.places, place{at.Line, at.Column})
	}
	return axis, nil
}

// scalar is the text of a value as it was written, without its quotes.
func (g Grid) scalar(key string, node ast.Node) (string, error) {
	switch n := node.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return node.GetToken().Value, nil
	case *ast.NullNode:
		return "", g.at(n.GetToken(), "%s: no value", key)
	}
	return "", g.at(node.GetToken(), "%s: a setting has a value, a list of values or a range such as 1..50", key)
}

// at is an error at a token.
func (g Grid) at(t *token.Token, format string, args ...any) error {
	e := &InputError{Path: g.path, Reason: fmt.Sprintf(format, args...)}
	if t != nil && t.Position != nil {
		e.Line, e.Column = t.Position.Line, t.Position.Column
	}
	return e
}

// syntax is the parser's error with its place.
func (g Grid) syntax(err error) error {
	var located yaml.Error
	if errors.As(err, &located) {
		return g.at(located.GetToken(), "%s", located.GetMessage())
	}
	return badInput(g.path, "%v", err)
}
