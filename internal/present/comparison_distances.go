package present

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/comparison"
	"actscope/internal/stats"
	"actscope/models/geometry"
	"actscope/viz"
	"actscope/viz/figures"
)

// distanceDrawing is what each layer keeps of the distances.
func distanceDrawing(r *comparison.Result) viz.Drawing {
	test := coloured(r, r.Data.Test)
	distances := r.Networks[0].Geometry.Distances
	d := figures.BoundaryDistance{Dataset: datasetTitle(r), Labels: test.labels[:len(distances)], Classes: test.names}
	for _, n := range r.Networks {
		d.Nets = append(d.Nets, boundaryLayers(n))
	}
	kept := ofEach(r, lastKept)
	finding := "No layer's margins can be compared with distances"
	if len(kept) > 0 {
		finding = fmt.Sprintf("The order of the distances is in the last hidden layer's margins by a ρ of %s", listed(kept, rank))
		if !slices.ContainsFunc(r.Networks, func(n *comparison.Trained) bool { return n.Test.HiddenLayers() > 0 }) {
			finding = fmt.Sprintf("The order of the distances is in the output's margins by a ρ of %s", listed(kept, rank))
		}
	}
	return explained{d, finding + rankThesis(r), "Across: how far a point lies from the network's own decision boundary in the input. Up: how far from the layer's own linear boundary. " +
		"ρ is the rank correlation of the two within each predicted class, on average over the points: 1 where the layer keeps the order of all distances. Over both sides together it can mislead, and stands in the table as pooled."}
}

// lastKept is the rank correlation in the last hidden layer, or in the output where there is none.
func lastKept(n *comparison.Trained) float64 {
	layers := n.Geometry.Layers
	if len(layers) < 3 {
		return float64(layers[len(layers)-1].DistanceCorrelation)
	}
	return float64(layers[len(layers)-2].DistanceCorrelation)
}

// thesisNetworks are the two that the article's thesis is about; nil where the run has not both, or one of
// them cannot be told from chance, which says nothing of the thesis.
func thesisNetworks(r *comparison.Result) (sigmoid, relu *comparison.Trained) {
	sigmoid, relu = trainedWith(r, graph.Sigmoid.Name), trainedWith(r, graph.ReLU.Name)
	if sigmoid == nil || relu == nil || task(r) != data.Classification || atChance(r, sigmoid) || atChance(r, relu) {
		return nil, nil
	}
	return sigmoid, relu
}

// rankThesis says what the rank correlations are to the article's thesis, where both its networks have one.
func rankThesis(r *comparison.Result) string {
	sigmoid, relu := thesisNetworks(r)
	if sigmoid == nil {
		return ""
	}
	s, l := lastKept(sigmoid), lastKept(relu)
	switch apart := rankApart(s, l, len(sigmoid.Geometry.Distances)); {
	case math.IsNaN(apart):
		return ""
	case math.Abs(apart) < 1.96:
		return "; too few points to say which keeps more, so by rank the article's thesis is open here"
	case apart > 0:
		return ". That contradicts the article's thesis: by rank sigmoid loses less"
	}
	return ". That agrees with the article's thesis: by rank ReLU keeps more"
}

// rankApart is by how many standard errors two rank correlations on so many rows each differ, on Fisher's scale
// with the errors of Bonett & Wright (2000), as if they were independent.
func rankApart(a, b float64, rows int) float64 {
	const most = 1 - 1e-9 // of which Fisher's z is finite
	a, b = min(max(a, -most), most), min(max(b, -most), most)
	return (math.Atanh(a) - math.Atanh(b)) / math.Sqrt((2+a*a/2+b*b/2)/float64(rows-3))
}

// boundaryLayers are the distances to the decision boundary and the layers' margins.
func boundaryLayers(n *comparison.Trained) figures.BoundaryLayers {
	b := figures.BoundaryLayers{Network: drawn(n), Distances: n.Geometry.Distances}
	for _, l := range n.Geometry.Layers {
		b.Layers = append(b.Layers, figures.LayerMargins{Name: l.Name, Margins: l.Margins, Correlation: float64(l.DistanceCorrelation)})
	}
	return b
}

// Groups of points by distance have about leastGroup points, and there are at most
// mostGroups.
const (
	leastGroup = 10
	mostGroups = 12
)

// noticeableLayers are the just-noticeable distances in the hidden layers and the output.
func noticeableLayers(n *comparison.Trained) figures.NoticeableLayers {
	f := figures.NoticeableLayers{Network: drawn(n)}
	for _, l := range n.Geometry.Layers[1:] {
		b := figures.NoticeableBand{Name: l.Name, Growth: float64(l.NoticeableDistance.Growth)}
		var rows []int
		for row, v := range l.NoticeableDistances {
			if !math.IsNaN(v) {
				rows = append(rows, row)
			}
		}
		distances := n.Geometry.Distances
		slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(distances[a], distances[b]) })
		groups := min(max(len(rows)/leastGroup, 1), mostGroups)
		for g := range groups {
			var away, noticeable []float64
			for _, row := range rows[g*len(rows)/groups : (g+1)*len(rows)/groups] {
				away, noticeable = append(away, distances[row]), append(noticeable, l.NoticeableDistances[row])
			}
			if len(away) == 0 {
				continue // without a boundary
			}
			slices.Sort(noticeable)
			b.Distance = append(b.Distance, stats.Quantile(away, 0.5))
			b.Low, b.Median, b.High = append(b.Low, stats.Quantile(noticeable, 0.25)), append(b.Median, stats.Quantile(noticeable, 0.5)), append(b.High, stats.Quantile(noticeable, 0.75))
		}
		f.Layers = append(f.Layers, b)
	}
	return f
}

// noticeableDrawing is how finely each layer resolves distances.
func noticeableDrawing(r *comparison.Result) viz.Drawing {
	d := figures.NoticeableDistance{Dataset: datasetTitle(r), Noise: geometry.NoiseLevel}
	for _, n := range r.Networks {
		d.Nets = append(d.Nets, noticeableLayers(n))
	}
	finding := "No layer's fineness near the boundary can be compared with that far from it"
	if growths := ofLast(r, lastGrowth); len(growths) > 0 {
		finding = fmt.Sprintf("For the last hidden layer to notice, far points have to move %s as near ones%s", listed(growths, asFar), growthThesis(r))
	}
	return explained{d, finding, fmt.Sprintf("Across: how far points lie from the boundary. Up: how far one has to move away from it until an ideal observer of the layer tells both places apart, "+
		"each unit having noise of %v of the units' deviation. A flat line tells far points apart as well as near ones; a rising one loses what is far away. Near and far: the nearest and the farthest quarter.", geometry.NoiseLevel)}
}

// lastGrowth is by how much the just-noticeable distance of a hidden layer grows from near to far points.
func lastGrowth(n *comparison.Trained, hidden int) float64 {
	return float64(n.Geometry.Layers[hidden].NoticeableDistance.Growth)
}

// alike is up to which factor growths, each of medians of a quarter of the test points, count as alike.
const alike = 1.25

// growthThesis says what the growths are to the article's thesis, where both its networks have one.
func growthThesis(r *comparison.Result) string {
	sigmoid, relu := thesisNetworks(r)
	if sigmoid == nil || sigmoid.Test.HiddenLayers() == 0 {
		return ""
	}
	s, l := lastGrowth(sigmoid, sigmoid.Test.HiddenLayers()), lastGrowth(relu, relu.Test.HiddenLayers())
	switch {
	case !isFinite(s) || !isFinite(l):
		return ""
	case max(s, l) < alike*min(s, l):
		return "; sigmoid and ReLU are too much alike to say which loses more"
	case s > l:
		return ": as the article argues, sigmoid loses more far away"
	}
	return ": against the article's thesis, ReLU loses more far away"
}
