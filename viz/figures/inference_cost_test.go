package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/viz"
)

// costs are networks of so many depths and widths.
func costs(nets, depths, widths int) InferenceCost {
	c := InferenceCost{Target: 0.95, Share: 0.9, Cost: "Multiply-adds"}
	for i := range nets {
		n := CostedNetworks{Network: eight[i]}
		for d := range depths {
			for w := range widths {
				width, depth := float64(w+1), float64(d+1)
				share := 1 / (1 + math.Exp(-width+float64(i%3)+2))
				n.Points = append(n.Points, CostedNetwork{
					Cost: 3*width + float64(d)*width*width, Depth: d + 1, Share: share, Low: share * share, High: math.Sqrt(share),
					Accuracy: 0.8 + 0.17*share + 0.002*depth, Judged: w < 5,
				})
			}
		}
		if widths > 4 {
			n.Points[4].Smallest = "2-5-1"
		}
		c.Nets = append(c.Nets, n)
	}
	return c
}

// inferenceCosts are the figure over the range that it is made for.
func inferenceCosts() map[string]viz.Drawing {
	d := make(map[string]viz.Drawing)
	for n := range 8 {
		d[fmt.Sprintf("costs of %d", n+1)] = costs(n+1, 3, 7)
	}
	d["costs of one network"] = costs(1, 1, 1)
	d["costs of many depths"] = costs(2, 8, 8)
	d["costs that all are too high"] = costs(3, 2, 2)
	return d
}

func TestFrontierIsTheBestAtOrBelowEachCost(t *testing.T) {
	points := []CostedNetwork{{Cost: 9, Share: 0.4}, {Cost: 3, Share: 0.1}, {Cost: 20, Share: 0.9}, {Cost: 12, Share: 0.3}, {Cost: 9, Share: 0.5}, {Cost: 30, Share: 0.9}}
	got := frontier(points, func(c CostedNetwork) float64 { return c.Share })
	want := []viz.Point{viz.Pt(3, 0.1), viz.Pt(9, 0.1), viz.Pt(9, 0.4), viz.Pt(9, 0.4), viz.Pt(9, 0.5), viz.Pt(20, 0.5), viz.Pt(20, 0.9), viz.Pt(30, 0.9)}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestInferenceCostSaysInWordsWhatItShows(t *testing.T) {
	c := costs(2, 2, 6)
	c.Nets[1].Points[4].Smallest = ""
	f, err := c.Figure(viz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "The smallest seen to reach it in 90 % of trainings: Sigmoid 2-5-1 at 15; ReLU none."; !strings.HasSuffix(f.Description, want) {
		t.Errorf("%q, want … %q", f.Description, want)
	}
}

func TestInferenceCostRefusesWhatHasNoPlace(t *testing.T) {
	free, without := costs(1, 1, 3), costs(2, 1, 3)
	free.Nets[0].Points[1].Cost = 0
	without.Nets[1].Points = nil
	for _, c := range []InferenceCost{{}, free, without} {
		if _, err := c.Figure(viz.Options{}); err == nil {
			t.Errorf("%+v is drawn", c)
		}
	}
}
