package viz

import "math"

// LogScale maps by the logarithm. Values at or below zero have no place on it,
// unless it was made by [LogWithZero]. Use [Log] to make one; the zero value goes from 1 to 10.
type LogScale struct {
	lo, hi float64
	shelf  float64 // share of the axis below lo, kept for zero
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

// LogWithZero is Log with a shelf below it, where exactly zero is shown.
func LogWithZero(lo, hi float64) LogScale {
	s := Log(lo, hi)
	s.shelf = 0.1
	return s
}

// orDecade makes the zero value a scale from 1 to 10.
func (s LogScale) orDecade() LogScale {
	if s.lo == s.hi {
		s.lo, s.hi = 1, 10
	}
	return s
}

// Position implements [Scale].
func (s LogScale) Position(v float64) float64 {
	s = s.orDecade()
	if v == 0 && s.shelf > 0 {
		return 0.35 * s.shelf
	}
	if !(v > 0) {
		return math.NaN()
	}
	p := (math.Log(v) - math.Log(s.lo)) / (math.Log(s.hi) - math.Log(s.lo))
	if math.IsInf(v, 1) {
		p = math.Inf(1)
	}
	return bounded(s.shelf + (1-s.shelf)*p)
}

// Ticks implements [Scale]: 1, 2 and 5 in every decade where there is room, else
// powers of ten, else every k-th power.
func (s LogScale) Ticks(n int) []Tick {
	n, s = max(n, 2), s.orDecade()
	var ticks []Tick
	if s.shelf > 0 {
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
