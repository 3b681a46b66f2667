package viz

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Tick is a labelled place on an axis. A minor tick has a mark and no label.
type Tick struct {
	Value float64
	Label string
	Minor bool
}

// Scale maps data to the length of an axis.
type Scale interface {
	// Position is 0 at the axis's low end and 1 at its high end, beyond them
	// for values outside, NaN for values that have no place.
	Position(v float64) float64
	// Ticks gives about n marks at round values inside the scale.
	Ticks(n int) []Tick
}

// LinearScale maps evenly. Use [Linear] to make one; the zero value goes from 0 to 1.
type LinearScale struct {
	lo, hi float64
	whole  bool
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

// Position implements [Scale].
func (s LinearScale) Position(v float64) float64 {
	if math.IsNaN(v) {
		return v
	}
	s = s.orUnit()
	return bounded((v - s.lo) / (s.hi - s.lo))
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

// tickLabel writes v with as many digits as its neighbours at the distance step ask for.
func tickLabel(v, step, size float64) string {
	if size >= 1e6 || size < 1e-4 {
		digits := int(math.Ceil(math.Log10(size/step)-1e-9)) + 2
		return Num(v, max(1, min(digits, 15)))
	}
	dec := 0
	for p := step; dec < 12 && math.Abs(p-math.Round(p)) > 1e-9*p; p *= 10 {
		dec++
	}
	return Fixed(v, dec)
}

// Fixed prints v with dec decimals and a true minus sign; no negative zero.
func Fixed(v float64, dec int) string {
	if math.Abs(v) < 0.5*math.Pow(10, -float64(dec)) {
		v = 0
	}
	return minus(strconv.FormatFloat(v, 'f', dec, 64))
}

// Num prints v to so many significant digits, without trailing zeros: plain
// between 0.001 and a million, else as 1.2×10⁵. NaN and infinities have their usual names.
func Num(v float64, digits int) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 0):
		return minus(strings.Replace(fmt.Sprint(v), "Inf", "∞", 1))
	case a == 0:
		return "0"
	case a >= 1e-3 && a < 1e6:
		s := strconv.FormatFloat(v, 'g', digits, 64)
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			s = strconv.FormatFloat(f, 'f', -1, 64)
		}
		return minus(s)
	}
	return scientific(v, digits)
}

// Percent writes a share of 0 to 1 as a percentage with that many decimals, such as "79.0 %"; below 0
// decimals it has as many as it needs, at most six. A share that is not finite is "–".
func Percent(share float64, decimals int) string {
	if !finite(share) {
		return "–"
	}
	if decimals < 0 {
		return minus(strconv.FormatFloat(math.Round(share*1e8)/1e6, 'f', -1, 64)) + " %"
	}
	return Fixed(100*share, decimals) + " %"
}

// scientific writes v as a number below ten times a power of ten.
func scientific(v float64, digits int) string {
	m, e, _ := strings.Cut(strconv.FormatFloat(v, 'e', max(digits-1, 0), 64), "e")
	if strings.Contains(m, ".") {
		m = strings.TrimRight(strings.TrimRight(m, "0"), ".")
	}
	exp, _ := strconv.Atoi(e)
	if m == "1" {
		return "10" + superscript(exp)
	}
	return minus(m) + "×10" + superscript(exp)
}

func minus(s string) string {
	return strings.TrimPrefix(strings.ReplaceAll(s, "-", "−"), "+")
}

func superscript(n int) string { return script(n, []rune("⁰¹²³⁴⁵⁶⁷⁸⁹"), "⁻") }

// Subscript writes n in subscript digits, as in z₁₂.
func Subscript(n int) string { return script(n, []rune("₀₁₂₃₄₅₆₇₈₉"), "₋") }

func script(n int, digits []rune, minus string) string {
	var b strings.Builder
	for _, c := range strconv.Itoa(n) {
		if c == '-' {
			b.WriteString(minus)
			continue
		}
		b.WriteRune(digits[c-'0'])
	}
	return b.String()
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
