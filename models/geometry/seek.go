package geometry

import "context"

// seeker goes from one point of a boundary to a closer one.
type seeker interface {
	// propose begins the search for the next point, or gives nil where the distance
	// is within the tolerance of the least, or no closer point is to be found.
	propose(tolerance float64) *root
	// take goes on from where the search ended.
	take(*root)
}

const seekRounds = 80

// seek has all seekers go on together until none proposes another point.
func seek[S seeker](ctx context.Context, f Field, seekers []S, tolerance float64) error {
	trials := make([]*root, len(seekers))
	for range seekRounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		var open []*root
		for i, s := range seekers {
			if trials[i] = s.propose(tolerance); trials[i] != nil {
				open = append(open, trials[i])
			}
		}
		if len(open) == 0 {
			return nil
		}
		if err := findRoots(f, open); err != nil {
			return err
		}
		for i, s := range seekers {
			if trials[i] != nil {
				s.take(trials[i])
			}
		}
	}
	return nil
}
