package claims

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"actscope/internal/config"
	"actscope/internal/input"
)

// The networks that are compared.
const (
	sigmoid = "sigmoid"
	relu    = "relu"
)

// DataSeeds make the data sets: the article's, and four that were fixed before any
// network was trained on them.
var DataSeeds = []int64{42, 142, 242, 342, 442}

// Numbers of initial seeds, which count from 0.
const (
	DefaultSeeds = 100
	QuickSeeds   = 20
	MaxSeeds     = 10_000
)

// Names of the setting that the others depart from: the article's, or that of another
// configuration.
const (
	articleName = "article"
	baseName    = "base"
)

// IsArticle says whether a setting's name is that of the article's settings.
func IsArticle(setting string) bool { return setting == articleName }

// Setting is the base configuration with at most a few things changed.
type Setting struct {
	// Name says what was changed, such as "epochs=4000", and Factor only what it is: ""
	// for the base.
	Name   string
	Factor string
	Epochs int
	Rate   float64
	Hidden []int
}

// Design says which networks are trained.
type Design struct {
	// Base is the configuration that settings depart from.
	Base config.Config
	// Seeds is the number of initial seeds, counted from 0.
	Seeds int
	// Quick says that the longest training and the deepest networks are left out.
	Quick bool
	// Settings begin with that of the base.
	Settings []Setting
}

// Pair is one initial seed on one data set: both networks are trained on it, from
// the same random numbers.
type Pair struct{ DataSeed, Seed int64 }

// NewDesign is the design around a base: epochs, rate, width and depth are changed
// one at a time, and depth once more at ten times the rate, at which neither network
// is too slow to learn in the time that it has. A quick design leaves out the longest
// training and the deepest networks.
func NewDesign(base config.Config, seeds int, quick bool) (Design, error) {
	if seeds < 1 || seeds > MaxSeeds {
		return Design{}, &input.Error{Key: "seeds", Reason: fmt.Sprintf("%d initial seeds: take 1 to %d", seeds, MaxSeeds)}
	}
	article := config.Article()
	for _, setting := range config.Settings() {
		if slices.Contains(Decided, setting.Key) && setting.Get(base) != setting.Get(article) {
			return Design{}, &input.Error{Key: setting.Key, Reason: "the design decides it: leave it out"}
		}
	}
	base.Seed, base.DataSeed, base.Activations = 0, DataSeeds[0], []string{sigmoid, relu}
	if err := base.Validate(); err != nil {
		return Design{}, err
	}
	d := Design{Base: base, Seeds: seeds, Quick: quick}
	origin := Setting{Name: baseName, Epochs: base.Epochs, Rate: base.LearningRate, Hidden: base.Hidden}
	if d.ofArticle() {
		origin.Name = articleName
	}
	d.add(origin)
	// 2000, 4000 and 8000 epochs, rates 0.5 and 2, widths 4 and 32, depths 1 to 6.
	longer, depths := []float64{2.5, 5, 10}, []int{1, 2, 3, 4, 5, 6}
	if quick {
		longer, depths = longer[:2], depths[:3]
	}
	for _, factor := range longer {
		s := origin
		s.Epochs = int(factor * float64(base.Epochs))
		s.Name, s.Factor = fmt.Sprintf("epochs=%d", s.Epochs), "epochs"
		d.add(s)
	}
	for _, factor := range []float64{faster, 40} {
		d.add(origin.at(factor * base.LearningRate))
	}
	for _, factor := range []float64{0.5, 4} {
		s := origin
		s.Hidden = nil
		for _, units := range base.Hidden {
			s.Hidden = append(s.Hidden, max(1, int(factor*float64(units))))
		}
		s.Name, s.Factor = "width="+strconv.Itoa(s.Hidden[0]), "width"
		d.add(s)
	}
	for _, rate := range []float64{base.LearningRate, faster * base.LearningRate} {
		for _, depth := range depths {
			s, prefix := origin, ""
			s.Factor = "depth"
			if rate != base.LearningRate {
				s = origin.at(rate)
				s.Factor = "depth, " + s.Name
				prefix = s.Name + ","
			}
			s.Hidden = slices.Repeat(base.Hidden[:1], depth)
			s.Name = prefix + "depth=" + strconv.Itoa(depth)
			d.add(s)
		}
	}
	return d, d.validate()
}

// validate reports the first setting whose networks cannot be trained.
func (d Design) validate() error {
	for _, s := range d.Settings {
		var bad *input.Error
		if err := d.config(s, Pair{}, sigmoid).Validate(); errors.As(err, &bad) {
			return &input.Error{Key: bad.Key, Reason: fmt.Sprintf("%s, at the setting %s of the design", bad.Reason, s.Name)}
		} else if err != nil {
			return err
		}
	}
	return nil
}

// ofArticle says whether the base is the article's configuration.
func (d Design) ofArticle() bool { return len(d.changed()) == 0 }

// changed are the settings in which the base is not the article's, as flags.
func (d Design) changed() []string {
	article := config.Article()
	var flags []string
	for _, s := range config.Settings() {
		switch value := s.Get(d.Base); {
		case slices.Contains(Decided, s.Key), value == s.Get(article):
		default:
			flags = append(flags, "--"+s.Key+" "+value)
		}
	}
	return flags
}

// Decided are the settings of a configuration that a design decides.
var Decided = []string{"activations", "seed", "data-seed"}

// flags are those that give the design again.
func (d Design) flags() []string {
	flags := d.changed()
	seeds := DefaultSeeds
	if d.Quick {
		flags = append(flags, "--quick")
		seeds = QuickSeeds
	}
	if d.Seeds != seeds {
		flags = append(flags, fmt.Sprintf("--seeds %d", d.Seeds))
	}
	return flags
}

// faster is by how much the rate grows at which depth is varied again.
const faster = 10

// at is the setting at another rate.
func (s Setting) at(rate float64) Setting {
	s.Rate, s.Factor = rate, "rate"
	s.Name = "rate=" + strconv.FormatFloat(rate, 'g', 6, 64)
	return s
}

// add adds a setting unless one like it is there.
func (d *Design) add(s Setting) {
	if !slices.ContainsFunc(d.Settings, s.equal) {
		d.Settings = append(d.Settings, s)
	}
}

func (s Setting) equal(o Setting) bool {
	return s.Epochs == o.Epochs && s.Rate == o.Rate && slices.Equal(s.Hidden, o.Hidden)
}

// Setting finds a setting by its name.
func (d Design) Setting(name string) (Setting, bool) {
	i := slices.IndexFunc(d.Settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return Setting{}, false
	}
	return d.Settings[i], true
}

// shallow is the setting with one hidden layer and everything else as in s; ok is
// false where the design has none.
func (d Design) shallow(s Setting) (Setting, bool) {
	s.Hidden = s.Hidden[:1]
	i := slices.IndexFunc(d.Settings, s.equal)
	if i < 0 {
		return Setting{}, false
	}
	return d.Settings[i], true
}

// Pairs are the initial seeds and data sets of a setting. Under the base's settings
// every seed is trained on every data set; elsewhere each seed is on one, the same at
// all settings, and each data set has the same share of them.
func (d Design) Pairs(s Setting) []Pair {
	var pairs []Pair
	if s.equal(d.Settings[0]) {
		for _, dataSeed := range DataSeeds {
			for seed := range d.Seeds {
				pairs = append(pairs, Pair{dataSeed, int64(seed)})
			}
		}
		return pairs
	}
	for seed := range d.Seeds {
		pairs = append(pairs, Pair{DataSeeds[seed*len(DataSeeds)/d.Seeds], int64(seed)})
	}
	return pairs
}

// config is what one network of a setting is trained with.
func (d Design) config(s Setting, p Pair, activation string) config.Config {
	c := d.Base
	c.Epochs, c.LearningRate, c.Hidden = s.Epochs, s.Rate, s.Hidden
	c.Seed, c.Activations = p.Seed, []string{activation}
	if _, isFile := config.DataFile(c.Dataset); isFile {
		c.SplitSeed = p.DataSeed // a file's points are what they are
	} else {
		c.DataSeed = p.DataSeed
	}
	return c
}
