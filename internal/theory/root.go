package theory

// root finds where f changes its sign between low and high, at which its signs
// differ, by regula falsi with Dowell & Jarratt's Illinois correction and every
// fourth step a halving. It ends when no number is left between.
func root(low, high float64, f func(x float64) float64) float64 {
	const mostSteps = 10_000 // four times the halvings of any interval
	const (
		movedLow  = -1
		movedHigh = 1
	)
	atLow, atHigh, moved := f(low), f(high), 0
	if atHigh == 0 {
		return high
	}
	for step := range mostSteps {
		x := low + (high-low)/2
		if secant := high - atHigh*(high-low)/(atHigh-atLow); step%4 != 3 && low < secant && secant < high {
			x = secant
		}
		if !(low < x && x < high) {
			break
		}
		v := f(x)
		if v == 0 {
			return x
		}
		if (v > 0) == (atHigh > 0) {
			if high, atHigh = x, v; moved == movedHigh {
				atLow /= 2
			}
			moved = movedHigh
		} else {
			if low, atLow = x, v; moved == movedLow {
				atHigh /= 2
			}
			moved = movedLow
		}
	}
	return low
}
