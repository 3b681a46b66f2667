package graph

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestShortcutsAddWhatCameIn(t *testing.T) {
	for name, shortcut := range map[string]map[int]int{ // layer -> where its shortcut comes from
		"residual":   {2: 1, 3: 2, 5: 4}, // layer 4 has another width than layer 3, layer 1 than x
		"residual:2": {},                 // 2 from x, 4 from 2: other widths
		"residual:3": {3: 0},
	} {
		n := withParts(t, []int{4, 4, 4, 6, 6}, Tanh, name)
		if name == "residual:3" {
			n.Inputs = 4
		}
		parameters := n.NewParameters()
		p, err := Compile(n, parameters, 3, Options{Captured: everyPoint(n)})
		if err != nil {
			t.Fatal(err)
		}
		randomise(p, parameters, rand.New(rand.NewPCG(1, 5)))
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		for l := 1; l <= 5; l++ {
			z, a := capture(t, p, Point{l, PreActivation}), capture(t, p, Point{l, PostActivation}).Copy()
			came := make([]float64, len(a))
			if from, ok := shortcut[l]; ok && from > 0 {
				came = capture(t, p, Point{from, PostActivation}).Copy()
			} else if ok {
				came = p.X
			}
			for i, v := range z.Copy() {
				if want := math.Tanh(v) + came[i]; math.Abs(a[i]-want) > 1e-15 {
					t.Errorf("%s: layer %d: a[%d] is %v, want %v", name, l, i, a[i], want)
				}
			}
		}
	}
}
