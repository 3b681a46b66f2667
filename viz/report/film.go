package report

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"actscope/viz/figures"
)

// What a film draws at most. What is more is thinned evenly, both ends kept, and
// the page says so; a caller that records no more saves time and memory.
const (
	FilmSnapshots = 60
	FilmNodes     = 96 // of the grid, per axis
	FilmPoints    = 500
	FilmLayers    = 6
)

// FilmClasses is how many classes a film can have.
const FilmClasses = noClass

// Film is the training of several networks in snapshots: the page moves all
// decision boundaries, or surfaces of numbers to predict, and hidden spaces through the epochs together.
// Outputs and activations that are not finite are not drawn.
type Film struct {
	// Epochs are those of the snapshots, rising; 0 is before training.
	Epochs []int
	// X and Y are the nodes of the grid, rising and evenly spaced.
	X, Y []float64
	// Points are test points, rows × 2, and Labels their classes, from 0 on.
	Points []float64
	Labels []int
	// Classes are what the data calls these.
	Classes figures.ClassNames
	// Values, instead of classes, are the true numbers of the points.
	Values figures.Values
	// Outputs is how many values Fields have at a node: 1, which 0 stands for too, or as many as there are
	// classes. Scores says that these are no probabilities.
	Outputs int
	Scores  bool
	// Numbers name the points in lists, as the rows of the test set from 1 on; nil counts them.
	Numbers []int
	// Inputs are what the networks' Models read of the points, rows × inputs, and Lift what they read at a place
	// (x, y) of the plane: Lift[0] + x Lift[1] + y Lift[2].
	Inputs []float64
	Lift   [3][]float64
	// Reach is the range of predicted numbers, where there are no Fields to tell it.
	Reach [2]float64
	// Remark is a sentence below the film.
	Remark string
	// Of is how many test points there are, where Points are a part of them;
	// 0 says that these are all.
	Of   int
	Nets []FilmNet
}

// FilmNet is one network's part of a film. The name of the network decides its
// colour, as in the figures.
type FilmNet struct {
	figures.Network
	// Fields has for each snapshot what the network says on the grid, Fields[s][(j*len(X)+i)*Outputs+c]
	// at X[i], Y[j]: P(class 1), a value for each class c, or a number in the units of Values.
	Fields [][]float64
	// Wrong has for each snapshot the points that the network itself gets wrong;
	// nil marks none.
	Wrong [][]bool
	// Loss, Accuracy (on the test set, 0 to 1) and R2 (the same of numbers) have a value for each
	// snapshot, NaN where it is unknown; nil leaves them out.
	Loss, Accuracy, R2 []float64
	// Layers are the hidden layers to show.
	Layers []FilmLayer
	// Model is what the network computes; nil where the page cannot. See [Film.Computed].
	Model *Model
	// Distances are those of the points to the decision boundary at the last snapshot, where the plane does
	// not tell them; NaN where unknown, nil for none.
	Distances []float64
}

// FilmLayer is a hidden layer seen through two of its units. Where the page computes the film, which has
// all units, it goes without its points.
type FilmLayer struct {
	// Name is "" for "layer 1" and so on.
	Name string
	// Number is the layer's among the hidden layers, from 1; 0 counts them.
	Number int
	// Axes name the two units; "" stands for "unit 1" and "unit 2".
	Axes [2]string
	// Points has for each snapshot the units' activations, rows × 2.
	Points [][]float64
}

// check reports what does not fit together.
func (f *Film) check() error {
	switch {
	case len(f.Epochs) == 0:
		return errors.New("no snapshots: give the epochs of at least one")
	case len(f.Nets) == 0:
		return errors.New("no networks: give at least one")
	case len(f.X) < 2 || len(f.Y) < 2:
		return fmt.Errorf("a grid of %d × %d nodes: at least 2 × 2 are needed", len(f.X), len(f.Y))
	case len(f.Points) != 2*f.rows():
		return fmt.Errorf("%d coordinates for %d labels: each point has two", len(f.Points), f.rows())
	case f.Outputs > 1 && f.Outputs != f.Classes.Count():
		return fmt.Errorf("%d outputs for %d classes", f.Outputs, f.Classes.Count())
	case f.Classes.Count() > FilmClasses:
		return fmt.Errorf("%d classes: at most %d can be told apart", f.Classes.Count(), FilmClasses)
	case f.outputs() == 1 && f.Values.Of == nil && f.Classes.Count() > 2:
		return fmt.Errorf("one output for %d classes", f.Classes.Count())
	}
	if err := cmp.Or(checkAxis("X", f.X), checkAxis("Y", f.Y)); err != nil {
		return err
	}
	for i, e := range f.Epochs {
		if e < 0 || i > 0 && e <= f.Epochs[i-1] {
			return fmt.Errorf("epoch %d at snapshot %d: epochs rise and are not negative", e, i+1)
		}
	}
	for i, v := range f.Points {
		if notFinite(v) {
			return fmt.Errorf("point %d has the coordinate %v", i/2+1, v)
		}
	}
	if f.Numbers != nil && len(f.Numbers) != f.rows() {
		return fmt.Errorf("%d numbers of %d points", len(f.Numbers), f.rows())
	}
	for i, label := range f.Labels {
		if label < 0 || label >= f.Classes.Count() {
			return fmt.Errorf("label %d of point %d is none of 0 to %d", label, i+1, f.Classes.Count()-1)
		}
	}
	for i := range f.Nets {
		if err := f.checkNet(&f.Nets[i]); err != nil {
			return fmt.Errorf("network %q: %w", f.Nets[i].Name, err)
		}
	}
	return nil
}

// rows is how many points there are.
func (f *Film) rows() int {
	if f.Values.Of != nil {
		return len(f.Values.Of)
	}
	return len(f.Labels)
}

// outputs is how many values a node has.
func (f *Film) outputs() int { return max(f.Outputs, 1) }

func checkAxis(name string, nodes []float64) error {
	for i, v := range nodes {
		if notFinite(v) || i > 0 && v <= nodes[i-1] {
			return fmt.Errorf("node %d of %s is %v: nodes rise and are finite", i+1, name, v)
		}
	}
	return nil
}

func (f *Film) checkNet(n *FilmNet) error {
	s, rows := len(f.Epochs), f.rows()
	if n.Model != nil {
		if err := f.checkModel(n.Model); err != nil {
			return fmt.Errorf("model: %w", err)
		}
	}
	if n.Distances != nil && len(n.Distances) != rows {
		return fmt.Errorf("%d distances for %d points", len(n.Distances), rows)
	}
	if !f.Computed() {
		if err := checkLengths("fields", n.Fields, s, len(f.X)*len(f.Y)*f.outputs(), "nodes"); err != nil {
			return err
		}
	}
	if n.Wrong != nil {
		if err := checkLengths("marks of wrong points", n.Wrong, s, rows, "points"); err != nil {
			return err
		}
	}
	for _, series := range []struct {
		name   string
		values []float64
	}{{"losses", n.Loss}, {"accuracies", n.Accuracy}, {"values of R²", n.R2}} {
		if series.values != nil && len(series.values) != s {
			return fmt.Errorf("%d %s for %d snapshots", len(series.values), series.name, s)
		}
	}
	for l, layer := range n.Layers {
		if f.Computed() {
			break
		}
		if err := checkLengths("sets of activations", layer.Points, s, 2*rows, "coordinates"); err != nil {
			return fmt.Errorf("hidden layer %d: %w", l+1, err)
		}
	}
	return nil
}

// checkLengths holds one slice per snapshot against their number and length.
func checkLengths[T any](what string, slices [][]T, snapshots, length int, unit string) error {
	if len(slices) != snapshots {
		return fmt.Errorf("%d %s for %d snapshots", len(slices), what, snapshots)
	}
	for i, s := range slices {
		if len(s) != length {
			return fmt.Errorf("%s: snapshot %d has %d values for %d %s", what, i+1, len(s), length, unit)
		}
	}
	return nil
}

// EvenlySpaced picks up to limit of the numbers 0 to n-1, the first and the last among
// them: which test rows or layers to record for a [Film].
func EvenlySpaced(n, limit int) []int {
	n = max(n, 0)
	count := min(n, max(limit, 0))
	picked := make([]int, count)
	for i := range picked {
		if count > 1 {
			picked[i] = int(math.Round(float64(i) * float64(n-1) / float64(count-1)))
		}
	}
	return picked
}
