package present

import (
	"fmt"
	"math"

	"actscope/internal/number"
)

// resolution says how coarse accuracies on n points are: what one of the points is, and the
// largest of the standard errors √(p(1−p)/n), where p is the accuracy itself (Wald).
func resolution(points string, n int, accuracies []float64) string {
	decimals := max(1, int(math.Ceil(math.Log10(float64(n))))-2)
	text := fmt.Sprintf("One of the %d %s is %s", n, points, number.Percent(1/float64(n), decimals))
	var coarsest, largest float64
	for _, p := range accuracies {
		if e := math.Sqrt(p * (1 - p) / float64(n)); e > largest {
			coarsest, largest = p, e
		}
	}
	if largest > 0 {
		text += fmt.Sprintf("; the standard error of an accuracy of %s is %.*f points", percent(coarsest), max(1, decimals-1), 100*largest)
	}
	return text + "."
}
