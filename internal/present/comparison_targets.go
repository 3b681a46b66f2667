package present

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/comparison"
	"actscope/internal/stats"
	"actscope/models"
	"actscope/viz"
	"actscope/viz/figures"
)

const (
	// mostTargets is how many labels, or numbers to predict, have figures of their own.
	mostTargets = 6
	// mostOutputs is how many numbers a network's outputs on the grid of a figure may be.
	mostOutputs = 1 << 22
)

// classNames are the names of the classes, their numbers where the data has no names; two classes
// without names have none.
func classNames(r *comparison.Result) figures.ClassNames {
	names := figures.ClassNames(r.Data.Classes)
	if k := r.Data.Raw.Targets.Classes(); len(names) == 0 && k > 2 {
		for class := range k {
			names = append(names, fmt.Sprint(class))
		}
	}
	return names
}

// targetName is what the data calls a label or a number to predict.
func targetName(r *comparison.Result, target int) string {
	switch names := r.Data.Targets; {
	case target < len(names) && names[target] != "":
		return names[target]
	case r.Data.Raw.Targets.Columns() == 1:
		return "target"
	}
	return fmt.Sprintf("target %d", target+1)
}

// labelNames are those of the points without and with a label.
func labelNames(r *comparison.Result, label int) figures.ClassNames {
	return figures.ClassNames{"not " + targetName(r, label), targetName(r, label)}
}

// shownTargets are the numbers of the labels, or numbers to predict, that have figures of their own, from 1 on;
// an only one is number 0.
func shownTargets(r *comparison.Result) []int {
	columns := r.Data.Raw.Targets.Columns()
	if columns == 1 {
		return []int{0}
	}
	numbers := make([]int, min(columns, mostTargets))
	for i := range numbers {
		numbers[i] = i + 1
	}
	return numbers
}

// task is what a comparison predicts.
func task(r *comparison.Result) data.Task { return r.Data.Raw.Targets.Task }

// pointColours say what each point of a set is: a class, or a number.
type pointColours struct {
	labels []int
	names  figures.ClassNames
	values figures.Values
}

// coloured are the points of a set by class, by the first of several labels, or by the first number to predict.
func coloured(r *comparison.Result, s data.Set) pointColours {
	switch task(r) {
	case data.MultiLabel:
		return pointColours{labels: wholeNumbers(column(s.Y, 0, s.Targets.Columns())), names: labelNames(r, 0)}
	case data.Regression:
		return pointColours{values: trueValues(r, s, 0)}
	}
	return pointColours{labels: wholeNumbers(s.Y), names: classNames(r)}
}

// trueValues are the numbers to predict of a scaled set, in their units.
func trueValues(r *comparison.Result, s data.Set, target int) figures.Values {
	return figures.Values{Name: targetName(r, target), Of: column(r.Data.InUnits(s.Y), target, s.Targets.Columns())}
}

// column is one column of rows.
func column(values []float64, at, columns int) []float64 {
	if columns == 1 {
		return values
	}
	picked := make([]float64, 0, len(values)/columns)
	for i := at; i < len(values); i += columns {
		picked = append(picked, values[i])
	}
	return picked
}

func wholeNumbers(values []float64) []int {
	numbers := make([]int, len(values))
	for i, v := range values {
		numbers[i] = int(v)
	}
	return numbers
}

// predictionDrawings are what the networks predict over the plane and how that compares with the test points.
func predictionDrawings(ctx context.Context, r *comparison.Result) (plane, judged []viz.Drawing, err error) {
	grid, err := r.Data.BoundaryGrid()
	if width := r.Networks[0].Model.Outputs(); err == nil && len(grid.Points)/2*width > mostOutputs {
		grid, err = r.Data.FilmGrid(int(math.Sqrt(float64(mostOutputs / width))))
	}
	if err != nil {
		return nil, nil, err
	}
	fields := make([][]float64, len(r.Networks))
	for i, n := range r.Networks {
		if fields[i], err = n.Field(ctx, r.Data, grid); err != nil {
			return nil, nil, err
		}
	}
	points := r.Data.Plane.Project(r.Data.Test).X
	axes := viz.Grid{X: grid.X, Y: grid.Y}
	columns := r.Data.Raw.Targets.Columns()
	for target, number := range shownTargets(r) {
		switch task(r) {
		case data.Regression:
			values := trueValues(r, r.Data.Test, target)
			surfaces := figures.Surfaces{Dataset: datasetTitle(r), Points: points, Target: values, Number: number}
			predictions := figures.Predictions{Dataset: datasetTitle(r), Target: values, Number: number}
			for i, n := range r.Networks {
				surface := axes
				surface.Z = column(fields[i], target, columns)
				predicted := column(n.Predicted, target, columns)
				fit, err := fitOf(predicted, values.Of)
				if err != nil {
					return nil, nil, err
				}
				surfaces.Nets = append(surfaces.Nets, figures.Surface{Network: drawn(n), Grid: surface, Fit: fit})
				predictions.Nets = append(predictions.Nets, figures.Predicted{Network: drawn(n), Values: predicted, Fit: fit})
			}
			plane = append(plane, surfacesExplained(r, surfaces))
			judged = append(judged, predictionsExplained(r, predictions)...)
		case data.MultiLabel:
			d := figures.DecisionBoundaries{
				Observed: r.Networks[0].Source != nil,
				Dataset:  datasetTitle(r), Points: points, Number: number, Label: targetName(r, target),
				Classes: labelNames(r, target), Labels: wholeNumbers(column(r.Data.Test.Y, target, columns)),
			}
			for i, n := range r.Networks {
				b := figures.Boundary{Network: drawn(n), Grid: axes, Accuracy: n.LabelAccuracy[target]}
				b.Grid.Z = column(fields[i], target, columns)
				for row, p := range column(n.Test.Probability(), target, columns) {
					b.Wrong = append(b.Wrong, !(p >= 0.5) == (d.Labels[row] == 1))
				}
				d.Nets = append(d.Nets, b)
			}
			plane = append(plane, boundariesExplained(r, d))
		default:
			d := figures.DecisionBoundaries{Dataset: datasetTitle(r), Observed: r.Networks[0].Source != nil, Points: points, Labels: wholeNumbers(r.Data.Test.Y), Classes: classNames(r)}
			for i, n := range r.Networks {
				b := figures.Boundary{Network: drawn(n), Grid: axes, Wrong: n.Wrong, Accuracy: n.TestAccuracy, Scores: scores(n)}
				b.Grid.Z, b.Outputs = classOutputs(n, fields[i])
				d.Nets = append(d.Nets, b)
			}
			plane = append(plane, boundariesExplained(r, d))
		}
	}
	return plane, append(judged, classDrawings(r)...), nil
}

// scores says that a network's outputs are no probabilities.
func scores(n *comparison.Trained) bool { return n.Model.Loss().Name == graph.Hinge.Name }

// classOutputs are what a network says of classes: P(class 1) where there are two, else a value for each class.
func classOutputs(n *comparison.Trained, field []float64) (probability, outputs []float64) {
	switch width := n.Model.Outputs(); {
	case width == 1 && scores(n): // class 1 from 0 on
		outputs = make([]float64, 0, 2*len(field))
		for _, v := range field {
			outputs = append(outputs, 0, v)
			if math.IsNaN(v) {
				outputs[len(outputs)-2] = v
			}
		}
		return nil, outputs
	case width == 1:
		return field, nil
	case width == 2 && !scores(n):
		return column(field, 1, 2), nil
	}
	return nil, field
}

// classWidth is how many values [classOutputs] have at a node.
func classWidth(n *comparison.Trained) int {
	if width := n.Model.Outputs(); width > 2 || scores(n) {
		return max(width, 2)
	}
	return 1
}

// fitOf compares the predictions of one number with its true values.
func fitOf(predicted, target []float64) (figures.Fit, error) {
	fit, err := models.FitOf(predicted, target, 1)
	return figures.Fit(fit), err
}

// classDrawings are the confusion of three classes or more, and how far probabilities can be relied on.
func classDrawings(r *comparison.Result) []viz.Drawing {
	var drawings []viz.Drawing
	k := r.Data.Raw.Targets.Classes()
	if k > 2 {
		confusion := figures.Confusion{Dataset: datasetTitle(r), Classes: classNames(r)}
		for _, n := range r.Networks {
			confusion.Nets = append(confusion.Nets, figures.ConfusedClasses{Network: drawn(n), Counts: n.Confusion})
		}
		drawings = append(drawings, explained{confusion, confusionFinding(r), "A row for each true class, a column for each predicted one: how many test points. What lies off the diagonal is wrong."})
	}
	reliability := figures.Reliability{Dataset: datasetTitle(r), ClassCount: k}
	for _, n := range r.Networks {
		c := n.Calibration
		if c == nil {
			return drawings
		}
		net := figures.Calibrated{Network: drawn(n), ExpectedError: c.ExpectedError, Brier: c.Brier}
		for _, b := range c.Bins {
			net.Bins = append(net.Bins, figures.ConfidenceBin{Confidence: b.Confidence, Right: b.Right, Count: b.Count})
		}
		reliability.Nets = append(reliability.Nets, net)
	}
	off := ofEach(r, func(n *comparison.Trained) float64 { return n.Calibration.ExpectedError })
	return append(drawings, explained{reliability,
		fmt.Sprintf("On average confidence and the share that is right differ by %s", listed(off, func(v float64) string { return viz.Fixed(100*v, 1) + " points" })),
		"Test points by the probability of the class that is predicted (across), against the share of them that is right (up). On the diagonal a probability is what it says; below it a network is too sure, above it not sure enough. Bars are 95 % intervals: few points say little."})
}

// boundariesExplained says how many test points each network gets wrong, and whether that is more than chance.
func boundariesExplained(r *comparison.Result, d figures.DecisionBoundaries) viz.Drawing {
	finding := wrongFinding(d)
	if d.Label != "" {
		finding = d.Label + ": " + finding
	}
	return explained{onPlane(r, d), finding, "The shading is what a network predicts at each place, the line where that changes; rings mark the test points that it gets wrong. " + axesReading(r)}
}

// wrongFinding compares the networks' mistakes on the same points by the sign test (McNemar 1947): of two
// networks all, of more the best and the worst, corrected for the number of pairs.
func wrongFinding(d figures.DecisionBoundaries) string {
	errors := func(n figures.Boundary) (wrong int) {
		for _, w := range n.Wrong {
			if w {
				wrong++
			}
		}
		return wrong
	}
	points, nets := len(d.Labels), slices.Clone(d.Nets)
	slices.SortStableFunc(nets, func(a, b figures.Boundary) int { return errors(a) - errors(b) })
	best, worst := nets[0], nets[len(nets)-1]
	if len(nets) == 1 {
		return fmt.Sprintf("%s gets %d of %s wrong", best.DisplayName(), errors(best), Counted(points, "test point"))
	}
	if errors(best) == errors(worst) {
		return fmt.Sprintf("%s get %d of %s wrong", capital(each(len(nets))), errors(best), Counted(points, "test point"))
	}
	onlyBest, onlyWorst := 0, 0
	for i, wrong := range best.Wrong {
		switch {
		case wrong && !worst.Wrong[i]:
			onlyBest++
		case !wrong && worst.Wrong[i]:
			onlyWorst++
		}
	}
	pairs := float64(len(nets)*(len(nets)-1)) / 2
	verdict := ", more than chance explains"
	if !(stats.SignTest(onlyBest, onlyWorst)*pairs < 1-stats.Confidence) {
		verdict = " that may be chance"
	}
	if len(nets) == 2 {
		return fmt.Sprintf("%s gets %d of %s wrong, %s %d: a difference of %d%s", best.DisplayName(), errors(best), Counted(points, "test point"), worst.DisplayName(), errors(worst), errors(worst)-errors(best), verdict)
	}
	return fmt.Sprintf("Of %s %s gets fewest wrong, %d, and %s most, %d: a difference of %d%s", Counted(points, "test point"), best.DisplayName(), errors(best), worst.DisplayName(), errors(worst), errors(worst)-errors(best), verdict)
}

// surfacesExplained says how well each network does at one number to predict.
func surfacesExplained(r *comparison.Result, d figures.Surfaces) viz.Drawing {
	var fits []of
	named := suffixes(r)
	for i, n := range d.Nets {
		if isFinite(n.Fit.R2) {
			fits = append(fits, of{named[i], n.Fit.R2})
		}
	}
	finding := d.Target.Name + " is the same at all test points"
	if len(fits) > 0 {
		finding = fmt.Sprintf("The predictions explain, of the variance of %s on the test points, %s", d.Target.Name, listed(fits, percent[float64]))
	}
	return explained{onPlane(r, d), finding, "The shading is the number that a network predicts at each place, the points have the colours of the true numbers: where they stand out, it is wrong. " + axesReading(r)}
}

// predictionsExplained are the predictions against the true numbers, and what is left.
func predictionsExplained(r *comparison.Result, p figures.Predictions) []viz.Drawing {
	var errors, biases []of
	named := suffixes(r)
	biased := false
	for i, n := range p.Nets {
		residuals := make([]float64, len(n.Values))
		for row, v := range n.Values {
			residuals[row] = p.Target.Of[row] - v
		}
		s := stats.Summarise(residuals)
		errors, biases = append(errors, of{named[i], n.Fit.MAE}), append(biases, of{named[i], s.Mean})
		biased = biased || s.Low > 0 || s.High < 0
	}
	bias := fmt.Sprintf("No network predicts %s too high or too low on average, as far as these points can tell", p.Target.Name)
	if biased {
		bias = fmt.Sprintf("On average %s is above its prediction by %s", p.Target.Name, listed(biases, digits(2)))
	}
	return []viz.Drawing{
		explained{figures.PredictedAgainstTrue(p), fmt.Sprintf("Predictions of %s are off by %s, in the mean of the errors' sizes", p.Target.Name, listed(errors, digits(3))),
			"A mark a test point: across its true number, up the predicted one. On the diagonal a prediction is right."},
		explained{figures.Residuals(p), bias, "A mark a test point: across the predicted number, up what the true one is above it. A network that has learnt all there is leaves a cloud without a shape."},
	}
}

// confusionFinding is the most frequent mistake of each network.
func confusionFinding(r *comparison.Result) string {
	var parts []string
	for _, n := range r.Networks {
		most, is, said := 0, 0, 0
		for class, row := range n.Confusion {
			for predicted, count := range row {
				if class != predicted && count > most {
					most, is, said = count, class, predicted
				}
			}
		}
		if most == 0 {
			parts = append(parts, n.Title+" takes no class for another")
			continue
		}
		parts = append(parts, fmt.Sprintf("%s most often takes %s for %s, %d of %s", n.Title, classNames(r).Phrase(is), classNames(r).Phrase(said), most, Counted(len(r.Data.Test.ClassRows(is)), "time")))
	}
	return strings.Join(parts[:min(len(parts), mostNamed)], "; ")
}

// groups are the test rows whose signals are shown together, with the traced point of each.
type group struct {
	class  int
	name   string // of points without a class
	rows   []int
	traced int // place of its traced point; -1 without one
}

// groups are the classes, or all test rows where there are none.
func groups(r *comparison.Result) []group {
	var all []group
	if k := r.Data.Raw.Targets.Classes(); k > 0 {
		for class := range k {
			g := group{class: class, rows: r.Data.Test.ClassRows(class), traced: -1}
			if class < len(r.Data.Far) && r.Data.Far[class] != nil {
				g.traced = class
			}
			all = append(all, g)
		}
		return all
	}
	g := group{name: "All points", traced: -1}
	for row := range r.Data.Test.Rows() {
		g.rows = append(g.rows, row)
	}
	return []group{g}
}

// tracedSamples are the traced points, without their traces, by their places in Far.
func tracedSamples(r *comparison.Result) map[int]figures.TracedSample {
	samples := map[int]figures.TracedSample{}
	for i, point := range r.Data.Far {
		switch {
		case point == nil:
		case task(r) == data.Regression:
			samples[i] = figures.TracedSample{Name: []string{"Smallest ", "Largest "}[i] + targetName(r, 0)}
		default:
			samples[i] = figures.TracedSample{Class: i, Detail: tracedDetail(r)}
		}
	}
	return samples
}
