package claims

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/internal/article"
	"actscope/internal/config"
	"actscope/internal/number"
)

// comparisons are claims that one network exceeds the other, as many as it takes for
// chance to find something, each about a number of its own.
func comparisons(count int) []Claim {
	var all []Claim
	for i := range count {
		all = append(all, Claim{
			ID: fmt.Sprint("exceeds-", i), networks: both, holds: above,
			numbers: func(c Case, _ int) (a, b float64) { return c.ReLU.FirstGradients[i], c.Sigmoid.FirstGradients[i] },
		})
	}
	return all
}

// outcomes are synthetic measurements of a design: two networks whose numbers have
// one distribution, plus shift for the second. They share what the data set makes of both,
// and each data set favours one of the two from all initial seeds.
func outcomes(d Design, numbers int, shift float64, random *rand.Rand) *Table {
	t := newTable(d)
	type effects struct {
		common float64
		favour []float64
	}
	data := make(map[int64]effects)
	for _, s := range d.Variants {
		for _, p := range d.Pairs(s) {
			of, known := data[p.DataSeed]
			if !known {
				of.common = 3 * random.NormFloat64()
				for range numbers {
					of.favour = append(of.favour, random.NormFloat64())
				}
				data[p.DataSeed] = of
			}
			for i, network := range networks {
				m := net(func(*Measurement) {})
				m.FirstGradients = nil
				for k := range numbers {
					v := of.common + random.NormFloat64()
					if i == 1 {
						v += of.favour[k] + shift
					}
					m.FirstGradients = append(m.FirstGradients, v)
				}
				t.put(s, p, network, m)
			}
		}
	}
	return t
}

// The same activation under two names: of all that is asked about it, the design finds
// something in no more than the stated share of repetitions, although without
// correction it would in nearly every one.
func TestNothingIsFoundWhereThereIsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	d.Variants = d.Variants[:5]
	claims := comparisons(8)
	questions := d.questions(claims)
	random := rand.New(rand.NewPCG(11, 12))
	const repetitions = 100
	found, foundWithout := 0, 0
	open := func(r Row) bool { return r.Standing == Open }
	for range repetitions {
		table := outcomes(d, len(claims), 0, random)
		if !all(Assess(table, questions, 0), open) {
			found++
		}
		for _, q := range questions {
			if !all([]Row{q.assess(table, 1-Level)}, open) {
				foundWithout++
				break
			}
		}
	}
	most := Level + 2*math.Sqrt(Level*(1-Level)/repetitions)
	if share := float64(found) / repetitions; share > most {
		t.Errorf("found in %.3f of the repetitions, stated are %v", share, Level)
	}
	if share := float64(foundWithout) / repetitions; share < 0.5 {
		t.Errorf("the test cannot fail: without correction something is found in %.3f", share)
	}
}

func all(rows []Row, is func(Row) bool) bool {
	return !slices.ContainsFunc(rows, func(r Row) bool { return !is(r) })
}

// A verdict is what the interval says: none is settled whose interval holds one half.
func TestVerdictsAreReadOffTheIntervals(t *testing.T) {
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	d.Variants = d.Variants[:3]
	random := rand.New(rand.NewPCG(15, 17))
	standings := make(map[Standing]int)
	for _, shift := range []float64{-1, -0.4, 0, 0.4, 1} {
		for _, r := range Assess(outcomes(d, 4, shift, random), d.questions(comparisons(4)), 0) {
			want := Open
			if r.Low > 0.5 {
				want = Most
			} else if r.High < 0.5 {
				want = Few
			}
			if standings[want]++; r.Standing != want || !(r.Low <= r.Share && r.Share <= r.High) {
				t.Errorf("%+v", r)
			}
			if !(0 <= r.Power && r.Power <= 1 && 0.5 < r.Detectable && r.Detectable < 1) || !(r.Effective <= number.Float(r.Seeds)) {
				t.Errorf("power %v, detectable %v, worth %v of %d", r.Power, r.Detectable, r.Effective, r.Seeds)
			}
		}
	}
	if len(standings) != 3 {
		t.Errorf("standings %v", standings)
	}
}

// The claims of the tool itself, asked of the same activation under two names: none
// that says that one is above the other gets a verdict in its favour in more than the
// stated share of repetitions.
func TestNoClaimHoldsBetweenAnActivationAndItself(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	d := newDesign(t, small(), 50, true)
	var between []Claim
	for _, c := range Claims() {
		if len(c.networks) == 2 && c.ID != "first-signal-alike" && c.ID != "first-signal-close" { // those say that there is no difference
			between = append(between, c)
		}
	}
	questions := d.questions(between)
	random := rand.New(rand.NewPCG(13, 14))
	const repetitions = 100
	found := 0
	for range repetitions {
		table := newTable(d)
		fill(table, func(v Variant, _ Pair, _ string) *Measurement { return randomNet(len(v.Hidden), random) })
		if slices.ContainsFunc(Assess(table, questions, 0), func(r Row) bool { return r.Standing == Most }) {
			found++
		}
	}
	if most := Level + 2*math.Sqrt(Level*(1-Level)/repetitions); float64(found)/repetitions > most {
		t.Errorf("found in %d of %d repetitions", found, repetitions)
	}
}

// fill puts made-up measurements into a table wherever the design's questions look.
func fill(t *Table, measure func(Variant, Pair, string) *Measurement) {
	for _, training := range t.Design.Trainings(t.Design.Questions(), false) {
		for _, v := range training.at {
			t.put(v, training.pair, training.network, measure(v, training.pair, training.network))
		}
	}
}

// randomNet is a network whose numbers mean nothing.
func randomNet(hidden int, random *rand.Rand) *Measurement {
	m := &Measurement{Evidence: article.Evidence{TestAccuracy: random.Float64(), InputSpread: 1}, FreshRight: random.IntN(20_000), FreshRows: 20_000}
	for i := range m.Loss {
		m.Loss[i] = random.Float64()
	}
	for range hidden {
		m.Spread = append(m.Spread, random.Float64())
	}
	for class := range m.Trace {
		for range 2*hidden + 1 {
			m.Trace[class] = append(m.Trace[class], random.ExpFloat64())
		}
	}
	for range hidden + 2 {
		m.Kept, m.KeptPooled = append(m.Kept, number.Float(random.Float64())), append(m.KeptPooled, number.Float(random.Float64()))
	}
	for range hidden {
		m.Growth = append(m.Growth, number.Float(1+random.ExpFloat64()))
	}
	m.Levels = number.Float(random.ExpFloat64())
	for i := range m.FarRank {
		m.FarRank[i] = number.Float(random.Float64())
	}
	for range hidden + 1 {
		m.FirstGradients = append(m.FirstGradients, random.ExpFloat64())
	}
	return m
}

// A difference of half a deviation is found at every setting, in the right direction.
func TestWhatIsThereIsFound(t *testing.T) {
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	d.Variants = d.Variants[:3]
	random := rand.New(rand.NewPCG(15, 16))
	claims := comparisons(2)
	for shift, want := range map[float64]Standing{1.5: Most, -1.5: Few} {
		for _, r := range Assess(outcomes(d, 2, shift, random), d.questions(claims), 0) {
			if r.Standing != want {
				t.Errorf("shift %v: %+v", shift, r)
			}
			if mean := float64(r.Effect.Mean); math.Abs(mean-shift) > 0.6 || !(r.Effect.Low < r.Effect.Mean && r.Effect.Mean < r.Effect.High) || math.Signbit(float64(r.Effect.Delta)) != math.Signbit(shift) {
				t.Errorf("shift %v: effect %+v", shift, r.Effect)
			}
		}
	}
}

// A part of a design is never judged more leniently than the whole.
func TestAPartIsCorrectedForTheWhole(t *testing.T) {
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	d.Variants = d.Variants[:4]
	random := rand.New(rand.NewPCG(17, 18))
	questions := d.questions(comparisons(6))
	for range 10 {
		table := outcomes(d, 6, 0.4, random)
		whole := Assess(table, questions, 0)
		part := Assess(table, questions[8:14], len(questions))
		for i, r := range part {
			if w := whole[8+i]; r.Low != w.Low || r.High != w.High || r.Holds != w.Holds {
				t.Fatalf("part %+v, whole %+v", r, w)
			}
		}
	}
}

func TestVerdictsFollowTheRule(t *testing.T) {
	d := newDesign(t, config.Article(), 100, false)
	d.Variants = d.Variants[:5]
	const most, few, open = Most, Few, Open
	const yes, only, no, unknown = Holds, HoldsThere, DoesNotHold, Undecided
	for name, c := range map[string]struct {
		gap  [5]Standing // between the networks, by setting
		want Verdict
		rows [5]Verdict
	}{
		"everywhere":         {[5]Standing{most, most, most, most, most}, yes, [5]Verdict{yes, yes, yes, yes, yes}},
		"but at one of four": {[5]Standing{most, most, few, most, most}, yes, [5]Verdict{yes, yes, only, yes, yes}},
		"open at one":        {[5]Standing{most, most, open, most, most}, yes, [5]Verdict{yes, yes, unknown, yes, yes}},
		"open at two":        {[5]Standing{most, open, open, most, most}, OpenElsewhere, [5]Verdict{yes, unknown, unknown, yes, yes}},
		"at two of four":     {[5]Standing{most, few, most, most, few}, only, [5]Verdict{yes, only, yes, yes, only}},
		"only there":         {[5]Standing{most, few, few, open, few}, only, [5]Verdict{yes, only, only, unknown, only}},
		"only elsewhere":     {[5]Standing{few, most, most, most, most}, FailsThere, [5]Verdict{no, yes, yes, yes, yes}},
		"not there":          {[5]Standing{few, few, few, open, open}, FailsAtLeast, [5]Verdict{no, no, no, unknown, unknown}},
		"nowhere":            {[5]Standing{few, few, few, few, few}, no, [5]Verdict{no, no, no, no, no}},
		"open there":         {[5]Standing{open, most, most, most, few}, unknown, [5]Verdict{unknown, yes, yes, yes, no}},
	} {
		table := newTable(d)
		never, always := net(func(m *Measurement) { m.FreshRight = 10_000 }), net(func(m *Measurement) { m.FreshRight = 20_000 })
		fill(table, func(v Variant, p Pair, network string) *Measurement {
			gap := c.gap[slices.IndexFunc(d.Variants, v.equal)]
			if network == article.ReLU && (gap == most || gap == open && p.Seed%2 == 0) {
				return always
			}
			return never
		})
		rows := Assess(table, d.questions([]Claim{claimNamed(t, "accuracy-gap")}), 0)
		for i, r := range rows {
			if r.Verdict != c.rows[i] || r.Standing != c.gap[i] {
				t.Errorf("%s, %s: %s, %s, want %s, %s", name, r.Variant, r.Standing, r.Verdict, c.gap[i], c.rows[i])
			}
		}
		if s := Summarise(d, rows); len(s) != 1 || s[0].Verdict != c.want || len(s[0].Most)+len(s[0].Few)+len(s[0].Open) != len(rows) {
			t.Errorf("%s: %+v, want %s", name, s, c.want)
		}
	}
	// A claim that is not asked of the base.
	others := []string{"a", "b", "c", "d"}
	for want, s := range map[Verdict]Summary{
		yes: {Most: others[:3], Few: others[3:]}, unknown: {Most: others[:2], Open: others[2:]}, no: {Most: others[:1], Few: others[1:]},
	} {
		if got := s.overall(d); got != want {
			t.Errorf("%+v: %s, want %s", s, got, want)
		}
	}
}
