package viz

import (
	"actscope/internal/number"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Fixed prints v with dec decimals and a true minus sign; no negative zero.
func Fixed(v float64, dec int) string {
	if math.Abs(v) < 0.5*math.Pow(10, -float64(dec)) {
		v = 0
	}
	return minus(strconv.FormatFloat(v, 'f', dec, 64))
}

// Num prints v to the given number of significant digits, without trailing zeros: plain
// between 0.001 and a million, else as 1.2×10⁵. NaN and infinities are "NaN", "∞" and "−∞".
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

// Percent writes a share as number.Percent does: "79.0 %" with one decimal, as few as it needs
// with a negative number of them, and "–" for one that is not finite.
func Percent(share float64, decimals int) string { return minus(number.Percent(share, decimals)) }

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
