package present

import (
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"actscope/data"
	"actscope/internal/comparison"
	"actscope/internal/experiment"
	"actscope/internal/panics"
	"actscope/models"
	"actscope/viz/report"
)

// filmNodes is the number of grid nodes per axis of a film's frames.
const filmNodes = 64

// filmOf shows the networks' snapshots on the test points, or nil where none were
// kept, or classes are too many.
func filmOf(ctx context.Context, r *comparison.Result) (*report.Film, error) {
	if len(r.Networks[0].Snapshots) == 0 || r.Data.Raw.Targets.Classes() > report.FilmClasses {
		return nil, nil
	}
	grid, err := r.Data.FilmGrid(filmNodes)
	if err != nil {
		return nil, err
	}
	rows := report.EvenlySpaced(r.Data.Test.Rows(), report.FilmPoints)
	shown := r.Data.Test.Select(rows)
	points := coloured(r, shown)
	film := &report.Film{
		X: grid.X, Y: grid.Y, Points: r.Data.Plane.Project(shown).X, Of: r.Data.Test.Rows(),
		Labels: points.labels, Classes: points.names, Values: points.values,
		Inputs: shown.X, Lift: liftOf(r.Data.Plane, shown.Columns),
		Nets: make([]report.FilmNet, len(r.Networks)),
	}
	for _, row := range rows {
		film.Numbers = append(film.Numbers, row+1)
	}
	if task(r) == data.Classification {
		film.Outputs, film.Scores = classWidth(r.Networks[0]), scores(r.Networks[0])
	} else if columns := r.Data.Raw.Targets.Columns(); columns > 1 {
		film.Remark = fmt.Sprintf("The film shows the first of %d targets, %s.", columns, targetName(r, 0))
		if task(r) == data.MultiLabel {
			film.Remark += " Rings mark points of which any label is wrong."
		}
	}
	for _, s := range r.Networks[0].Snapshots {
		film.Epochs = append(film.Epochs, s.Epoch)
	}
	for i, n := range r.Networks {
		film.Nets[i].Model = filmModel(n, r)
	}
	computed := film.Computed()
	reaches := make([][2]float64, len(r.Networks))
	group, ctx := errgroup.WithContext(ctx)
	for i, n := range r.Networks {
		group.Go(func() (err error) {
			defer panics.Catch(&err, "drawing the film of %s", n.Activation)
			f, err := filmNet(ctx, n, r, shown, grid, computed)
			f.Model, f.Distances = film.Nets[i].Model, shownDistances(n, r, rows)
			film.Nets[i] = f
			if err == nil && computed && task(r) == data.Regression {
				reaches[i], err = reach(ctx, n, r, grid)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	film.Reach = reaches[0]
	for _, a := range reaches {
		film.Reach[0], film.Reach[1] = min(film.Reach[0], a[0]), max(film.Reach[1], a[1])
	}
	return film, nil
}

// liftOf is what networks of so many inputs read at a place of the plane, which is linear in it.
func liftOf(plane experiment.Plane, inputs int) [3][]float64 {
	lifted := plane.Lift([]float64{0, 0, 1, 0, 0, 1})
	var lift [3][]float64
	for i := range lift {
		lift[i] = lifted[i*inputs : (i+1)*inputs]
	}
	return lift
}

// filmModel is a network as the page computes it, with what of its outputs the film shows.
func filmModel(n *comparison.Trained, r *comparison.Result) *report.Model {
	m := modelOf(n.Model, n.Snapshots)
	switch {
	case m == nil:
	case task(r) == data.Regression:
		outputs := n.Model.Outputs()
		units := r.Data.InUnits(append(make([]float64, outputs), slices.Repeat([]float64{1}, outputs)...))
		m.Scale = &[2]float64{units[0], units[outputs] - units[0]}
	case task(r) == data.Classification && n.Model.Outputs() == 2 && !scores(n):
		m.Shown = 1
	}
	return m
}

// shownDistances are those of the shown test rows to the boundary, where the plane of the film does not tell them.
func shownDistances(n *comparison.Trained, r *comparison.Result, rows []int) []float64 {
	all := n.Geometry.Distances
	if n.Model.Inputs() == 2 || len(all) == 0 || task(r) == data.Regression {
		return nil
	}
	var distances []float64
	for _, row := range rows {
		if row < len(all) {
			distances = append(distances, all[row])
		} else {
			distances = append(distances, math.NaN())
		}
	}
	return distances
}

// reach is the range of what a trained network predicts on the grid.
func reach(ctx context.Context, n *comparison.Trained, r *comparison.Result, grid data.Grid) ([2]float64, error) {
	field, err := n.Field(ctx, r.Data, grid)
	if err != nil {
		return [2]float64{}, err
	}
	values := filmField(n, r, field)
	return [2]float64{slices.Min(values), slices.Max(values)}, nil
}

// filmNet evaluates each snapshot in the network's place, and puts the trained
// parameters back. What the page computes itself is left out.
func filmNet(ctx context.Context, n *comparison.Trained, r *comparison.Result, shown data.Set, grid data.Grid, computed bool) (report.FilmNet, error) {
	f := report.FilmNet{Network: drawn(n)}
	layers := report.EvenlySpaced(n.Test.HiddenLayers(), report.FilmLayers)
	for _, l := range layers {
		f.Layers = append(f.Layers, filmLayer(l+1, n.Test.Hidden(l+1).RawMatrix().Cols))
	}
	trained := n.AfterTraining()
	defer trained.Restore(n.Model)
	for _, s := range n.Snapshots {
		if err := ctx.Err(); err != nil {
			return f, err
		}
		s.Restore(n.Model)
		f.Loss = append(f.Loss, s.Loss)
		if err := judgeSnapshot(&f, n, r, shown); err != nil {
			return f, err
		}
		if computed {
			continue
		}
		field, err := n.Field(ctx, r.Data, grid)
		if err != nil {
			return f, err
		}
		o, err := n.Model.Observe(shown.X)
		if err != nil {
			return f, err
		}
		f.Fields = append(f.Fields, filmField(n, r, field))
		for i, l := range layers {
			f.Layers[i].Points = append(f.Layers[i].Points, twoUnits(o, l+1))
		}
	}
	return f, nil
}

// filmField is what a film shows of a network's outputs on a grid.
func filmField(n *comparison.Trained, r *comparison.Result, field []float64) []float64 {
	if task(r) != data.Classification {
		return column(field, 0, n.Model.Outputs())
	}
	probability, outputs := classOutputs(n, field)
	if outputs != nil {
		return outputs
	}
	return probability
}

// judgeSnapshot adds how well a network does on the test rows as it is.
func judgeSnapshot(f *report.FilmNet, n *comparison.Trained, r *comparison.Result, shown data.Set) error {
	test := r.Data.Test
	if task(r) == data.Regression {
		predicted, err := n.Model.Predict(test.X)
		if err != nil {
			return err
		}
		fit, err := fitOf(column(r.Data.InUnits(predicted), 0, n.Model.Outputs()), trueValues(r, test, 0).Of)
		f.R2 = append(f.R2, fit.R2)
		return err
	}
	accuracy, err := n.Model.Accuracy(test)
	if err != nil {
		return err
	}
	wrong, err := n.Model.Wrong(shown)
	f.Accuracy, f.Wrong = append(f.Accuracy, accuracy), append(f.Wrong, wrong)
	return err
}

func filmLayer(l, units int) report.FilmLayer {
	layer := report.FilmLayer{Name: "layer " + Digits(float64(l)), Number: l}
	if units == 1 {
		layer.Axes = [2]string{"test point", "unit 1"}
	}
	return layer
}

// twoUnits are the first two units of a hidden layer for each row, or the row's
// number and the only unit.
func twoUnits(o *models.Observation, l int) []float64 {
	m := o.Hidden(l)
	rows, units := m.Dims()
	points := make([]float64, 0, 2*rows)
	for row := range rows {
		if units == 1 {
			points = append(points, float64(row), m.At(row, 0))
		} else {
			points = append(points, m.At(row, 0), m.At(row, 1))
		}
	}
	return points
}
