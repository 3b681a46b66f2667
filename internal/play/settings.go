package play

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/input"
)

// inPlace are the settings that can be changed while a network trains. All others decide its shape, its
// first weights or its points, and training begins anew.
var inPlace = []string{
	"learning-rate", "weight-decay", "clip", "schedule", "warm-up", "batch-size", "optimiser", "class-weights", "l2", "reduction", "epochs", "patience", "validate",
}

// copied shares no memory with a configuration.
func copied(c config.Config) config.Config {
	c.Activations, c.Hidden, c.Parts = slices.Clone(c.Activations), slices.Clone(c.Hidden), slices.Clone(c.Parts)
	return c
}

// set changes settings: in place where that can be, and else with a reset that keeps the seed.
func (l *Laboratory) set(c command) (outcome, error) {
	fresh, err := merged(l.config, c.Settings)
	if err != nil {
		return outcome{}, err
	}
	return l.change(fresh)
}

// change brings a configuration about.
func (l *Laboratory) change(fresh config.Config) (outcome, error) {
	changed := differing(l.config, fresh)
	if len(changed) == 0 {
		return outcome{}, nil
	}
	if fresh.From != "" {
		return outcome{}, input.Refuse("from", "no file is read for a page: import the network instead")
	}
	if err := checkConfig(fresh); err != nil {
		return outcome{}, err
	}
	if err := fresh.Validate(); err != nil {
		return outcome{}, err
	}
	begun := l.epoch > 0 || len(l.log) > 0
	only := func(keys []string) bool {
		return !slices.ContainsFunc(changed, func(key string) bool { return !slices.Contains(keys, key) })
	}
	if begun && only(inPlace) {
		if err := l.continueWith(fresh, l.factors()); err != nil {
			return outcome{}, err
		}
		if !only([]string{"epochs", "validate"}) || fresh.LengthOfSchedule() && !only([]string{"validate"}) {
			l.intervene("set", describe(fresh, changed))
		}
		return outcome{state: true}, nil
	}
	d := l.data
	if slices.ContainsFunc(changed, func(key string) bool { return slices.Contains(config.PointKeys(), key) }) {
		if d, err := l.load(fresh, l.tableOf(fresh)); err != nil {
			return outcome{}, err
		} else if err := l.begin(fresh, d, l.factorsFor(fresh)); err != nil {
			return outcome{}, err
		}
		l.pointAtFirst()
		return outcome{state: true, reset: begun}, nil
	}
	return outcome{state: true, reset: begun}, l.begin(fresh, d, l.factorsFor(fresh))
}

// tableOf is the table of a configuration, nil where its points are generated.
func (l *Laboratory) tableOf(c config.Config) *csvText {
	if _, isFile := c.File(); isFile {
		return l.csv
	}
	return nil
}

// merged are settings with some of them changed.
func merged(c config.Config, values map[string]json.RawMessage) (config.Config, error) {
	fresh := copied(c)
	var said []string
	for key := range values {
		s, err := config.SettingNamed(key)
		if err != nil {
			return c, err
		}
		if slices.Contains(said, s.Key) {
			return c, input.Refuse(s.Key, "it is set twice")
		}
		said = append(said, s.Key)
	}
	for _, s := range config.Settings() {
		for key, raw := range values {
			if config.OtherSpelling(key) != s.Key {
				continue
			}
			text, err := textOf(raw)
			if err != nil {
				return c, input.Under(s.Key, err)
			}
			if err := s.Set(&fresh, text); err != nil {
				return c, err
			}
		}
	}
	followDataset(c, &fresh, said)
	return fresh, nil
}

// followDataset has settings that only some points have follow the data set, unless they are said.
func followDataset(before config.Config, c *config.Config, said []string) {
	follows := func(key string) bool { return c.Dataset != before.Dataset && !slices.Contains(said, key) }
	_, isFile := c.File()
	_, wasFile := before.File()
	if !isFile {
		if follows("label") {
			c.Label = ""
		}
		if follows("task") {
			c.Task = ""
		}
	}
	generated := !isFile && slices.Contains(data.GeneratorNames(), c.Dataset)
	if follows("classes") && c.Dataset != "blobs" && c.Dataset != "spirals" {
		c.Classes = 0
	}
	if follows("class-share") && (!generated || c.Dataset == "xor" || c.Dataset == "regression") {
		c.ClassShare = 0
	}
	if c.Standardise == config.StandardiseByData || follows("standardise") && isFile != wasFile {
		c.ResolveStandardise(false)
	}
}

// textOf is a JSON value as a flag has it.
func textOf(raw json.RawMessage) (string, error) {
	raw = bytes.TrimSpace(raw)
	var list []json.RawMessage
	var text string
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return "", input.Refuse("", "no value")
	case raw[0] == '"':
		err := json.Unmarshal(raw, &text)
		return text, err
	case raw[0] == '[':
		if err := json.Unmarshal(raw, &list); err != nil {
			return "", err
		}
		var parts []string
		for _, entry := range list {
			if entry = bytes.TrimSpace(entry); len(entry) > 0 && (entry[0] == '[' || entry[0] == '{') {
				return "", input.Refuse("", "a list within a list")
			}
			part, err := textOf(entry)
			if err != nil {
				return "", err
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, ","), nil
	case raw[0] == '{':
		return "", input.Refuse("", "not a value: write a number, a name, or a list of them")
	}
	return string(raw), nil
}

// differing are the keys of the settings that two configurations have differently.
func differing(a, b config.Config) (keys []string) {
	for _, s := range config.Settings() {
		if s.Get(a) != s.Get(b) {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

// describe says what some settings are.
func describe(c config.Config, keys []string) string {
	var parts []string
	for _, s := range config.Settings() {
		if slices.Contains(keys, s.Key) {
			parts = append(parts, s.Key+": "+s.Get(c))
		}
	}
	return strings.Join(parts, ", ")
}

// factors are by how much each network's rate is larger than the setting.
func (l *Laboratory) factors() (factors []float64) {
	for _, n := range l.networks {
		factors = append(factors, n.factor)
	}
	return factors
}

// factorsFor are those of the networks of another configuration: who is in both keeps its own.
func (l *Laboratory) factorsFor(c config.Config) []float64 {
	factors := slices.Repeat([]float64{1}, len(c.Activations))
	for i, name := range c.Activations {
		for k, n := range l.networks {
			if l.config.Activations[k] == name {
				factors[i] = n.factor
			}
		}
	}
	return factors
}

// continueWith goes on with other settings of training, or factors of the rate, from where the networks
// are.
func (l *Laboratory) continueWith(c config.Config, factors []float64) error {
	specifications, err := c.Specifications()
	if err != nil {
		return err
	}
	l.changes++
	var fresh []*network
	for k, n := range l.networks {
		spec, err := specifications[k].For(l.data.Train.Columns, l.data.Train.Targets)
		if err != nil {
			return err
		}
		state := n.trainer.State()
		m, err := l.slots[k].start(l.ctx, spec, l.data, factors[k])
		if err != nil {
			return err
		}
		if err := m.trainer.Restore(state); err != nil {
			return err
		}
		m.take(n.course())
		m.stamp, m.layers, m.measuredAt = n.stamp, n.layers, n.measuredAt
		fresh = append(fresh, m)
	}
	for _, n := range l.networks {
		n.close()
	}
	l.networks, l.config = fresh, c
	if err := l.findLine(); err != nil {
		return err
	}
	l.seeds = l.seeds.again(l)
	return nil
}

// leastFactor and mostFactor bound the factors of rates.
const leastFactor, mostFactor = 1e-3, 1e3

// setFactor gives one network another rate than the others have.
func (l *Laboratory) setFactor(c command) (outcome, error) {
	if err := l.checkNetwork(c.Network); err != nil {
		return outcome{}, err
	}
	if c.Factor == nil || !(*c.Factor >= leastFactor && *c.Factor <= mostFactor) {
		return outcome{}, input.Refuse("factor", "it is a number from %v to %v", leastFactor, mostFactor)
	}
	factors := l.factors()
	if factors[c.Network] == *c.Factor {
		return outcome{}, nil
	}
	factors[c.Network] = *c.Factor
	if l.epoch == 0 && len(l.log) == 0 {
		return outcome{state: true}, l.begin(copied(l.config), l.data, factors)
	}
	if err := l.continueWith(copied(l.config), factors); err != nil {
		return outcome{}, err
	}
	l.intervene("rate", describeFactor(l.networks[c.Network].spec.Name, *c.Factor))
	return outcome{state: true}, nil
}

func (l *Laboratory) checkNetwork(k int) error {
	if k < 0 || k >= len(l.networks) {
		return input.Refuse("network", "%d: there are networks 0 to %d", k, len(l.networks)-1)
	}
	return nil
}

// reset begins anew with the same weights, or with those of another seed.
func (l *Laboratory) reset(c command) (outcome, error) {
	fresh := copied(l.config)
	if c.Seed != nil {
		fresh.Seed = *c.Seed
		if err := fresh.Validate(); err != nil {
			return outcome{}, err
		}
	}
	return outcome{state: true, reset: true}, l.begin(fresh, l.data, l.factors())
}
