package figures

import (
	"fmt"
	"math"
)

// trends are those of the given number of networks and quantities; a network is unknown at some places.
func trends(nets, quantities int) Trends {
	d := Trends{Name: "test_accuracy_trends", Measure: "Test accuracy"}
	for q := range quantities {
		t := Trend{Against: []string{"depth", "learning-rate", "width"}[q%3]}
		for i := range nets {
			l := TrendLine{Network: eight[i]}
			for j := range 6 {
				x := float64(j + 1)
				if q%3 == 1 {
					x = math.Pow(4, x) / 1000 // a logarithmic axis
				}
				mean := 0.95 - 0.3/(1+float64(i+j))
				l.X, l.Mean, l.Low, l.High = append(l.X, x), append(l.Mean, mean), append(l.Low, mean-0.04), append(l.High, mean+0.02)
			}
			if i == 1 {
				l.Low[5], l.High[5] = math.NaN(), math.NaN()
			}
			t.Lines = append(t.Lines, l)
		}
		d.Trends = append(d.Trends, t)
	}
	return d
}

// lossBands are those of the given number of networks and architectures.
func lossBands(nets, architectures int) LossBands {
	d := LossBands{Nets: eight[:nets]}
	for a := range architectures {
		for _, n := range d.Nets {
			b := LossBand{Network: n, Layers: fmt.Sprintf("hidden 8,%d", a+1)}
			for e := range 20 {
				loss := 0.1*float64(a+1) + 0.6*math.Exp(-float64(e)/6)
				b.Epochs, b.Median = append(b.Epochs, 1+40*e), append(b.Median, loss)
				b.Low, b.High = append(b.Low, 0.8*loss), append(b.High, 1.3*loss)
			}
			d.Bands = append(d.Bands, b)
		}
	}
	return d
}

// heatMaps are those of the given number of networks, with a cell that nothing is known of.
func heatMaps(nets, depths, widths int) HeatMaps {
	d := HeatMaps{Name: "spread_by_depth_and_width", Measure: "Mean spread of the last hidden layer"}
	for i := range nets {
		m := HeatMap{Network: eight[i]}
		for w := range widths {
			m.Widths = append(m.Widths, float64(2*w+2))
		}
		for depth := range depths {
			m.Depths = append(m.Depths, float64(depth+1))
			var row []float64
			for w := range widths {
				row = append(row, float64(1+i)*math.Exp(-float64(depth)/3)*math.Sqrt(float64(w+1)))
			}
			m.Means = append(m.Means, row)
		}
		m.Means[0][0] = math.NaN()
		d.Maps = append(d.Maps, m)
	}
	return d
}
