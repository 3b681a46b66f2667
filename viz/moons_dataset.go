package viz

// MoonsDataset shows all points of a data set by class.
type MoonsDataset struct {
	Dataset string    // its name; "" means make_moons
	Detail  string    // such as "noise 0.18, both features standardised"
	Points  []float64 // x₁, x₂ of one point after the other
	Labels  []int     // 0 or 1
}

// Figure draws the data set.
func (d MoonsDataset) Figure(o Options) (*Figure, error) {
	split, err := classes(d.Points, d.Labels)
	if err != nil {
		return nil, err
	}
	f := o.figure("moons_dataset", datasetName(d.Dataset)+" — our dataset")
	f.Subtitle = count(len(d.Labels), "point")
	if d.Detail != "" {
		f.Subtitle += ", " + d.Detail
	}
	p := &Panel{X: Axis{Label: "x₁", Grid: true}, Y: Axis{Label: "x₂", Grid: true}, Equal: true}
	for class, ps := range split {
		p.Series = append(p.Series, Scatter{Points: ps, Marker: f.Theme.classMarker(class, 5), Phase: class})
	}
	p.X, p.Y = p.axes()
	f.Panels = []*Panel{p}
	f.Legend = f.Theme.classKeys(split)
	return f, nil
}

func datasetName(name string) string {
	if name == "" {
		return "make_moons"
	}
	return name
}
