package present

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"actscope/data"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/viz"
	"actscope/viz/figures"
)

// comparisonDrawings are the figures of a result, each with what it says: the five of the study,
// then those that say more about what it argues.
func comparisonDrawings(ctx context.Context, r *comparison.Result) ([]viz.Drawing, error) {
	plane, judged, err := predictionDrawings(ctx, r)
	if err != nil {
		return nil, err
	}
	deep := slices.ContainsFunc(r.Networks, func(n *comparison.Trained) bool { return n.Test.HiddenLayers() > 0 })
	drawings := []viz.Drawing{datasetDrawing(r)}
	if !r.Observed() {
		drawings = append(drawings, lossDrawing(r))
	}
	drawings = slices.Concat(drawings, plane, traceDrawing(r))
	if deep {
		drawings = append(drawings, hiddenDrawing(r))
	}
	if task(r) != data.Regression && r.Networks[0].Geometry.Distances != nil {
		drawings = append(drawings, distanceDrawing(r), noticeableDrawing(r))
	}
	if deep {
		drawings = append(drawings, distributionDrawing(r))
	}
	if !r.Observed() {
		drawings = append(drawings, normsDrawing(r))
	}
	drawings = append(drawings, quantileDrawing(r))
	if d, measured := survivalDrawing(r); measured {
		drawings = append(drawings, survivalExplained(r, d))
	}
	return append(drawings, judged...), nil
}

// datasetDrawing are all points.
func datasetDrawing(r *comparison.Result) viz.Drawing {
	all := coloured(r, r.Data.Standardised)
	points := figures.Dataset{
		Name: datasetTitle(r), Detail: datasetDetail(r),
		Points: r.Data.Plane.Project(r.Data.Standardised).X, Labels: all.labels, Classes: all.names, Values: all.values,
	}
	if task(r) == data.Regression { // whose standardised set has its targets in their units
		points.Values = figures.Values{Name: targetName(r, 0), Of: column(r.Data.Raw.Y, 0, r.Data.Raw.Targets.Columns())}
	}
	what, reading := "", "Each mark is a point; its colour and shape are its class. "
	switch t := r.Data.Raw.Targets; {
	case t.Task == data.Regression:
		low, high := slices.Min(points.Values.Of), slices.Max(points.Values.Of)
		what, reading = fmt.Sprintf(", %s from %s to %s", points.Values.Name, viz.Num(low, 3), viz.Num(high, 3)), "Each mark is a point; its colour is its number. "
	case t.Task == data.MultiLabel:
		what, reading = fmt.Sprintf(" with %s", Counted(t.Columns(), "label")), "Each mark is a point; its colour and shape say whether it has the first label. "
	default:
		what = ", " + classCounts(r)
	}
	return explained{
		onPlane(r, points),
		fmt.Sprintf("%s%s: %s and %d to test on", Counted(r.Data.Raw.Rows(), "point"), what, trainedOn(r), r.Data.Test.Rows()),
		reading + axesReading(r),
	}
}

// trainedOn says what the training rows are for.
func trainedOn(r *comparison.Result) string {
	if r.Observed() {
		return fmt.Sprintf("%d to fit readers to", r.Data.Train.Rows())
	}
	return fmt.Sprintf("%d to learn from", r.Data.Train.Rows())
}

// classCounts says how many points are of each class, of many classes of the smallest and the largest.
func classCounts(r *comparison.Result) string {
	const listed = 4
	var counts []int
	for class := range r.Data.Raw.Targets.Classes() {
		counts = append(counts, len(r.Data.Raw.ClassRows(class)))
	}
	least, most := slices.Min(counts), slices.Max(counts)
	switch {
	case least == most:
		return fmt.Sprintf("%d of each of %d classes", least, len(counts))
	case len(counts) > listed:
		return fmt.Sprintf("%d to %d of each of %d classes", least, most, len(counts))
	}
	var parts []string
	for class, n := range counts {
		parts = append(parts, fmt.Sprintf("%d of %s", n, classNames(r).Phrase(class)))
	}
	return joined(parts)
}

// axesReading says what the axes of the input plane are.
func axesReading(r *comparison.Result) string {
	if r.Data.Raw.Columns > 2 {
		return fmt.Sprintf("The plane is that of the two directions in which the %d inputs vary most; what differs in other directions is not seen.", r.Data.Raw.Columns)
	}
	if r.Data.Raw.Columns == 1 {
		return "Across is the only input, scaled to mean 0 and deviation 1; up means nothing."
	}
	return "Both inputs are scaled to mean 0 and deviation 1."
}

// onPlane labels the axes of a drawing in input space.
func onPlane(r *comparison.Result, d viz.Drawing) viz.Drawing {
	switch names := r.Data.Inputs; {
	case r.Data.Plane.Principal():
		note := fmt.Sprintf("The axes are the first two principal axes of the inputs, which hold %s of their variance.", viz.Percent(r.Data.Plane.Held(), 0))
		if k := r.Data.Plane.OfEvery(); k > 1 {
			note = fmt.Sprintf("%s, found from one point in %d.", strings.TrimSuffix(note, "."), k)
		}
		return namedAxes{d, [2]string{"Principal axis 1", "Principal axis 2"}, note}
	case len(names) == 2:
		if r.Config.Standardise == config.StandardiseNone {
			return namedAxes{d, [2]string{names[0], names[1]}, ""}
		}
		return namedAxes{d, [2]string{names[0] + ", standardised", names[1] + ", standardised"}, ""}
	}
	return d
}

// namedAxes is a drawing whose axes have names of their own, and a remark about them.
type namedAxes struct {
	viz.Drawing
	names  [2]string
	remark string
}

// Figure draws and relabels.
func (d namedAxes) Figure(o viz.Options) (*viz.Figure, error) {
	f, err := d.Drawing.Figure(o)
	if err != nil {
		return nil, err
	}
	for _, panel := range f.Panels {
		panel.X.Label, panel.Y.Label = d.names[0], d.names[1]
	}
	if d.remark != "" {
		f.Description += " " + d.remark
		f.Footnotes = append(f.Footnotes, d.remark)
	}
	return f, nil
}

// tracedDetail says which point is traced.
func tracedDetail(r *comparison.Result) string {
	if r.Config.Dataset == config.Article().Dataset {
		return "deep in its moon"
	}
	if r.Data.Raw.Targets.Classes() > 2 {
		return "farthest from the other classes"
	}
	return "farthest from the other class"
}

// datasetTitle names the data in figures; the moons have scikit-learn's name.
func datasetTitle(r *comparison.Result) string {
	if file, isFile := config.DataFile(r.Config.Dataset); isFile {
		return filepath.Base(file)
	}
	if r.Config.Dataset == config.Article().Dataset {
		return "make_moons"
	}
	return r.Config.Dataset
}

// datasetDetail says what the points are.
func datasetDetail(r *comparison.Result) string {
	how := scaled(r)
	if r.Data.Plane.Principal() {
		return fmt.Sprintf("%d features, %s", r.Data.Raw.Columns, how)
	}
	if _, isFile := config.DataFile(r.Config.Dataset); isFile {
		return "both features " + how
	}
	return fmt.Sprintf("noise %v, both features %s", r.Config.Noise, how)
}

// scaledOver is scaled, with the rows.
func scaledOver(r *comparison.Result) string {
	if r.Config.Standardise == config.StandardiseAll {
		return "standardised over all rows, those that are held out for the test among them"
	}
	return scaled(r)
}

// scaled says how columns are scaled; what the article does is not said twice.
func scaled(r *comparison.Result) string {
	switch r.Config.Standardise {
	case config.StandardiseTrain:
		return "standardised over the training rows"
	case config.StandardiseNone:
		return "not standardised"
	}
	return "standardised"
}

// drawn is a network as figures name it.
func drawn(n *comparison.Trained) figures.Network {
	return figures.Network{Name: n.Activation, Label: n.Title}
}
