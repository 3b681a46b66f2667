package sweep

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
)

// NewPlan expands a grid. Settings that it does not name have the article's
// values, its two activations included. The error is an [InputError].
func NewPlan(g Grid, provenance experiment.Provenance) (*Plan, error) {
	p := &Plan{Provenance: provenance}
	given := make(map[string]gridAxis, len(g.axes))
	for _, a := range g.axes {
		if _, err := config.SettingNamed(a.key); err != nil {
			return nil, g.inputError(a, -1, err)
		}
		given[a.key] = a
	}
	for _, s := range config.Settings() {
		a := axis{setting: s, values: defaults(s)}
		if written, ok := given[s.Key]; ok {
			canonical, err := g.canonical(s, written)
			if err != nil {
				return nil, err
			}
			a.values = canonical
		}
		p.axes = append(p.axes, a)
	}
	if err := p.count(); err != nil {
		return nil, badInput(g.path, "%v", err)
	}
	if err := p.validate(g, given); err != nil {
		return nil, err
	}
	if err := p.hashFiles(); err != nil {
		return nil, err
	}
	_, err := p.encode()
	return p, err
}

// activationsKey is the setting that is an axis even where it is not written.
const activationsKey = "activations"

func defaults(s config.Setting) values {
	article := config.Article()
	if s.Key == activationsKey {
		return values{texts: article.Activations}
	}
	return values{texts: []string{s.Get(article)}}
}

// canonical brings the entries of an axis into their canonical form.
func (g Grid) canonical(s config.Setting, written gridAxis) (values, error) {
	if written.values.count > 0 {
		c := config.Article()
		if err := s.Set(&c, written.values.at(0)); err != nil {
			return values{}, g.inputError(written, 0, err)
		}
		return written.values, nil
	}
	var v values
	seen := make(map[string]bool, len(written.values.texts))
	for i, text := range written.values.texts {
		c := config.Article()
		if err := s.Set(&c, text); err != nil {
			return values{}, g.inputError(written, i, err)
		}
		if s.Key == activationsKey && len(c.Activations) > 1 {
			return values{}, g.inputError(written, i, fmt.Errorf("%s: %q is %d networks and a trial trains one: write them as a list, [%s]",
				s.Key, text, len(c.Activations), strings.Join(c.Activations, ", ")))
		}
		canonical := s.Get(c)
		if seen[canonical] {
			return values{}, g.inputError(written, i, fmt.Errorf("%s: %s is there twice, which makes duplicate trials%s", s.Key, canonical, hint(s.Key)))
		}
		seen[canonical] = true
		v.texts = append(v.texts, canonical)
	}
	return v, nil
}

// hint explains the likeliest reason for a duplicate.
func hint(key string) string {
	if key == "hidden" {
		return "; a network of two such layers is written in quotes, [\"8,8\"]"
	}
	return ""
}

// inputError places an error about entry i of an axis, or about its key for -1.
func (g Grid) inputError(a gridAxis, i int, err error) error {
	e := &InputError{Path: g.path, Line: a.line, Column: a.column, Reason: err.Error()}
	if i >= 0 && i < len(a.places) {
		e.Line, e.Column = a.places[i].line, a.places[i].column
	}
	return e
}

// count computes the number of trials.
func (p *Plan) count() error {
	p.trials = 1
	for _, a := range p.axes {
		n := a.values.len()
		if n < 1 {
			return fmt.Errorf("%s has no entries", a.setting.Key)
		}
		if n > maxTrials/p.trials {
			return fmt.Errorf("the grid has more than the %d trials that a plan holds: shorten an axis, or make several plans", maxTrials)
		}
		p.trials *= n
	}
	return nil
}

// validate checks every combination of entries, of a range of seeds the ends only,
// so that no trial is found impossible when it is its turn.
func (p *Plan) validate(g Grid, given map[string]gridAxis) error {
	entries := make([]int, len(p.axes))
	for {
		c, err := p.config(entries)
		if err == nil {
			err = c.Validate()
		}
		if err != nil {
			return p.blame(g, given, entries, err)
		}
		if !p.advance(entries) {
			return nil
		}
	}
}

// advance moves to the next combination that is validated.
func (p *Plan) advance(entries []int) bool {
	for i := len(p.axes) - 1; i >= 0; i-- {
		last := p.axes[i].values.len() - 1
		switch {
		case entries[i] == last:
			entries[i] = 0
			continue
		case p.axes[i].values.count > 0 && IsSeed(p.axes[i].setting.Key):
			entries[i] = last
		default:
			entries[i]++
		}
		return true
	}
	return false
}

// blame places an error where the plan file has the setting that it is about.
func (p *Plan) blame(g Grid, given map[string]gridAxis, entries []int, err error) error {
	var setting *input.Error
	if errors.As(err, &setting) {
		if a, ok := given[setting.Key]; ok {
			i := slices.IndexFunc(p.axes, func(x axis) bool { return x.setting.Key == a.key })
			return g.inputError(a, entries[i], err)
		}
	}
	return badInput(g.path, "%v", err)
}
