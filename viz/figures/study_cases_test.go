package figures

import (
	"fmt"
	"math"
	"math/rand/v2"

	"actscope/viz"
)

// mappedClaims are the given number of claims, at the given numbers of settings in groups.
func mappedClaims(claims int, groups ...int) ClaimMap {
	r := rand.New(rand.NewPCG(21, 22))
	m := ClaimMap{Subtitle: "Share of the seeds."}
	columns := 0
	for i, n := range groups {
		g := SettingGroup{Name: []string{"", "epochs", "rate", "width", "depth", "depth, rate=0.5"}[i%6]}
		for k := range n {
			g.Labels = append(g.Labels, fmt.Sprint(k+1))
		}
		columns += n
		m.Groups = append(m.Groups, g)
	}
	for i := range claims {
		row := ClaimRow{Label: fmt.Sprintf("sigmoid-claim-number-%d", i), Kind: []string{"printed", "general", "causal"}[3*i/claims]}
		for k := range columns {
			share := r.Float64()
			if i%4 == 3 && k%3 == 1 {
				share = math.NaN()
			}
			row.Shares, row.Settled = append(row.Shares, share), append(row.Settled, math.Abs(share-0.5) > 0.2)
		}
		m.Claims = append(m.Claims, row)
	}
	return m
}

// sharedClaims are the given number of claims, with shares over all the range.
func sharedClaims(claims int) ClaimShares {
	c := ClaimShares{Subtitle: "Share of the seeds."}
	for i := range claims {
		share := float64(i) / float64(max(claims-1, 1))
		held := i%2 == 0
		c.Claims = append(c.Claims, ClaimShare{
			Label: fmt.Sprintf("sigmoid-claim-number-%d", i), Kind: []string{"printed", "general", "causal"}[3*i/claims],
			Share: share, Low: max(0, share-0.1), High: min(1, share+0.1), InArticle: &held,
		})
	}
	return c
}

// accuracies are curves in the given number of panels.
func accuracies(panels int) AccuracyCurves {
	a := AccuracyCurves{Subtitle: "Mean over the seeds."}
	for i := range panels {
		p := AccuracyPanel{Title: "rate 0.05", Label: "epochs", Log: i%2 == 0, Values: []float64{800, 2000, 4000, 8000}}
		for k, net := range eight[:2] {
			c := AccuracyCurve{Network: net}
			for j := range p.Values {
				mean := 0.97 - 0.15*float64(1-k)/float64(j+1)
				c.Mean, c.Low, c.High = append(c.Mean, mean), append(c.Low, mean-0.02), append(c.High, mean+0.01)
			}
			p.Curves = append(p.Curves, c)
		}
		a.Panels = append(a.Panels, p)
	}
	return a
}

// interventions are a grid of functions by columns at two rates, and changes from both ends.
func interventions(functions, columns int) (InterventionGrid, InterventionEffects) {
	g := InterventionGrid{Subtitle: "Mean accuracy, percent."}
	e := InterventionEffects{Subtitle: "Points of accuracy."}
	for _, rate := range []string{"rate 0.05", "rate 0.5"} {
		group := SettingGroup{Name: rate}
		for i := range columns {
			group.Labels = append(group.Labels, []string{"lecun-normal", "he-normal", "deviation:2"}[i%3])
		}
		g.Groups = append(g.Groups, group)
		for _, net := range eight[:2] {
			p := EffectPanel{Title: net.Label + ", " + rate, Network: net}
			for i := range functions {
				v := 10 * math.Sin(float64(i))
				p.Effects = append(p.Effects, Effect{Label: fmt.Sprintf("slope 1/%d, value %d", i+2, i), Points: v, Low: v - 0.5 - math.Abs(v)/3, High: v + 0.5})
			}
			e.Panels = append(e.Panels, p)
		}
	}
	for i := range functions {
		row := InterventionRow{Function: fmt.Sprintf("min(%d*relu(z)+0.5,1)", i)}
		for k := range 2 * columns {
			row.Accuracy = append(row.Accuracy, 0.87+0.1*math.Abs(math.Sin(float64(3*i+k))))
		}
		g.Rows = append(g.Rows, row)
	}
	g.Rows[0].Accuracy[0] = math.NaN() // every network failed
	return g, e
}

// costs are networks of the given number of depths and widths.
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
			n.Points[3].Undecided = "2-4-1"
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

// layered theory: a quantity that falls to a limit, measured with some noise.
func theoryLayers(layers int, measured bool) TheoryByLayer {
	d := TheoryByLayer{Network: eight[0], Setting: "Weight variance 1 over the fan-in, bias variance 0. χ₁ = 0.0557: ordered."}
	if measured {
		d.Measured = "width 512: mean of 20 networks, 95 % interval"
	}
	for i, title := range []string{"Variance of the pre-activations", "Deviation of the activations", "Correlation of two inputs after the layer", "Stretching of a curve by the layer"} {
		q := LayerQuantity{Title: title, Label: "Quantity", Bounded: i == 2}
		for l := range layers {
			v := 0.3 + 0.6*math.Exp(-float64(l))
			if i == 3 {
				v = math.Exp(-float64(l)) // a logarithmic axis
			}
			q.Predicted = append(q.Predicted, v)
			if measured {
				m := v * (1 + 0.1*math.Sin(float64(3*l+i)))
				q.Mean, q.Low, q.High = append(q.Mean, m), append(q.Low, m-0.08), append(q.High, m+0.08)
			}
		}
		d.Quantities = append(d.Quantities, q)
	}
	return d
}

// phasePlane has the line from order to chaos bent, and signals that diverge beyond.
func phasePlane(n int) PhaseDiagram {
	d := PhaseDiagram{Network: eight[2], At: viz.Pt(1.5, 0.05), Chi: 0.94}
	for i := range n {
		d.Grid.X, d.Grid.Y = append(d.Grid.X, 4*float64(i)/float64(n-1)), append(d.Grid.Y, 0.3*float64(i)/float64(n-1))
	}
	for _, y := range d.Grid.Y {
		for _, x := range d.Grid.X {
			d.Grid.Z = append(d.Grid.Z, x/(1+3*math.Sqrt(y)))
			d.Diverges = append(d.Diverges, x > 3.4)
		}
	}
	return d
}

func farRays(rays, distances int) FarConfidence {
	inf := math.Inf(1)
	d := FarConfidence{Nets: []FarRays{
		{Network: eight[0], Cap: 11, Arcs: []FarArc{{0.3, 1, -1}, {1, 4, -3}, {4, 2*math.Pi + 0.3, 2}}},
		{Network: eight[1], Arcs: []FarArc{{1, 4.5, -inf}, {4.5, 2*math.Pi + 1, inf}}},
	}}
	for i := range distances {
		d.Distance = append(d.Distance, 0.1*math.Pow(10, 5*float64(i)/float64(distances-1)))
	}
	for ray := range rays {
		var bounded, affine []float64
		for _, r := range d.Distance {
			bounded = append(bounded, (3+float64(ray%5)/3)*math.Tanh(r-0.3*float64(ray%7)))
			affine = append(affine, float64(1+ray%6)*r-2)
		}
		d.Nets[0].Logits, d.Nets[1].Logits = append(d.Nets[0].Logits, bounded), append(d.Nets[1].Logits, affine)
	}
	return d
}

func layerMaps() LayerMaps {
	d := LayerMaps{Network: eight[2], Setting: "Weight variance 4 over the fan-in, bias variance 0.2.", At: 2.41, VarianceLimit: 2, CorrelationLimit: 0.4}
	for i := range 41 {
		q, c := 0.2*float64(i), float64(i-20)/20
		d.Variance, d.NextVariance = append(d.Variance, q), append(d.NextVariance, 4*q/(q+2))
		d.Correlation, d.NextCorrelation = append(d.Correlation, c), append(d.NextCorrelation, 0.1+0.8*c+0.1*c*c)
	}
	for q := range 5 {
		d.Layers = append(d.Layers, 2+math.Pow(0.5, float64(q-1)))
	}
	return d
}

// theoryFigures are those of the theory over the range that they are made for.
func theoryFigures() map[string]viz.Drawing {
	d := map[string]viz.Drawing{"plane": phasePlane(61), "small plane": phasePlane(2), "rays": farRays(24, 101), "one ray": farRays(1, 2), "maps": layerMaps()}
	for _, layers := range []int{1, 2, 8, 100} {
		d[fmt.Sprintf("%d layers", layers)] = theoryLayers(layers, true)
		d[fmt.Sprintf("%d layers of theory alone", layers)] = theoryLayers(layers, false)
	}
	return d
}

// trends are those of the given number of networks and quantities; a network is unknown at some places.
func trends(nets, quantities int) Trends {
	d := Trends{Name: "test_accuracy_trends", Measure: "Test accuracy", Share: true}
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

// kernels are the figures of tangent kernels of so many networks over so many modes and epochs; the last
// network is dead where that is wanted.
func kernels(nets, modes, epochs int, dead bool) (KernelSpectrum, KernelTwin, KernelDrift) {
	spectrum, twin, drift := KernelSpectrum{Epochs: epochs}, KernelTwin{Line: 0.27}, KernelDrift{}
	for i := range nets {
		s, l, d := Spectrum{Network: eight[i]}, TwinLoss{Network: eight[i]}, Drift{Network: eight[i]}
		for m := range modes {
			v := 3 * math.Exp(-float64(m*(i+1))/4)
			if dead && i == nets-1 {
				v = 0
			}
			s.Eigenvalues, s.Tau, s.Energy = append(s.Eigenvalues, v), append(s.Tau, 16/v), append(s.Energy, 1/float64(modes))
		}
		for e := range epochs {
			l.History = append(l.History, 0.7/(1+float64(e*(i+1))/100))
			l.Twin = append(l.Twin, 0.7/(1+float64(e*(i+1))/400))
		}
		for e := 0; e <= epochs; e += max(1, epochs/20) {
			d.Epochs = append(d.Epochs, e)
			d.Alignment, d.TraceRatio = append(d.Alignment, 1-0.1*float64(i+1)*float64(e)/float64(epochs)), append(d.TraceRatio, 1+float64(i*e)/10)
		}
		spectrum.Nets, twin.Nets, drift.Nets = append(spectrum.Nets, s), append(twin.Nets, l), append(drift.Nets, d)
	}
	if dead {
		none := []float64{math.NaN()}
		twin.Line, twin.Nets[nets-1].History, twin.Nets[nets-1].Twin = math.NaN(), nil, nil
		drift.Nets[nets-1] = Drift{Network: eight[nets-1], Epochs: []int{0}, Alignment: none, TraceRatio: none}
	}
	return spectrum, twin, drift
}

// kernelFigures are those of tangent kernels over the range that they are made for.
func kernelFigures() map[string]viz.Drawing {
	d := map[string]viz.Drawing{}
	for _, c := range []struct {
		nets, modes, epochs int
		dead                bool
	}{{1, 1, 1, false}, {1, 5, 10, true}, {2, 300, 800, false}, {3, 40, 50, true}, {8, 100, 2000, false}} {
		name := fmt.Sprintf("of %d kernels over %d epochs", c.nets, c.epochs)
		spectrum, twin, drift := kernels(c.nets, c.modes, c.epochs, c.dead)
		d["spectra "+name], d["twins "+name], d["drift "+name] = spectrum, twin, drift
	}
	d["a kernel's trial of one network"], d["a kernel's trial of 400 networks"] = kernelTrial(1), kernelTrial(400)
	for n := 1; n <= 8; n += 7 {
		d[fmt.Sprintf("widths of %d networks", n)] = kernelWidths(n)
	}
	return d
}

// kernelWidths are kernels of so many kinds of network, which come to the limit at different rates.
func kernelWidths(nets int) KernelWidths {
	d := KernelWidths{Draws: 20}
	for i := range nets {
		c := WidthCourse{Network: eight[i]}
		for k := range 8 {
			width := 8 << k
			spread := float64(i+1) * (1 + 0.1*math.Sin(float64(k*i))) / math.Sqrt(float64(width)) / 2
			c.Widths, c.Spread, c.Departure = append(c.Widths, width), append(c.Spread, spread), append(c.Departure, spread/4*(1+0.5*math.Cos(float64(3*k+i))))
		}
		d.Nets = append(d.Nets, c)
	}
	return d
}

// kernelTrial are predictions of so many networks, some of which never get there.
func kernelTrial(nets int) KernelTrial {
	d := KernelTrial{Epochs: 2000, Predictions: []Prediction{{Title: "By the twin", Label: "The twin's epochs", Fact: "The twin's epochs correlate by 0.5."}, {Title: "By modes", Label: "Slowest time constant", Fact: "Time constants correlate by 0.4 with the epochs."}}}
	r := rand.New(rand.NewPCG(3, 4))
	for range nets {
		v := math.Pow(10, 4*r.Float64())
		twin, tau := v*math.Exp(r.NormFloat64()), math.Pow(v, 3)/1e5*math.Exp(r.NormFloat64())
		for _, epochs := range []*float64{&v, &twin} {
			if *epochs > 2000 {
				*epochs = math.Inf(1)
			}
		}
		d.Measured = append(d.Measured, v)
		d.Predictions[0].Values, d.Predictions[1].Values = append(d.Predictions[0].Values, twin), append(d.Predictions[1].Values, tau)
	}
	return d
}
