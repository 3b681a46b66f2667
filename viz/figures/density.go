package figures

import "math"

// density is an estimate of how values are distributed over [lo, hi].
type density struct {
	lo, hi float64
	bins   []float64 // heights at evenly spaced places, the first at lo and the last at hi; largest 1
}

// densityBins is how finely densities are worked out.
const densityBins = 256

// estimateDensity smooths the values with a Gaussian kernel of Silverman's bandwidth (1986, p. 48,
// eq. 3.31), reflected at the smallest and the largest value, beyond which nothing is claimed. It counts into bins
// first, so that a million values cost little more than a hundred. All values must be finite.
func estimateDensity(values []float64) density {
	d := density{lo: math.Inf(1), hi: math.Inf(-1), bins: make([]float64, densityBins)}
	for _, v := range values {
		d.lo, d.hi = min(d.lo, v), max(d.hi, v)
	}
	if len(values) == 0 || !(d.hi > d.lo) || math.IsInf(d.hi-d.lo, 0) {
		for i := range d.bins {
			d.bins[i] = 1
		}
		return d
	}
	width := (d.hi - d.lo) / (densityBins - 1)
	mean, square := 0.0, 0.0
	for _, v := range values {
		at := (v - d.lo) / width
		i := min(int(at), densityBins-2)
		d.bins[i] += 1 - (at - float64(i))
		d.bins[i+1] += at - float64(i)
		mean += at
		square += at * at
	}
	n := float64(len(values))
	mean /= n
	sigma := math.Sqrt(max(square/n-mean*mean, 0))
	spread := sigma
	if q := d.quartileRange() / 1.34; q > 0 {
		spread = min(sigma, q)
	}
	d.smooth(max(0.9*spread*math.Pow(n, -0.2), 1.5))
	return d
}

// quartileRange is the distance of the quartiles in bins.
func (d density) quartileRange() float64 {
	total, sum := 0.0, 0.0
	for _, b := range d.bins {
		total += b
	}
	first, third := -1, -1
	for i, b := range d.bins {
		sum += b
		if first < 0 && sum >= total/4 {
			first = i
		}
		if third < 0 && sum >= 3*total/4 {
			third = i
		}
	}
	return float64(third - first)
}

// smooth convolves with a Gaussian, bandwidth in bins, and scales to a largest height of 1.
func (d density) smooth(bandwidth float64) {
	reach := int(4*bandwidth) + 1
	kernel := make([]float64, reach+1)
	for i := range kernel {
		kernel[i] = math.Exp(-0.5 * float64(i*i) / (bandwidth * bandwidth))
	}
	n, most := len(d.bins), 0.0
	out := make([]float64, n)
	for i, b := range d.bins {
		if b == 0 {
			continue
		}
		for k := -reach; k <= reach; k++ {
			j := i + k
			for j < 0 || j >= n { // at the ends it is reflected
				if j < 0 {
					j = -j - 1
				} else {
					j = 2*n - 1 - j
				}
			}
			out[j] += b * kernel[max(k, -k)]
		}
	}
	for _, v := range out {
		most = max(most, v)
	}
	for i, v := range out {
		d.bins[i] = v / most
	}
}
