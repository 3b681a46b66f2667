package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"actscope/internal/config"
	"actscope/internal/experiment"
)

// maxTrials is how many trials a plan holds: a year of small ones on one core.
const maxTrials = 10_000_000

// Plan is a grid with every setting filled in: what a sweep computes, with what
// program. It is not changed once made, and does not depend on the order of the
// plan file's keys.
type Plan struct {
	// Provenance is the program that the results are of.
	Provenance experiment.Provenance

	files  []dataFile
	axes   []axis // one per setting, in the settings' order; constants have one entry
	trials int
	hash   [sha256.Size]byte
}

// axis is one setting with its entries.
type axis struct {
	setting config.Setting
	values  values
}

// Trial is one network to train.
type Trial struct {
	// Index is its place in the plan, from 0; the last axis varies fastest.
	Index int
	// ID is a hash of the configuration, the same in every plan of the program.
	ID     string
	Config config.Config
	// Settings are the configuration's values in their canonical form, one for
	// each of the plan's [Plan.Keys].
	Settings []string
}

// IsSeed says whether a setting repeats trials rather than changing them.
func IsSeed(key string) bool { return key == "seed" || strings.HasSuffix(key, "-seed") }

// config is the configuration of one entry of each axis.
func (p *Plan) config(entries []int) (config.Config, error) {
	c := config.Article()
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
		c := config.Article()
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
