package study

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxConfigFile bounds a configuration file: a few settings are all that one holds.
const maxConfigFile = 64 << 10

// ConfigFileError is a place in a configuration file that cannot be used.
type ConfigFileError struct {
	// File is the path; Line and Column count from 1 and are 0 for the whole file.
	File         string
	Line, Column int
	Err          error
}

func (e *ConfigFileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.File, e.Line, e.Column, e.Err)
}

func (e *ConfigFileError) Unwrap() error { return e.Err }

// ReadConfigFile sets what a YAML file of settings says and leaves the rest of the
// configuration as it is. The keys are those of [Settings]; a list may be written
// as such or as text with commas. Errors are [ConfigFileError]s.
func ReadConfigFile(path string, c *Config) error {
	f, err := os.Open(path)
	if err != nil {
		return &ConfigFileError{File: path, Err: errors.Unwrap(err)}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxConfigFile+1))
	if err != nil {
		return &ConfigFileError{File: path, Err: err}
	}
	changed := *c
	if err := parseConfig(text, &changed); err != nil {
		err.File = path
		return err
	}
	*c = changed
	return nil
}

// parseConfig reads YAML; the error does not know its file yet.
func parseConfig(text []byte, c *Config) *ConfigFileError {
	if len(text) > maxConfigFile {
		return &ConfigFileError{Err: fmt.Errorf("larger than %d KiB: not a file of settings", maxConfigFile>>10)}
	}
	if depth := nesting(text); depth > 2 {
		return &ConfigFileError{Err: errors.New("brackets within brackets: settings are single values or plain lists")}
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return syntaxError(err)
	}
	if len(file.Docs) > 1 {
		return at(file.Docs[1].Start, "a second document: one is read")
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil
	}
	seen := make(map[string]bool)
	var pairs []*ast.MappingValueNode
	switch body := file.Docs[0].Body.(type) {
	case *ast.MappingNode:
		pairs = body.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{body}
	case *ast.CommentGroupNode, *ast.NullNode:
		return nil
	default:
		return at(body.GetToken(), "not a list of settings such as \"epochs: 800\"")
	}
	for _, pair := range pairs {
		key := pair.Key.GetToken()
		if seen[key.Value] {
			return at(key, "%s is set twice", key.Value)
		}
		seen[key.Value] = true
		if err := setFrom(pair, c); err != nil {
			return err
		}
	}
	return nil
}

// setFrom applies one line.
func setFrom(pair *ast.MappingValueNode, c *Config) *ConfigFileError {
	key := pair.Key.GetToken()
	setting, err := SettingNamed(key.Value)
	if err != nil {
		return at(key, "%v", err)
	}
	text, problem := textOf(pair.Value)
	if problem != nil {
		return problem
	}
	if err := setting.Set(c, text); err != nil {
		return at(pair.Value.GetToken(), "%v", err)
	}
	return nil
}

// textOf is a value as a flag has it: a single one, or a list joined by commas.
func textOf(value ast.Node) (string, *ConfigFileError) {
	switch v := value.(type) {
	case *ast.SequenceNode:
		var parts []string
		for _, entry := range v.Values {
			if _, nested := entry.(*ast.SequenceNode); nested {
				return "", at(entry.GetToken(), "a list within a list")
			}
			part, problem := textOf(entry)
			if problem != nil {
				return "", problem
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, ","), nil
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return value.GetToken().Value, nil
	}
	return "", at(value.GetToken(), "%s is no value of a setting: write a number, a name or a list", strings.ToLower(value.Type().YAMLName()))
}

// nesting is how deep brackets and braces are nested outside of quotes, so that
// no parser recurses into a bomb.
func nesting(text []byte) int {
	depth, deepest := 0, 0
	for _, b := range text {
		switch b {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth--
		}
	}
	return deepest
}

func at(t *token.Token, format string, args ...any) *ConfigFileError {
	e := &ConfigFileError{Err: fmt.Errorf(format, args...)}
	if t != nil && t.Position != nil {
		e.Line, e.Column = t.Position.Line, t.Position.Column
	}
	return e
}

// syntaxError takes the place out of the YAML library's error.
func syntaxError(err error) *ConfigFileError {
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		return at(syntax.GetToken(), "%s", syntax.GetMessage())
	}
	return &ConfigFileError{Err: err}
}

// WriteConfig writes a configuration as a file for [ReadConfigFile].
func WriteConfig(w io.Writer, c Config) error {
	for _, s := range Settings() {
		value := s.Get(c)
		switch s.Kind {
		case "names", "units":
			value = "[" + strings.ReplaceAll(value, ",", ", ") + "]"
		case "name":
			value = strconv.Quote(value)
		}
		if _, err := fmt.Fprintf(w, "%s: %s\n", s.Key, value); err != nil {
			return err
		}
	}
	return nil
}
