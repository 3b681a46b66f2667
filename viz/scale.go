package viz

import (
	"math"
)

// Tick is a labelled place on an axis. A minor tick has a mark and no label.
type Tick struct {
	Value float64
	Label string
	Full  string // what Label shortens, if it does
	Minor bool
}

// Scale maps data to the length of an axis.
type Scale interface {
	// Position is 0 at the axis's low end and 1 at its high end, beyond them
	// for values outside, NaN for values that cannot be placed.
	Position(v float64) float64
	// Ticks gives about n marks at round values inside the scale.
	Ticks(n int) []Tick
}

// LinearScale maps evenly. Use [Linear] to make one; the zero value goes from 0 to 1.
type LinearScale struct {
	lo, hi float64
	whole  bool
	// The labels of ticks are (value - base) / unit where unit is not 0.
	base, unit float64
}

// Linear makes a scale from lo to hi. Limits that are not finite become 0 and 1,
// swapped limits are put in order and an empty range is widened, so that the scale always has a width.
func Linear(lo, hi float64) LinearScale {
	if !finite(lo) || !finite(hi) {
		lo, hi = 0, 1
	}
	if lo > hi {
		lo, hi = hi, lo
	}
	const most = math.MaxFloat64 / 4 // so that hi-lo is finite
	lo, hi = max(lo, -most), min(hi, most)
	if size := max(math.Abs(lo), math.Abs(hi)); hi-lo <= 1e-12*size || hi-lo < 1e-303 {
		d := 0.1 * size
		if size < 1e-300 {
			d = 0.5
		}
		lo, hi = lo-d, hi+d
	}
	return LinearScale{lo: lo, hi: hi}
}

// LinearAround is the linear scale over [lo, hi] with the share pad of its width added at both ends.
func LinearAround(lo, hi, pad float64) LinearScale {
	s := Linear(lo, hi)
	d := (s.hi - s.lo) * pad
	return Linear(s.lo-d, s.hi+d)
}

// orUnit makes the zero value a scale from 0 to 1.
func (s LinearScale) orUnit() LinearScale {
	if s.lo == s.hi {
		s.lo, s.hi = 0, 1
	}
	return s
}

func (s LinearScale) Position(v float64) float64 {
	if math.IsNaN(v) {
		return v
	}
	s = s.orUnit()
	return bounded((v - s.lo) / (s.hi - s.lo))
}

// awayFrom is the scale whose ticks say how far they are from a base, and what an axis says of that, where values lie so close
// together that they would need five digits and more to be told apart.
func (s LinearScale) awayFrom() (away LinearScale, suffix string, far bool) {
	s = s.orUnit()
	size, span := max(math.Abs(s.lo), math.Abs(s.hi)), s.hi-s.lo
	if size < 5e3*span || s.whole {
		return s, "", false
	}
	exponent := int(math.Floor(math.Log10(span)))
	s.unit = pow10(1, exponent)
	s.base = math.Round((s.lo+span/2)/s.unit) * s.unit
	digits := int(math.Ceil(math.Log10(size/s.unit)-1e-9)) + 1
	suffix = " − " + Num(s.base, min(digits, 15))
	if s.base < 0 {
		suffix = " + " + Num(-s.base, min(digits, 15))
	}
	if exponent != 0 {
		suffix += ", in " + scientific(s.unit, 1)
	}
	return s, suffix, true
}

// Whole is the same scale with marks at whole numbers only.
func (s LinearScale) Whole() LinearScale {
	s.whole = true
	return s
}

// Ticks implements [Scale] with steps of 1, 2, 2.5 or 5 times a power of ten.
func (s LinearScale) Ticks(n int) []Tick { return s.ticksEvery(s.step(n)) }

// step is the distance of about n ticks.
func (s LinearScale) step(n int) float64 {
	s = s.orUnit()
	raw := (s.hi - s.lo) / float64(max(n, 1))
	if s.whole {
		raw = max(raw, 1)
	}
	mag := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if raw <= m*mag*1.0001 && !(s.whole && m*mag == 2.5) {
			return m * mag
		}
	}
	return 10 * mag
}

func (s LinearScale) ticksEvery(step float64) []Tick {
	s = s.orUnit()
	if s.unit > 0 {
		near := Linear((s.lo-s.base)/s.unit, (s.hi-s.base)/s.unit)
		ticks := near.ticksEvery(step / s.unit)
		for i := range ticks {
			ticks[i].Value = s.base + ticks[i].Value*s.unit
		}
		return ticks
	}
	first, last := math.Ceil(s.lo/step-1e-9), math.Floor(s.hi/step+1e-9)
	if !(last-first <= 200) { // the step drowns in the rounding of the values
		return []Tick{{Value: s.lo, Label: Num(s.lo, 6)}, {Value: s.hi, Label: Num(s.hi, 6)}}
	}
	size := max(math.Abs(s.lo), math.Abs(s.hi))
	var ticks []Tick
	for i := first; i <= last; i++ {
		ticks = append(ticks, Tick{Value: i * step, Label: tickLabel(i*step, step, size)})
	}
	return ticks
}

// tickLabel writes v with the digits that tell it from its neighbours at the distance step.
func tickLabel(v, step, size float64) string {
	if size >= 1e6 || size < 1e-4 {
		digits := int(math.Ceil(math.Log10(size/step)-1e-9)) + 2
		return Num(v, max(1, min(digits, 15)))
	}
	dec := 0
	for p := step; dec < 20 && math.Abs(p-math.Round(p)) > 1e-9*p; p *= 10 {
		dec++
	}
	return Fixed(v, dec)
}

// widen makes the scale longer at both ends.
func (s LinearScale) widen(factor float64) LinearScale {
	d := (s.hi - s.lo) * (min(factor, 1e6) - 1) / 2
	w := Linear(s.lo-d, s.hi+d)
	w.whole = s.whole
	return w
}

// bounded keeps positions where px still are ordinary numbers.
func bounded(p float64) float64 { return min(max(p, -1e4), 1e4) }

// CategoryScale gives the integers 0, 1, .. one equal band each, with names.
type CategoryScale struct{ names []string }

// Categories makes the scale whose value i stands for names[i].
func Categories(names ...string) CategoryScale { return CategoryScale{names} }

// Position implements [Scale]: the middle of the band of v.
func (s CategoryScale) Position(v float64) float64 {
	return bounded((v + 0.5) / float64(max(len(s.names), 1)))
}

// Ticks implements [Scale] with every k-th name, so that there are at most n.
// The last name is always among them.
func (s CategoryScale) Ticks(n int) []Tick {
	every := (len(s.names) + max(n, 1) - 1) / max(n, 1)
	var ticks []Tick
	for i, name := range s.names {
		if (len(s.names)-1-i)%max(every, 1) == 0 {
			ticks = append(ticks, Tick{Value: float64(i), Label: name})
		}
	}
	return ticks
}

// LogScale maps by the logarithm. Values at or below zero cannot be placed on it, but for
// zero on one made by [LogWithZero]. Use [Log] to make one; the zero value goes from 1 to 10.
type LogScale struct {
	lo, hi   float64
	zeroBand float64 // share of the axis below lo, where zero is shown
}

// Log makes a logarithmic scale from lo to hi. Limits that are not finite and
// positive are replaced, an empty range is widened by a factor of two.
func Log(lo, hi float64) LogScale {
	const least, most = 1e-300, 1e300
	if !finite(hi) || hi <= 0 {
		hi = 1
	}
	if !finite(lo) || lo <= 0 {
		lo = hi / 10
	}
	lo, hi = min(lo, hi), max(lo, hi)
	lo, hi = min(max(lo, least), most), min(max(hi, least), most)
	if hi/lo < 1.0001 {
		lo, hi = lo/2, hi*2
	}
	return LogScale{lo: lo, hi: hi}
}

// LogWithZero is Log with a band below it, where exactly zero is shown.
func LogWithZero(lo, hi float64) LogScale {
	s := Log(lo, hi)
	s.zeroBand = 0.1
	return s
}

// orDecade makes the zero value a scale from 1 to 10.
func (s LogScale) orDecade() LogScale {
	if s.lo == s.hi {
		s.lo, s.hi = 1, 10
	}
	return s
}

func (s LogScale) Position(v float64) float64 {
	s = s.orDecade()
	if v == 0 && s.zeroBand > 0 {
		return 0.35 * s.zeroBand
	}
	if !(v > 0) {
		return math.NaN()
	}
	p := (math.Log(v) - math.Log(s.lo)) / (math.Log(s.hi) - math.Log(s.lo))
	if math.IsInf(v, 1) {
		p = math.Inf(1)
	}
	return bounded(s.zeroBand + (1-s.zeroBand)*p)
}

// Ticks implements [Scale]: 1, 2 and 5 in every decade where there is room, else
// powers of ten, else every k-th power.
func (s LogScale) Ticks(n int) []Tick {
	n, s = max(n, 2), s.orDecade()
	var ticks []Tick
	if s.zeroBand > 0 {
		ticks = append(ticks, Tick{Value: 0, Label: "0"})
	}
	decades := math.Log10(s.hi) - math.Log10(s.lo)
	add := func(v float64, minor bool) {
		if v < s.lo*(1-1e-9) || v > s.hi*(1+1e-9) {
			return
		}
		t := Tick{Value: v, Minor: minor}
		if !minor {
			t.Label = logLabel(v)
		}
		ticks = append(ticks, t)
	}
	if decades < 0.5 { // too narrow for powers: round values of the linear kind
		for _, t := range Linear(s.lo, s.hi).Ticks(n) {
			if t.Value >= s.lo && t.Value <= s.hi {
				ticks = append(ticks, t)
			}
		}
		return ticks
	}
	from, to := int(math.Floor(math.Log10(s.lo))), int(math.Ceil(math.Log10(s.hi)))
	labelled := []float64{1}
	switch {
	case 3*decades <= float64(n)+1:
		labelled = []float64{1, 2, 5}
	case 2*decades <= float64(n)+1:
		labelled = []float64{1, 3}
	}
	every := max(1, int(math.Ceil(decades/float64(n))))
	for e := from; e <= to; e++ {
		if len(labelled) == 1 {
			add(pow10(1, e), e%every != 0)
			continue
		}
		for _, m := range labelled {
			add(pow10(m, e), false)
		}
	}
	return ticks
}

// pow10 is m·10^e without the rounding of a product.
func pow10(m float64, e int) float64 {
	if e < 0 {
		return m / math.Pow(10, float64(-e))
	}
	return m * math.Pow(10, float64(e))
}

// logLabel is plain between 0.001 and 5000, else with a power of ten.
func logLabel(v float64) string {
	if v >= 1e4 {
		return scientific(v, 3)
	}
	return Num(v, 3)
}
