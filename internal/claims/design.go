package claims

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/nearest"
	"actscope/internal/shell"
)

// Numbers of data seeds on the base.
const (
	DefaultSeeds = 250
	QuickSeeds   = 50
	MaxSeeds     = 10_000
)

// The seeds of a design. Those of the base and of the other variants have no data set in
// common, so that what the base shows is asked again on other data, and none has that of the
// article's run, which suggested the claims. Initial seeds are others than data seeds, because
// one seed gives points and weights from one stream.
const (
	firstBaseData  = 1_000   // data seeds of the base count from here
	firstOtherData = 500_000 // and those of the other variants
	initialSeeds   = 1_000_000
	seedsOnBase    = 2 // initial seeds on each data set of the base
)

// Names of the variant that the others depart from: the article's settings, or those of
// another configuration.
const (
	articleName = "article"
	baseName    = "base"
)

// faster is by how much the rate grows at which depth is varied again.
const faster = 10

// Decided are the settings of a configuration that a design decides.
var Decided = []string{"activations", "from", "seed", "data-seed"}

// Given are the settings of [Decided] that users may not say: those of the activations say which networks
// stand in for the claims' own.
var Given = Decided[1:]

// Variant is the base configuration with at most a few things changed. Users know it as
// a setting.
type Variant struct {
	// Name says what was changed, such as "epochs=4000", and Factor only what it is: ""
	// for the base.
	Name   string  `json:"name"`
	Factor string  `json:"factor"`
	Epochs int     `json:"epochs"`
	Rate   float64 `json:"rate"`
	Hidden []int   `json:"hidden"`
	// Init names how weights are drawn, where that is not as in the base.
	Init string `json:"init,omitempty"`
}

// equal says whether two variants are one, whatever their names.
func (v Variant) equal(o Variant) bool {
	return v.Epochs == o.Epochs && v.Rate == o.Rate && slices.Equal(v.Hidden, o.Hidden) && v.Init == o.Init
}

// at is the variant at another rate.
func (v Variant) at(rate float64) Variant {
	v.Rate, v.Factor = rate, "rate"
	v.Name = "rate=" + strconv.FormatFloat(rate, 'g', 6, 64)
	return v
}

// Design says which networks are trained.
type Design struct {
	// Base is the configuration that variants depart from.
	Base config.Config
	// Seeds is the number of data seeds on the base, each with two initial seeds; the other
	// variants have two fifths as many, rounded up, each with one.
	Seeds int
	// Quick says that the longest training and the deepest networks are left out.
	Quick bool
	// Variants begin with the base.
	Variants []Variant
}

// Pair is one initial seed on one data set: the networks are trained on it from the same
// random numbers. Of a file the data seed decides the split.
type Pair struct{ DataSeed, Seed int64 }

// articleRun is the pair of the article.
var articleRun = Pair{DataSeed: 42, Seed: 42}

// NewDesign is the design around a base: epochs, rate, width and depth are changed
// one at a time, and depth once more at ten times the rate, at which neither network
// is too slow to learn in the time that it has. A quick design leaves out the longest
// training and the deepest networks. A base or a number of seeds that cannot be used is
// an [input.Error].
func NewDesign(base config.Config, seeds int, quick bool) (Design, error) {
	if seeds < 1 || seeds > MaxSeeds {
		return Design{}, input.Refuse("seeds", "%d data seeds: take 1 to %d", seeds, MaxSeeds)
	}
	article := config.Article().Entries()
	for _, e := range base.Entries() {
		if slices.Contains(Given, e.Key) && !slices.Contains(article, e) {
			return Design{}, input.Refuse(e.Key, "the design decides it: leave it out")
		}
	}
	if _, isFile := base.File(); isFile && base.SplitSeed != config.Article().SplitSeed {
		return Design{}, input.Refuse("split-seed", "the design splits a file anew for each data seed: leave it out")
	}
	if err := whole(base); err != nil {
		return Design{}, err
	}
	var err error
	if base.Activations, err = cast(base.Activations); err != nil {
		return Design{}, err
	}
	if err := base.Validate(); err != nil {
		return Design{}, err
	}
	d := Design{Base: base, Seeds: seeds, Quick: quick}
	origin := Variant{Name: baseName, Epochs: base.Epochs, Rate: base.LearningRate, Hidden: base.Hidden}
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
		v := origin
		v.Epochs = int(factor * float64(base.Epochs))
		v.Name, v.Factor = fmt.Sprintf("epochs=%d", v.Epochs), "epochs"
		d.add(v)
	}
	for _, factor := range []float64{faster, 40} {
		d.add(origin.at(factor * base.LearningRate))
	}
	for _, factor := range []float64{0.5, 4} {
		v := origin
		v.Hidden = nil
		for _, units := range base.Hidden {
			v.Hidden = append(v.Hidden, max(1, int(factor*float64(units))))
		}
		v.Name, v.Factor = fmt.Sprintf("width=%d", v.Hidden[0]), "width"
		d.add(v)
	}
	for _, from := range []Variant{origin, origin.at(faster * base.LearningRate)} {
		name, factor := "depth=%d", "depth"
		if from.Factor != "" {
			name, factor = from.Name+","+name, factor+", "+from.Name
		}
		for _, depth := range depths {
			v := from
			v.Hidden = slices.Repeat(base.Hidden[:1], depth)
			v.Name, v.Factor = fmt.Sprintf(name, depth), factor
			d.add(v)
		}
	}
	return d, d.validate()
}

// add adds a variant unless one like it is there.
func (d *Design) add(v Variant) {
	if !slices.ContainsFunc(d.Variants, v.equal) {
		d.Variants = append(d.Variants, v)
	}
}

// validate reports the first variant whose networks cannot be trained.
func (d Design) validate() error {
	for _, v := range d.Variants {
		var bad *input.Error
		if err := d.config(v, Pair{}, d.Base.Activations...).Validate(); errors.As(err, &bad) {
			return input.Refuse(bad.Key, "%s, at the setting %s of the design", bad.Reason, v.Name)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// config is what networks of a variant are trained with.
func (d Design) config(v Variant, p Pair, activations ...string) config.Config {
	c := d.Base
	c.Epochs, c.LearningRate, c.Hidden = v.Epochs, v.Rate, v.Hidden
	if v.Init != "" {
		c.Init = v.Init
	}
	c.Seed, c.Activations = p.Seed, activations
	if _, isFile := c.File(); isFile {
		c.SplitSeed = p.DataSeed // a file's points are what they are
	} else {
		c.DataSeed = p.DataSeed
	}
	return c
}

// ofArticle says whether the base is the article's configuration.
func (d Design) ofArticle() bool { return len(d.changed()) == 0 }

// changed are the settings in which the base is not the article's, as flags.
func (d Design) changed() []string {
	flags := config.Flags(d.Base.Entries(Decided...), config.Article().Entries())
	if d.Recast() {
		flags = append(flags, config.Flags([]config.Entry{{Key: "activations", Value: strings.Join(d.Base.Activations, ",")}}, nil)...)
	}
	return flags
}

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

// Variant finds a variant by its name.
func (d Design) Variant(name string) (v Variant, ok bool) {
	return d.find(func(v Variant) bool { return v.Name == name })
}

// shallow is the variant with one hidden layer and everything else as in v; ok is
// false where the design has none.
func (d Design) shallow(v Variant) (_ Variant, ok bool) {
	v.Hidden = v.Hidden[:1]
	return d.find(v.equal)
}

func (d Design) find(is func(Variant) bool) (v Variant, ok bool) {
	if i := slices.IndexFunc(d.Variants, is); i >= 0 {
		return d.Variants[i], true
	}
	return Variant{}, false
}

// Pairs are the initial seeds and data sets of a variant that claims are judged on: two
// initial seeds on each data set of the base; elsewhere one, and the same in all variants.
func (d Design) Pairs(v Variant) []Pair {
	var pairs []Pair
	if v.equal(d.Variants[0]) {
		for data := int64(firstBaseData); data < int64(firstBaseData+d.Seeds); data++ {
			for k := range int64(seedsOnBase) {
				pairs = append(pairs, Pair{data, data + (1+k)*initialSeeds})
			}
		}
		return pairs
	}
	for data := int64(firstOtherData); data < int64(firstOtherData+(2*d.Seeds+4)/5); data++ {
		pairs = append(pairs, Pair{data, data + initialSeeds})
	}
	return pairs
}

// Question is a claim asked of a variant.
type Question struct {
	Claim   Claim
	Variant Variant
	// reference is the variant with which networks are compared, or Variant itself.
	reference Variant
}

// Questions are those of a design: every claim, of every variant of which it can be
// asked.
func (d Design) Questions() []Question { return d.questions(Claims()) }

func (d Design) questions(claims []Claim) []Question {
	var all []Question
	for _, c := range claims {
		for _, v := range d.Variants {
			if reference, ok := c.reference(d, v); ok {
				all = append(all, Question{c, v, reference})
			}
		}
	}
	return all
}

// asked are the base and the variants of some questions, in the order of the design.
func (d Design) asked(questions []Question) []Variant {
	return slices.DeleteFunc(slices.Clone(d.Variants), func(v Variant) bool {
		return !v.equal(d.Variants[0]) && !slices.ContainsFunc(questions, func(q Question) bool { return v.equal(q.Variant) })
	})
}

// Selection restricts a run to some claims and variants, by name; an empty list stands
// for all. The base is always among the variants that are asked, because verdicts refer
// to it.
type Selection struct{ Claims, Variants []string }

// command is the command line that gives the selected part of a design.
func (s Selection) command(d Design) string {
	parts := append([]string{"actscope " + commandName}, d.flags()...)
	for _, id := range s.Claims {
		parts = append(parts, "--claim "+shell.Quote(id))
	}
	for _, name := range s.Variants {
		parts = append(parts, "--setting "+shell.Quote(name))
	}
	return strings.Join(parts, " ")
}

// whole says whether everything is selected.
func (s Selection) whole() bool { return len(s.Claims)+len(s.Variants) == 0 }

// questions are those of a design that are selected. Names that are not known are
// errors.
func (s Selection) questions(d Design) ([]Question, error) {
	var ids, names []string
	for _, c := range Claims() {
		ids = append(ids, c.ID)
	}
	for _, v := range d.Variants {
		names = append(names, v.Name)
	}
	for _, check := range []struct {
		key           string
		chosen, known []string
	}{{"claim", s.Claims, ids}, {"setting", s.Variants, names}} {
		for _, name := range check.chosen {
			if !slices.Contains(check.known, name) {
				return nil, input.Under(check.key, nearest.Unknown(check.key, name, check.known))
			}
		}
	}
	var chosen []Question
	asked := make(map[string]bool) // of these variants
	for _, q := range d.Questions() {
		if len(s.Claims) > 0 && !slices.Contains(s.Claims, q.Claim.ID) {
			continue
		}
		if base := q.Variant.equal(d.Variants[0]); len(s.Variants) == 0 || base || slices.Contains(s.Variants, q.Variant.Name) {
			chosen = append(chosen, q)
			asked[q.Variant.Name] = true
		}
	}
	for _, name := range s.Variants {
		if !asked[name] {
			return nil, input.Refuse("setting", "%s: %s says nothing about it", name, strings.Join(s.Claims, ", "))
		}
	}
	return chosen, nil
}
