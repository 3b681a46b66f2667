package layers

import (
	"context"
	"fmt"
	"math"
	"slices"

	"actscope/graph/layer"
	"actscope/internal/differences"
	"actscope/models/doctor"
)

// mostDifferences bounds the entries of an array whose gradients are checked by differences; of a larger one they are taken
// at equal distances.
const mostDifferences = 64

// differences holds the reference against finite differences of the way forward, whatever the file says. An error is a
// fault of the reference's, not of the file's.
func (c *check) differences(ctx context.Context) (*doctor.Differences, error) {
	given := c.given
	given.Variant = c.variant.Name
	l, err := layer.New(c.kind, given)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	found := &doctor.Differences{}
	for _, in := range c.kind.Inputs {
		gradient := c.result.gradients[in.Name]
		if gradient == nil {
			continue
		}
		most := 1.0
		for _, v := range gradient {
			most = max(most, math.Abs(v))
		}
		for _, i := range spread(len(gradient), mostDifferences) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			var failed error
			e := differences.Derivative(func(v float64) (float64, uint64) {
				value, region, err := l.Objective(in.Name, i, v)
				if err != nil {
					failed = err
				}
				return value, region
			}, given.Arrays[in.Name].Values[i])
			if failed != nil {
				return nil, failed
			}
			if e.Kink || !(e.Error < allowed*most) {
				found.LeftOut++
				continue
			}
			found.Entries++
			off := math.Abs(e.Value - gradient[i])
			found.MaxAbs = max(found.MaxAbs, off)
			if off > 10*e.Error+allowed*most {
				return nil, fmt.Errorf("the reference of %s at entry %v is %v, by finite differences %v: the check itself is at fault, please report it", c.fileName(in.Name), c.array(in.Name).Index(i), gradient[i], e.Value)
			}
		}
	}
	return found, nil
}

// allowed is how far differences may be off, relative to an array's largest gradient or to 1.
const allowed = 1e-6

// spread are at most so many of n entries, at equal distances, the first and the last among them.
func spread(n, most int) []int {
	if n <= most {
		most = n
	}
	var list []int
	for k := range most {
		i := 0
		if most > 1 {
			i = k * (n - 1) / (most - 1)
		}
		list = append(list, i)
	}
	return slices.Compact(list)
}
