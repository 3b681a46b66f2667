package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"actscope/internal/study"
)

// maxTrials is how many trials a plan holds: a year of small ones on one core.
const maxTrials = 10_000_000

// Plan is a grid with every setting filled in: what a sweep computes, with what
// program. It is not changed once made, and does not depend on the order of the
// plan file's keys.
type Plan struct {
	// Provenance is the program that the results are of.
	Provenance study.Provenance

	files  []dataFile
	axes   []axis // one per setting, in the settings' order; constants have one entry
	trials int
	hash   [sha256.Size]byte
}

// axis is one setting with its entries.
type axis struct {
	setting study.Setting
	values  values
}

// Trial is one network to train.
type Trial struct {
	// Index is its place in the plan, from 0; the last axis varies fastest.
	Index int
	// ID is a hash of the configuration, the same in every plan of the program.
	ID     string
	Config study.Config
	// Settings are the configuration's values in their canonical form, one for
	// each of the plan's [Plan.Keys].
	Settings []string
}

// NewPlan expands a grid. Settings that it does not name have the article's
// values, its two activations included. The error is an [InputError].
func NewPlan(g Grid, provenance study.Provenance) (*Plan, error) {
	p := &Plan{Provenance: provenance}
	given := make(map[string]gridAxis, len(g.axes))
	for _, a := range g.axes {
		if _, err := study.SettingNamed(a.key); err != nil {
			return nil, g.inputError(a, -1, err)
		}
		given[a.key] = a
	}
	for _, s := range study.Settings() {
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

func defaults(s study.Setting) values {
	article := study.Article()
	if s.Key == activationsKey {
		return values{texts: article.Activations}
	}
	return values{texts: []string{s.Get(article)}}
}

// canonical brings the entries of an axis into their canonical form.
func (g Grid) canonical(s study.Setting, written gridAxis) (values, error) {
	if written.values.count > 0 {
		c := study.Article()
		if err := s.Set(&c, written.values.at(0)); err != nil {
			return values{}, g.inputError(written, 0, err)
		}
		return written.values, nil
	}
	var v values
	seen := make(map[string]bool, len(written.values.texts))
	for i, text := range written.values.texts {
		c := study.Article()
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

// IsSeed says whether a setting repeats trials rather than changing them.
func IsSeed(key string) bool { return key == "seed" || strings.HasSuffix(key, "-seed") }

// blame places an error where the plan file has the setting that it is about.
func (p *Plan) blame(g Grid, given map[string]gridAxis, entries []int, err error) error {
	var setting *study.ConfigError
	if errors.As(err, &setting) {
		if a, ok := given[setting.Key]; ok {
			i := slices.IndexFunc(p.axes, func(x axis) bool { return x.setting.Key == a.key })
			return g.inputError(a, entries[i], err)
		}
	}
	return badInput(g.path, "%v", err)
}

// config is the configuration of one entry of each axis.
func (p *Plan) config(entries []int) (study.Config, error) {
	c := study.Article()
	for i, a := range p.axes {
		if err := a.setting.Set(&c, a.values.at(entries[i])); err != nil {
			return c, err
		}
	}
	return c, nil
}

// Trials is the number of trials.
func (p *Plan) Trials() int { return p.trials }

// Hash identifies the plan, in hexadecimal digits.
func (p *Plan) Hash() string { return hex.EncodeToString(p.hash[:]) }

// Keys are the names of all settings.
func (p *Plan) Keys() []string {
	var keys []string
	for _, a := range p.axes {
		keys = append(keys, a.setting.Key)
	}
	return keys
}

// Axis is a setting that varies.
type Axis struct {
	Key string
	// Entries is the number of its values.
	Entries int
}

// Axes are the settings that vary.
func (p *Plan) Axes() []Axis {
	var axes []Axis
	for _, a := range p.axes {
		if n := a.values.len(); n > 1 {
			axes = append(axes, Axis{a.setting.Key, n})
		}
	}
	return axes
}

// Described is a setting of a plan in words.
type Described struct{ Key, Values string }

// Describe tells all settings: the value, the entries, or the ends of a range. Long
// lists are cut short.
func (p *Plan) Describe() []Described {
	const most = 12
	var all []Described
	for _, a := range p.axes {
		d := Described{Key: a.setting.Key}
		switch n := a.values.len(); {
		case a.values.count > 1:
			d.Values = a.values.at(0) + " to " + a.values.at(n-1)
		case n > most:
			d.Values = fmt.Sprintf("%s; and %d more", strings.Join(a.values.texts[:most], "; "), n-most)
		case n > 1:
			d.Values = strings.Join(a.values.texts, "; ")
		default:
			d.Values = a.values.at(0)
		}
		all = append(all, d)
	}
	return all
}

// Trial is trial i, from 0 to Trials()-1.
func (p *Plan) Trial(i int) (Trial, error) {
	if i < 0 || i >= p.trials {
		return Trial{}, fmt.Errorf("trial %d: the plan has %d", i, p.trials)
	}
	t := Trial{Index: i, Settings: make([]string, len(p.axes))}
	var err error
	if t.Config, err = p.config(p.entries(i)); err != nil {
		return Trial{}, err
	}
	id := sha256.New()
	for j, a := range p.axes {
		t.Settings[j] = a.setting.Get(t.Config)
		fmt.Fprintf(id, "%s=%s\n", a.setting.Key, t.Settings[j])
	}
	t.ID = hex.EncodeToString(id.Sum(nil)[:idBytes])
	return t, nil
}

// idBytes is the length of a trial's id: enough that two of a plan's trials do not
// share one.
const idBytes = 12

// entries are the entries of trial i, by axis.
func (p *Plan) entries(i int) []int {
	entries := make([]int, len(p.axes))
	for j := len(p.axes) - 1; j >= 0; j-- {
		n := p.axes[j].values.len()
		entries[j], i = i%n, i/n
	}
	return entries
}

// Depth is the largest number of hidden layers of a trial.
func (p *Plan) Depth() (int, error) {
	depth := 0
	for _, a := range p.axes {
		c := study.Article()
		if a.setting.Key != "hidden" {
			continue
		}
		for i := range a.values.len() {
			if err := a.setting.Set(&c, a.values.at(i)); err != nil {
				return 0, err
			}
			depth = max(depth, len(c.Hidden))
		}
	}
	return depth, nil
}
