package present

import "testing"

func TestResolutionIsThatOfThePointsAtHand(t *testing.T) {
	for want, c := range map[string]struct {
		n          int
		accuracies []float64
	}{
		"One of the 100 rows is 1.0 %; the standard error of an accuracy of 79.0 % is 4.1 points.":      {100, []float64{0.96, 0.79}},
		"One of the 20000 rows is 0.005 %; the standard error of an accuracy of 87.6 % is 0.23 points.": {20000, []float64{0.876, 0.97}},
		"One of the 3 rows is 33.3 %; the standard error of an accuracy of 33.3 % is 27.2 points.":      {3, []float64{1, 1.0 / 3}},
		"One of the 1500 rows is 0.07 %; the standard error of an accuracy of 50.0 % is 1.3 points.":    {1500, []float64{0.5}},
		"One of the 20 rows is 5.0 %.": {20, []float64{1, 0}}, // which says nothing of chance
	} {
		if got := resolution("rows", c.n, c.accuracies); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
