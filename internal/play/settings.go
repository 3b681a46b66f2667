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
	"learning-rate", "rate-factors", "weight-decay", "clip", "schedule", "warm-up", "batch-size", "optimiser", "class-weights", "l2", "l1", "reduction", "epochs", "patience", "validate",
}

// copied shares no memory with a configuration.
func copied(c config.Config) config.Config {
	c.Activations, c.Hidden, c.Parts = slices.Clone(c.Activations), slices.Clone(c.Hidden), slices.Clone(c.Parts)
	c.RateFactors = slices.Clone(c.RateFactors)
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
		if err := l.continueWith(fresh); err != nil {
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
		} else if err := l.begin(fresh, d); err != nil {
			return outcome{}, err
		}
		l.pointAtFirst()
		return outcome{state: true, reset: begun}, nil
	}
	return outcome{state: true, reset: begun}, l.begin(fresh, d)
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
	followActivations(c, &fresh, said)
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

// followActivations has the factors of the rates follow their networks, unless they are said.
func followActivations(before config.Config, c *config.Config, said []string) {
	if len(before.RateFactors) == 0 || slices.Contains(said, "rate-factors") || slices.Equal(before.Activations, c.Activations) {
		return
	}
	factors := slices.Repeat([]float64{1}, len(c.Activations))
	for i, name := range c.Activations {
		if k := slices.Index(before.Activations, name); k >= 0 {
			factors[i] = before.RateFactor(k)
		}
	}
	c.RateFactors = plainFactors(factors)
}

// plainFactors are factors of rates as a configuration has them: none where all are 1.
func plainFactors(factors []float64) []float64 {
	if !slices.ContainsFunc(factors, func(v float64) bool { return v != 1 }) {
		return nil
	}
	return factors
}

// continueWith goes on with other settings of training from where the networks
// are.
func (l *Laboratory) continueWith(c config.Config) error {
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
		m, err := l.slots[k].start(l.ctx, spec, l.data)
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
	l.seeds.again()
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
	fresh := copied(l.config)
	factors := make([]float64, len(l.networks))
	for k := range factors {
		factors[k] = fresh.RateFactor(k)
	}
	factors[c.Network] = *c.Factor
	fresh.RateFactors = plainFactors(factors)
	return l.change(fresh)
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
	return outcome{state: true, reset: true}, l.begin(fresh, l.data)
}
