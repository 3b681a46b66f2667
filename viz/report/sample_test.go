package report

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"actscope/viz"
	"actscope/viz/figures"
)

// sampleFilm is a film of closed forms: each network turns a straight boundary
// about the origin at its own speed, and its hidden spaces grow.
func sampleFilm(nets, layers, snapshots, points int) *Film {
	f := &Film{Epochs: EvenlySpaced(801, snapshots)}
	for i := range 41 {
		f.X = append(f.X, -2+0.1*float64(i))
		f.Y = append(f.Y, -3+0.15*float64(i))
	}
	for i := range points {
		angle := 2.4 * float64(i)
		f.Points = append(f.Points, 1.5*math.Cos(angle), 1.5*math.Sin(1.3*angle))
		f.Labels = append(f.Labels, i%2)
	}
	names := []figures.Network{{Name: "sigmoid", Label: "Sigmoid"}, {Name: "relu", Label: "ReLU"}, {Name: "tanh", Label: "Tanh"}}
	for n := range nets {
		net := FilmNet{Network: names[n%len(names)]}
		for s := range f.Epochs {
			turn := 0.3 + float64(n+1)*float64(s)/float64(len(f.Epochs))
			p := func(x, y float64) float64 { return 1 / (1 + math.Exp(-3*(x*math.Cos(turn)+y*math.Sin(turn)))) }
			var field []float64
			for _, y := range f.Y {
				for _, x := range f.X {
					field = append(field, p(x, y))
				}
			}
			var wrong []bool
			right := 0.0
			for i, label := range f.Labels {
				miss := p(f.Points[2*i], f.Points[2*i+1]) >= 0.5 != (label == 1)
				wrong = append(wrong, miss)
				if !miss {
					right++
				}
			}
			net.Fields = append(net.Fields, field)
			net.Wrong = append(net.Wrong, wrong)
			net.Loss = append(net.Loss, 0.7/float64(s+1))
			net.Accuracy = append(net.Accuracy, right/float64(points))
		}
		for l := range layers {
			var layer FilmLayer
			for s := range f.Epochs {
				var at []float64
				for i := range f.Points {
					at = append(at, float64(l+1)*f.Points[i]*float64(s+1)/float64(len(f.Epochs)))
				}
				layer.Points = append(layer.Points, at)
			}
			net.Layers = append(net.Layers, layer)
		}
		f.Nets = append(f.Nets, net)
	}
	return f
}

// sampleFigures are drawn by viz once: of one column, and of two.
var sampleFigures = sync.OnceValues(func() ([]Figure, error) {
	film := sampleFilm(2, 0, 24, 60)
	boundaries := figures.DecisionBoundaries{Points: film.Points, Labels: film.Labels}
	for _, n := range film.Nets {
		boundaries.Nets = append(boundaries.Nets, figures.Boundary{Network: n.Network, Grid: viz.Grid{X: film.X, Y: film.Y, Z: n.Fields[23]}, Wrong: n.Wrong[23], Accuracy: n.Accuracy[23]})
	}
	all := []Figure{
		{Title: "The points", Caption: "60 points, half of them in each class."},
		{Title: "Boundaries", Caption: "Two straight lines.", Finding: "Neither network bends its boundary."},
	}
	for i, d := range []viz.Drawing{figures.Dataset{Points: film.Points, Labels: film.Labels}, boundaries} {
		var err error
		if all[i].Sheet, err = viz.NewSheet(d, fmt.Sprintf("f%d-", i+1)); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// samplePage has every part.
func samplePage(t testing.TB) Page {
	t.Helper()
	figures, err := sampleFigures()
	if err != nil {
		t.Fatal(err)
	}
	return Page{
		Title:      "Sigmoid and ReLU",
		Lead:       "Two networks that differ in nothing but their activation.",
		Highlights: []Highlight{{"96.0 %", "ReLU, test accuracy"}, {"79.0 %", "sigmoid, test accuracy"}},
		Story:      []string{"A deep network is a geometric system.", "One seed decides all of this."},
		Setting:    []Setting{{"samples", "400"}, {"noise", "0.18"}, {"hidden layers", "8, 8"}},
		Film:       sampleFilm(2, 2, 24, 60),
		Claims: []Claim{
			{Statement: "ReLU loss keeps falling", Article: "about 0.15 to about 0.03", Findings: []Finding{{Measured: "0.15493, 0.035271", Holds: true}}},
			{Statement: "sigmoid compresses the signal at once", Article: "to about 0.3", Findings: []Finding{
				{Sample: "class 0", Measured: "sigmoid 0.30703", Holds: true},
				{Sample: "class 1", Measured: "sigmoid 0.68682"},
			}},
		},
		Figures: slices.Clone(figures),
		Tables: []Table{
			{
				Title: "The networks", Note: "Test accuracy over 100 rows.", Columns: []string{"network", "final loss", "test accuracy", "spread, layer 1", "spread, layer 2", "parameters"},
				Rows: [][]string{{"sigmoid", "0.28216", "79.0 %", "0.25931", "0.19505", "105"}, {"relu", "0.03527", "96.0 %", "1.14532", "1.67286", "105"}},
			},
		},
		Again: Again{Command: "go run ./cmd/actscope reproduce --out out/reproduce", Note: "The same configuration gives the same bytes."},
	}
}

// written is what a page writes.
func written(t testing.TB, p Page) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
