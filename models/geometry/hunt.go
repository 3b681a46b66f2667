package geometry

import (
	"cmp"
	"context"
	"slices"
)

// hunt is the search for the point of the boundary that is closest to x, by branch and
// bound: the most promising piece is cut where it could be closest, until no piece can be
// closer than the closest point that is known.
type hunt struct {
	row   int
	x     []float64
	hopes []hope // the least first
	cuts  int
}

// hope is a piece of the boundary with the closest point that it can have.
type hope struct {
	piece
	at    []float64
	least float64
	cut   *root
}

const (
	togetherCuts = 3   // pieces that are cut at once
	mostCuts     = 150 // for one point
)

// add takes a piece into account if it could be closer than most.
func (h *hunt) add(p piece, most float64) {
	at, least := p.closest(h.x)
	if !(least < most) {
		return
	}
	i, _ := slices.BinarySearchFunc(h.hopes, least, func(other hope, least float64) int { return cmp.Compare(other.least, least) })
	h.hopes = slices.Insert(h.hopes, i, hope{piece: p, at: at, least: least})
}

// next are pieces to cut, none where all that is left is farther than most.
func (h *hunt) next(most float64) []hope {
	n := 0
	for n < len(h.hopes) && n < togetherCuts && h.hopes[n].least < most && h.cuts < mostCuts {
		h.cuts++
		n++
	}
	chosen := slices.Clone(h.hopes[:n])
	for i := range chosen {
		chosen[i].cut = chosen[i].piece.cut(chosen[i].at)
	}
	if h.hopes = h.hopes[n:]; n == 0 && h.cuts < mostCuts {
		h.hopes = nil
	}
	return chosen
}

// hunted has all hunts go on together to the end.
func (b *Boundary) hunted(ctx context.Context, f Field, hunts []*hunt, tolerance float64) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		chosen := make([][]hope, len(hunts))
		var cuts []*root
		for i, h := range hunts {
			chosen[i] = h.next(b.Distances[h.row] - tolerance)
			for _, c := range chosen[i] {
				cuts = append(cuts, c.cut)
			}
		}
		if len(cuts) == 0 {
			break
		}
		if err := findRoots(f, cuts); err != nil {
			return err
		}
		for i, h := range hunts {
			for _, c := range chosen[i] {
				if c.cut.found {
					b.offer(h.row, c.cut.at(), distance(h.x, c.cut.at()))
				}
			}
			for _, c := range chosen[i] {
				if !c.cut.settled() {
					b.Error = max(b.Error, b.Distances[h.row]-c.least)
					continue
				}
				for _, half := range c.halves(c.place(c.cut.at(), c.cut.gradient)) {
					h.add(half, b.Distances[h.row]-tolerance)
				}
			}
		}
	}
	b.Error = max(b.Error, tolerance)
	for _, h := range hunts {
		if len(h.hopes) > 0 {
			b.Error = max(b.Error, b.Distances[h.row]-h.hopes[0].least)
		}
	}
	return nil
}
