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

// numbers is how many go into the layer: what one run of it costs.
func (c *check) numbers() int {
	n := 0
	for _, a := range c.given.Arrays {
		n += len(a.Values)
	}
	return n
}

// small is a layer of which every entry may be moved.
const small = 20_000

// sampled is how many entries of an array are moved, at equal distances: fewer of large layers, of which a run takes long.
func (c *check) sampled() int {
	switch n := c.numbers(); {
	case n <= small/10:
		return 64
	case n <= small:
		return 16
	case n <= 10*small:
		return 4
	}
	return 1
}

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
		for _, i := range spread(len(gradient), c.sampled()) {
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
			share := l.Share(in.Name)
			off := math.Abs(share*e.Value - gradient[i])
			found.MaxAbs = max(found.MaxAbs, off)
			if off > 10*share*e.Error+allowed*most {
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
		} else {
			i = n / 2
		}
		list = append(list, i)
	}
	return slices.Compact(list)
}
