package config

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"actscope/internal/formula"
	"actscope/internal/input"
)

// ReadFile sets what a YAML file of settings says and leaves the rest of the
// configuration as it is. The keys are those of [Settings]; a list may be written
// as such or as text with commas. It gives the lines of the file, for errors about what
// they set. Errors are of type [input.Error].
func ReadFile(path string, c *Config) ([]Line, error) {
	lines, err := ReadYAML(path)
	if err != nil {
		return nil, err
	}
	return lines, c.set(path, lines)
}

// ReadFileOnce is [ReadFile] of a file that may be a pipe, which it waits for while the context
// lasts.
func ReadFileOnce(ctx context.Context, path string, c *Config) ([]Line, error) {
	f, err := input.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := readYAML(path, f)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return lines, c.set(path, lines)
}

// Parse is [ReadFile] of the text of a file in memory; name is for errors.
func Parse(name string, text []byte, c *Config) ([]Line, error) {
	lines, err := ParseYAML(name, text)
	if err != nil {
		return nil, err
	}
	return lines, c.set(name, lines)
}

// set applies the lines of a file, all of them or none.
func (c *Config) set(path string, lines []Line) error {
	changed := *c
	for i, line := range lines {
		if slices.ContainsFunc(lines[:i], func(l Line) bool { return l.Key == line.Key }) {
			return line.In(path, -1, fmt.Errorf("%s is set twice", line.Key))
		}
		setting, err := SettingNamed(line.Key)
		if err != nil {
			return line.In(path, -1, err)
		}
		if err := setting.Set(&changed, line.Text()); err != nil {
			return line.In(path, 0, err)
		}
	}
	*c = changed
	return nil
}

// Write writes a configuration as a file for [ReadFile].
func Write(w io.Writer, c Config) error {
	for _, s := range Settings() {
		if _, err := fmt.Fprintln(w, s.line(c)); err != nil {
			return err
		}
	}
	return nil
}

// WriteCommented writes a configuration as a file for [ReadFile] in which people find their way:
// what each setting is stands above it, and optional settings at their defaults are comments.
func WriteCommented(w io.Writer, c Config) error {
	for _, s := range Settings() {
		line := s.line(c)
		if s.Optional && s.Get(c) == s.Get(Config{}) {
			line = "# " + line
		}
		if _, err := fmt.Fprintf(w, "\n%s%s\n", comment(s.Usage), line); err != nil {
			return err
		}
	}
	return nil
}

// comment is a text in lines of a comment.
func comment(text string) string {
	const width = 100
	var lines strings.Builder
	line := "#"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width && line != "#" {
			lines.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	return lines.String() + line + "\n"
}

// line is the setting in a file.
func (s Setting) line(c Config) string {
	value := s.Get(c)
	switch s.Kind {
	case "names", "units":
		entries := formula.Split(value)
		for i, e := range entries {
			if strings.ContainsAny(e, "(*") { // of a formula
				entries[i] = strconv.Quote(e)
			}
		}
		value = "[" + strings.Join(entries, ", ") + "]"
	case "name":
		value = strconv.Quote(value)
	}
	return s.Key + ": " + value
}
