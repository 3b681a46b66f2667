package machine

import (
	"math/rand/v2"
	"testing"
)

func TestSpansNeitherOverlapNorLeak(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var free spans
	arena := 0
	type value struct{ span }
	var live []value
	for range 5000 {
		if len(live) > 0 && rng.IntN(2) == 0 {
			i := rng.IntN(len(live))
			free.give(live[i].span)
			live = append(live[:i], live[i+1:]...)
			continue
		}
		size := roundUp(1 + rng.IntN(100))
		v := value{span{free.take(size, &arena), size}}
		for _, other := range live {
			if v.offset < other.offset+other.size && other.offset < v.offset+v.size {
				t.Fatalf("%v overlaps %v", v.span, other.span)
			}
		}
		live = append(live, v)
	}
	for _, v := range live {
		free.give(v.span)
	}
	if len(free) != 1 || free[0] != (span{0, arena}) {
		t.Errorf("all is given back, and %v of %d is free", free, arena)
	}
}

func TestLiveValuesDoNotShareMemory(t *testing.T) {
	steps := sample(t)
	type interval struct {
		n          *node
		born, dies int
	}
	var intervals []interval
	for i, s := range steps {
		for _, out := range s.outs {
			life := interval{n: out, born: i, dies: i}
			for j, user := range steps {
				for _, arg := range user.args {
					if arg.owner() == out {
						life.dies = j
					}
				}
			}
			if out.output {
				life.dies = len(steps)
			}
			intervals = append(intervals, life)
		}
	}
	for i, a := range intervals {
		for _, b := range intervals[:i] {
			together := a.born < b.dies && b.born < a.dies
			if together && a.n.offset < b.n.offset+b.n.size && b.n.offset < a.n.offset+a.n.size {
				t.Errorf("%v and %v live at the same time in the same memory", a.n.source, b.n.source)
			}
		}
	}
}
