package doctor

import "math"

// surely is how many digits have to agree beyond the logarithm of the number of formulas that are tried: of 30,000 files
// that nothing explains, chance names a mistake in one.
const surely = 4.5

// enough tells whether so many entries, beyond the coefficients that were fitted, are evidence for one of so many formulas in
// a layer: chance makes each entry agree to t.digits with a probability of 10^-digits, in every layer anew.
func (t *trial) enough(entries, formulas int) bool {
	if formulas < 1 || entries < t.least() {
		return false
	}
	return float64(entries)*t.digits >= math.Log10(float64(formulas*len(t.r.layers)))+surely
}

// count notes how many candidates of a layer have at most none, one and two deviations: a simple explanation has fewer rivals.
func (t *trial) count(candidates []*candidate) {
	t.rivals = [3]int{}
	for _, c := range candidates {
		for d := len(c.faults); d < len(t.rivals); d++ {
			t.rivals[d]++
		}
	}
}

// evident tells whether what two arrays of a layer show, nil for one that is not explained, is enough for a candidate and
// for the formulas that deviate from the textbook's.
func (t *trial) evident(c *candidate, w, b *fitted) bool {
	both := 0
	for _, f := range []*fitted{w, b} {
		if f == nil || f.zero {
			continue
		}
		both += f.spare
		formulas := len(c.wFormulas)
		if f == b {
			formulas = len(c.bFormulas)
		}
		if !f.none() && !t.enough(f.spare, formulas) {
			return false
		}
	}
	return len(c.faults) == 0 || t.enough(both, t.rivals[len(c.faults)])
}
