package present

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"actscope/data"
	"actscope/internal/comparison"
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
	shown := r.Data.Test.Select(report.EvenlySpaced(r.Data.Test.Rows(), report.FilmPoints))
	points := coloured(r, shown)
	film := &report.Film{
		X: grid.X, Y: grid.Y, Points: r.Data.Plane.Project(shown).X, Of: r.Data.Test.Rows(),
		Labels: points.labels, Classes: points.names, Values: points.values,
		Nets: make([]report.FilmNet, len(r.Networks)),
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
	group, ctx := errgroup.WithContext(ctx)
	for i, n := range r.Networks {
		group.Go(func() (err error) {
			defer panics.Catch(&err, "drawing the film of %s", n.Activation)
			film.Nets[i], err = filmNet(ctx, n, r, shown, grid)
			return err
		})
	}
	return film, group.Wait()
}

// filmNet evaluates each snapshot in the network's place, and puts the trained
// parameters back.
func filmNet(ctx context.Context, n *comparison.Trained, r *comparison.Result, shown data.Set, grid data.Grid) (report.FilmNet, error) {
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
		field, err := n.Field(ctx, r.Data, grid)
		if err != nil {
			return f, err
		}
		if err := judgeSnapshot(&f, n, r, shown); err != nil {
			return f, err
		}
		o, err := n.Model.Observe(shown.X)
		if err != nil {
			return f, err
		}
		f.Fields, f.Loss = append(f.Fields, filmField(n, r, field)), append(f.Loss, s.Loss)
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
	layer := report.FilmLayer{Name: "layer " + Digits(float64(l))}
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
