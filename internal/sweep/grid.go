package sweep

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
)

// Grid is a plan file as people write it: settings, each with its entries.
type Grid struct {
	path     string
	axes     []gridAxis
	measures measureSet
}

// gridAxis is one setting of a plan file.
type gridAxis struct {
	config.Line
	entries values
}

// maxPlanFile is more than [config.ParseYAML] takes.
const maxPlanFile = 8 << 20

// ReadGridFile is [ReadGrid] for the regular file at path.
func ReadGridFile(path string) (Grid, error) {
	text, err := readFile(path, maxPlanFile)
	if err != nil {
		return Grid{}, err
	}
	return ReadGrid(path, text)
}

// ReadGrid reads the text of a plan file: a YAML mapping from settings to a value, a list
// of values or a range a..b. Path is for errors, which are of type [input.Error].
func ReadGrid(path string, text []byte) (Grid, error) {
	lines, err := config.ParseYAML(path, text)
	if err != nil {
		return Grid{}, err
	}
	g := Grid{path: path}
	for _, line := range lines {
		if line.Key == measureKey {
			var names []string
			for _, value := range line.Values {
				names = append(names, value.Text)
			}
			if g.measures, err = readMeasures(names); err != nil {
				return g, line.In(path, -1, err)
			}
			continue
		}
		entries, err := readEntries(line)
		if err != nil {
			return g, line.In(path, 0, input.Under(line.Key, err))
		}
		g.axes = append(g.axes, gridAxis{line, entries})
	}
	if len(g.axes) == 0 {
		return g, input.RefuseFile(path, "holds no setting: a plan names at least one, such as seed: 1..50")
	}
	return g, nil
}

// values are the entries of one setting: a list of texts, or the whole numbers of a range,
// which are not kept one by one.
type values struct {
	texts []string
	from  int64
	count int // of a range; 0 for a list
}

func (v values) len() int { return max(v.count, len(v.texts)) }

// at is entry i as text.
func (v values) at(i int) string {
	if v.count > 0 {
		return strconv.FormatInt(v.from+int64(i), 10)
	}
	return v.texts[i]
}

// readEntries are the values of a line, or the numbers of its range.
func readEntries(line config.Line) (values, error) {
	if len(line.Values) == 0 {
		return values{}, errors.New("the list is empty: an axis needs at least one entry")
	}
	if first := line.Values[0]; !line.List && !first.Quoted {
		if v, err := readRange(first.Text); err != nil || v.count > 0 {
			return v, err
		}
	}
	var v values
	for _, value := range line.Values {
		v.texts = append(v.texts, value.Text)
	}
	return v, nil
}

// readRange reads a..b; a text of another form has no entries.
func readRange(text string) (values, error) {
	low, high, _ := strings.Cut(text, "..")
	from, errFrom := strconv.ParseInt(strings.TrimSpace(low), 10, 64)
	to, errTo := strconv.ParseInt(strings.TrimSpace(high), 10, 64)
	switch {
	case errFrom != nil || errTo != nil:
		return values{}, nil
	case to < from:
		return values{}, fmt.Errorf("the range %s runs downwards: write %d..%d", text, to, from)
	case uint64(to)-uint64(from) >= maxTrials:
		return values{}, fmt.Errorf("the range %s has more than the %d trials that a plan holds", text, maxTrials)
	}
	return values{from: from, count: int(to-from) + 1}, nil
}

// NewPlan expands a grid. Settings that it does not name have the article's values, its
// two activations included. The error is an [input.Error], or the context's.
func NewPlan(ctx context.Context, g Grid, provenance experiment.Provenance) (*Plan, error) {
	p := &Plan{Provenance: provenance, measures: g.measures}
	for _, a := range g.axes {
		if _, err := config.SettingNamed(a.Key); err != nil {
			return nil, g.at(a, -1, err)
		}
	}
	byData := g.standardiseUnsaid()
	for _, s := range config.Settings() {
		entries := values{texts: []string{s.Get(config.Article())}}
		if s.Key == activationsKey {
			entries.texts = config.Article().Activations
		}
		if s.Key == standardiseKey && byData != "" {
			entries.texts = []string{byData}
		}
		if a, ok := g.axis(s.Key); ok {
			var err error
			if entries, err = g.canonical(s, a); err != nil {
				return nil, err
			}
		}
		if left := s.Get(config.Article()); s.Optional && entries.len() == 1 && entries.at(0) == left {
			continue
		}
		p.axes = append(p.axes, axis{s, entries})
	}
	if err := p.count(); err != nil {
		return nil, input.InFile(g.path, err)
	}
	if err := p.validate(ctx, g); err != nil {
		return nil, err
	}
	if err := p.hashFiles(g); err != nil {
		return nil, err
	}
	_, err := p.encode()
	return p, err
}

// standardiseKey is the setting whose default depends on the points.
const standardiseKey = "standardise"

// standardiseUnsaid is what a plan has of how columns are standardised where the grid does not
// say it: for files the training rows, for files beside generated points what each takes.
func (g Grid) standardiseUnsaid() string {
	a, ok := g.axis("dataset")
	if _, said := g.axis(standardiseKey); said || !ok {
		return ""
	}
	files := 0
	for i := range a.entries.len() {
		if _, isFile := config.DataFile(a.entries.at(i)); isFile {
			files++
		}
	}
	switch files {
	case 0:
		return ""
	case a.entries.len():
		return config.StandardiseTrain
	}
	return config.StandardiseByData
}

// activationsKey is the setting that is an axis even where it is not written.
const activationsKey = "activations"

// axis is the setting of a key, where the grid has it.
func (g Grid) axis(key string) (gridAxis, bool) {
	i := slices.IndexFunc(g.axes, func(a gridAxis) bool { return a.Key == key })
	if i < 0 {
		return gridAxis{}, false
	}
	return g.axes[i], true
}

// at gives an error the place of entry i of an axis in the plan file, or that of its key
// for -1. Entries of a range have no place of their own.
func (g Grid) at(a gridAxis, i int, err error) error {
	if a.entries.count > 0 {
		i = -1
	}
	return a.In(g.path, i, err)
}

// canonical brings the entries of an axis into their canonical form.
func (g Grid) canonical(s config.Setting, a gridAxis) (values, error) {
	c := config.Article()
	if a.entries.count > 0 {
		if err := s.Set(&c, a.entries.at(0)); err != nil {
			return values{}, g.at(a, -1, err)
		}
		return a.entries, nil
	}
	var v values
	seen := make(map[string]bool, len(a.entries.texts))
	for i, text := range a.entries.texts {
		err := s.Set(&c, text)
		entry := s.Get(c)
		switch {
		case err != nil:
		case s.Key == activationsKey && len(c.Activations) > 1:
			err = input.Refuse(s.Key, "%q is %d networks and a trial trains one: write them as a list, [%s]", text, len(c.Activations), strings.Join(c.Activations, ", "))
		case seen[entry] && s.Key == "hidden":
			err = input.Refuse(s.Key, `%s is there twice, which makes duplicate trials; a network of two such layers is written in quotes, ["8,8"]`, entry)
		case seen[entry]:
			err = input.Refuse(s.Key, "%s is there twice, which makes duplicate trials", entry)
		}
		if err != nil {
			return values{}, g.at(a, i, err)
		}
		seen[entry] = true
		v.texts = append(v.texts, entry)
	}
	return v, nil
}

// validate checks every combination of entries, of a range the ends only, between which
// nothing else can be wrong.
func (p *Plan) validate(ctx context.Context, g Grid) error {
	entries := make([]int, len(p.axes))
	for {
		if err := ctx.Err(); err != nil { // of many
			return err
		}
		c, err := p.config(entries)
		if err == nil {
			err = c.Validate()
		}
		if err != nil {
			return p.refuse(g, entries, err)
		}
		if !p.advance(entries) {
			return nil
		}
	}
}

// advance moves to the next combination that is validated.
func (p *Plan) advance(entries []int) bool {
	for i := len(p.axes) - 1; i >= 0; i-- {
		last := p.axes[i].len() - 1
		switch {
		case entries[i] == last:
			entries[i] = 0
			continue
		case p.axes[i].count > 0:
			entries[i] = last
		default:
			entries[i]++
		}
		return true
	}
	return false
}

// refuse gives an error about a combination of entries the place where the plan file has
// the setting that it is about.
func (p *Plan) refuse(g Grid, entries []int, err error) error {
	var bad *input.Error
	if errors.As(err, &bad) {
		if a, ok := g.axis(bad.Key); ok {
			i := slices.IndexFunc(p.axes, func(x axis) bool { return x.setting.Key == a.Key })
			return g.at(a, entries[i], err)
		}
	}
	return input.InFile(g.path, err)
}
