package report

import "math"

// Spread picks at most so many of the numbers 0 to n-1, evenly spread, the first
// and the last among them: which test rows or layers to record for a [Film].
func Spread(n, most int) []int {
	n = max(n, 0)
	count := min(n, max(most, 0))
	picked := make([]int, count)
	for i := range picked {
		if count > 1 {
			picked[i] = int(math.Round(float64(i) * float64(n-1) / float64(count-1)))
		}
	}
	return picked
}

// SnapshotEpochs picks at most so many of the epochs 0 (before training) to
// epochs, both among them. They lie denser at the start, where training moves
// fastest: their distance grows with the square root of the epoch.
func SnapshotEpochs(epochs, count int) []int {
	epochs = max(epochs, 0)
	if count > epochs {
		return Spread(epochs+1, epochs+1)
	}
	var picked []int
	for i := range max(count, 0) {
		e := 0
		if i > 0 {
			t := float64(i) / float64(count-1)
			// Each step is one epoch at least, and leaves one for each that follows.
			e = min(max(int(math.Round(t*t*float64(epochs))), picked[i-1]+1), epochs-(count-1-i))
		}
		picked = append(picked, e)
	}
	return picked
}
