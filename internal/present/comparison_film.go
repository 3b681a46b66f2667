package present

import (
	"context"

	"golang.org/x/sync/errgroup"

	"actscope/data"
	"actscope/internal/comparison"
	"actscope/internal/experiment"
	"actscope/models"
	"actscope/viz/report"
)

// filmNodes is the number of grid nodes per axis of a film's frames.
const filmNodes = 64

// filmOf shows the networks' snapshots on the test points, or nil where none were
// kept.
func filmOf(ctx context.Context, r *comparison.Result) (*report.Film, error) {
	if len(r.Networks[0].Snapshots) == 0 {
		return nil, nil
	}
	grid, err := r.Data.FilmGrid(filmNodes)
	if err != nil {
		return nil, err
	}
	shown := r.Data.Test.Select(report.EvenlySpaced(r.Data.Test.Rows(), report.FilmPoints))
	film := &report.Film{
		X: grid.X, Y: grid.Y, Points: r.Data.Plane.Project(shown).X, Labels: classes(shown), Of: r.Data.Test.Rows(), Classes: r.Data.Classes,
		Nets: make([]report.FilmNet, len(r.Networks)),
	}
	for _, s := range r.Networks[0].Snapshots {
		film.Epochs = append(film.Epochs, s.Epoch)
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, n := range r.Networks {
		group.Go(func() (err error) {
			film.Nets[i], err = filmNet(ctx, n, r.Data, shown, grid)
			return err
		})
	}
	return film, group.Wait()
}

// filmNet evaluates each snapshot in the network's place, and puts the trained
// parameters back.
func filmNet(ctx context.Context, n *comparison.Trained, d *experiment.Dataset, shown data.Set, grid data.Grid) (report.FilmNet, error) {
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
		field, err := n.Field(d.Plane, grid)
		if err != nil {
			return f, err
		}
		accuracy, err := n.Model.Accuracy(d.Test)
		if err != nil {
			return f, err
		}
		wrong, err := n.Model.Wrong(shown)
		if err != nil {
			return f, err
		}
		o, err := n.Model.Observe(shown.X)
		if err != nil {
			return f, err
		}
		f.Fields, f.Wrong = append(f.Fields, field), append(f.Wrong, wrong)
		f.Loss, f.Accuracy = append(f.Loss, s.Loss), append(f.Accuracy, accuracy)
		for i, l := range layers {
			f.Layers[i].Points = append(f.Layers[i].Points, twoUnits(o, l+1))
		}
	}
	return f, nil
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
