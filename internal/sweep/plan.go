package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
)

// maxTrials bounds a plan: on one core, its trials take a year if they are small.
const maxTrials = 10_000_000

// Plan is a grid with every setting filled in: what a sweep computes, and with which
// program. It is not changed once made, and does not depend on the order of the plan
// file's keys.
type Plan struct {
	// Provenance is the program that the results are of.
	Provenance experiment.Provenance

	measures measureSet
	files    []dataFile
	axes     []axis // one per setting, in the settings' order; constants have one entry
	trials   int
	hash     [sha256.Size]byte
}

// axis is one setting with its entries.
type axis struct {
	setting config.Setting
	values
}

// Trial is one network to train.
type Trial struct {
	// Index is its place in the plan, from 0; the last axis varies fastest.
	Index int
	// ID is a hash of the configuration, the same in every plan of the program.
	ID     string
	Config config.Config
	// Settings are the configuration's values in their canonical form, one for each of the
	// plan's [Plan.Keys].
	Settings []string
}

// IsSeed says whether a setting repeats trials rather than changing them.
func IsSeed(key string) bool { return key == "seed" || strings.HasSuffix(key, "-seed") }

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
		if n := a.len(); n > 1 {
			axes = append(axes, Axis{a.setting.Key, n})
		}
	}
	return axes
}

// Describe gives all settings in words: the value, the entries, or the ends of a range.
// Long lists are cut short.
func (p *Plan) Describe() []config.Entry {
	const most = 12
	var all []config.Entry
	for _, a := range p.axes {
		value := strings.Join(a.texts[:min(len(a.texts), most)], "; ")
		if left := len(a.texts) - most; left > 0 {
			value += fmt.Sprintf("; and %d more", left)
		}
		switch {
		case a.count > 1:
			value = a.at(0) + " to " + a.at(a.count-1)
		case a.count == 1:
			value = a.at(0)
		}
		all = append(all, config.Entry{Key: a.setting.Key, Value: value})
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

// idBytes is the length of a trial's id: enough that no two trials of a plan share one.
const idBytes = 12

// entries are the entries of trial i, by axis.
func (p *Plan) entries(i int) []int {
	entries := make([]int, len(p.axes))
	for j := len(p.axes) - 1; j >= 0; j-- {
		n := p.axes[j].len()
		entries[j], i = i%n, i/n
	}
	return entries
}

// config is the configuration of one entry of each axis.
func (p *Plan) config(entries []int) (config.Config, error) {
	c := config.Article()
	for i, a := range p.axes {
		if err := a.setting.Set(&c, a.at(entries[i])); err != nil {
			return c, err
		}
	}
	c.ResolveStandardise(true)
	return c, nil
}

// count computes the number of trials.
func (p *Plan) count() error {
	p.trials = 1
	for _, a := range p.axes {
		n := a.len()
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

// Depth is the largest number of hidden layers of a trial.
func (p *Plan) Depth() (int, error) {
	depth := 0
	for _, a := range p.axes {
		if a.setting.Key != "hidden" {
			continue
		}
		for i := range a.len() {
			var c config.Config
			if err := a.setting.Set(&c, a.at(i)); err != nil {
				return 0, err
			}
			depth = max(depth, len(c.Hidden))
		}
	}
	return depth, nil
}

// planFormat is the version of the plan's format.
const planFormat = 1

// planFile is a plan as it is stored, beside its own hash.
type planFile struct {
	SHA256 string   `json:"sha256"`
	Plan   planBody `json:"plan"`
}

type planBody struct {
	Format int `json:"format"`
	experiment.Provenance
	// Measure names what is measured of each trial beside what always is.
	Measure  []string    `json:"measure,omitempty"`
	Files    []dataFile  `json:"files,omitempty"`
	Trials   int         `json:"trials"`
	Settings []planEntry `json:"settings"`
}

// planEntry is one setting: a list of values, or a range from one to another.
type planEntry struct {
	Key    string   `json:"key"`
	Values []string `json:"values,omitempty"`
	From   *int64   `json:"from,omitempty"`
	To     *int64   `json:"to,omitempty"`
}

// encode gives the bytes of plan.json, and sets the plan's hash.
func (p *Plan) encode() ([]byte, error) {
	body := planBody{Format: planFormat, Provenance: p.Provenance, Measure: p.measures.names(), Files: p.files, Trials: p.trials}
	for _, a := range p.axes {
		e := planEntry{Key: a.setting.Key, Values: a.texts}
		if a.count > 0 {
			from, to := a.from, a.from+int64(a.count)-1
			e.From, e.To = &from, &to
		}
		body.Settings = append(body.Settings, e)
	}
	content, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	p.hash = sha256.Sum256(content)
	var file bytes.Buffer
	encoder := json.NewEncoder(&file)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(planFile{SHA256: p.Hash(), Plan: body}); err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	return file.Bytes(), nil
}

// decodePlan reads plan.json; path is for errors. A file that differs by a byte from what
// encode wrote is refused.
func decodePlan(path string, content []byte) (*Plan, error) {
	var file planFile
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, input.RefuseFile(path, "not a plan of a sweep: %w", err)
	}
	if file.Plan.Format != planFormat {
		return nil, input.RefuseFile(path, "a plan of format %d; this program knows format %d", file.Plan.Format, planFormat)
	}
	p := &Plan{Provenance: file.Plan.Provenance, files: file.Plan.Files}
	var err error
	if p.measures, err = readMeasures(file.Plan.Measure); err != nil {
		return nil, input.InFile(path, err)
	}
	for _, e := range file.Plan.Settings {
		s, err := config.SettingNamed(e.Key)
		if err != nil {
			return nil, input.RefuseFile(path, "made by %s, with a setting that this program does not know: %w", p.Provenance.Version, err)
		}
		a := axis{s, values{texts: e.Values}}
		if e.From != nil && e.To != nil && *e.From <= *e.To && uint64(*e.To)-uint64(*e.From) < maxTrials {
			a.values = values{from: *e.From, count: int(*e.To-*e.From) + 1}
		}
		p.axes = append(p.axes, a)
	}
	edited := input.RefuseFile(path, "was changed after it was made, and results belong to the plan as it was: make a new plan in another directory")
	if err := p.count(); err != nil {
		return nil, edited
	}
	again, err := p.encode()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(content, again) || p.Hash() != file.SHA256 {
		return nil, edited
	}
	return p, nil
}

// dataFile is a file that trials read, and what was in it when the plan was made.
type dataFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

func hashOf(path string) (string, error) {
	if path == input.Standard {
		return "", input.Refuse("", "standard input is gone when a trial is trained: name a file")
	}
	return experiment.HashFile(path)
}

// hashFiles notes the content of the files that the plan's data sets are read from.
func (p *Plan) hashFiles(g Grid) error {
	for _, a := range p.axes {
		if a.setting.Key != "dataset" {
			continue
		}
		for i := range a.len() {
			path, ok := config.DataFile(a.at(i))
			if !ok {
				continue
			}
			sum, err := hashOf(path)
			if err != nil {
				written, _ := g.axis(a.setting.Key)
				return g.at(written, i, input.Under(a.setting.Key, err))
			}
			p.files = append(p.files, dataFile{path, sum})
		}
	}
	return nil
}

// checkFiles refuses to go on with data that have changed.
func (p *Plan) checkFiles() error {
	for _, f := range p.files {
		sum, err := experiment.HashFile(f.Path)
		if err != nil {
			return input.Refuse("dataset", "%w: a relative path is looked up where the sweep is run", err)
		}
		if sum != f.SHA256 {
			return input.RefuseFile(f.Path, "has changed since the sweep was planned: put the old file back, or plan again in another directory")
		}
	}
	return nil
}
