package study

import (
	"errors"
	"io/fs"
	"strings"

	"actscope/data"
)

// Dataset is the data of one comparison on its way from the points to the rows
// that are trained on.
type Dataset struct {
	// Raw are the points as made, Standardised the same with mean 0 and deviation
	// 1 over all rows, as the article does before it splits them.
	Raw, Standardised data.Set
	// Classes are the names of the two classes and Inputs those of the columns, where the
	// data has names.
	Classes [2]string
	Inputs  []string
	// Scaling is what was subtracted and divided by.
	Scaling data.Standardiser
	// Train and Test are the standardised rows in the order of the split.
	Train, Test data.Set
	// Far are the two points whose signal is traced, one of each class, once FindFar
	// has found them.
	Far [2][]float64
	// Plane is where boundaries are drawn.
	Plane Plane
}

// csvPrefix marks a data set that is read from a file.
const csvPrefix = "csv:"

// loadDataset makes or reads the points of a configuration, standardises and
// splits them.
func loadDataset(c Config) (Dataset, error) {
	var d Dataset
	var err error
	if file, isFile := strings.CutPrefix(c.Dataset, csvPrefix); isFile {
		err = d.read(file, c.Label)
	} else {
		err = d.generate(c)
	}
	if err != nil {
		return Dataset{}, err
	}
	if d.Standardised, d.Scaling, err = data.Standardise(d.Raw); err != nil {
		return Dataset{}, err
	}
	if d.Plane, err = planeOf(d.Standardised); err != nil {
		return Dataset{}, err
	}
	d.Train, d.Test, err = data.Split(d.Standardised, data.SplitConfig{TestFraction: c.TestFraction, Seed: uint32(c.SplitSeed)})
	if err != nil {
		return Dataset{}, asConfigError(err)
	}
	return d, nil
}

func (d *Dataset) generate(c Config) (err error) {
	if c.Label != "" {
		return badSetting("label", "%q: only a csv:FILE has a label column", c.Label)
	}
	d.Raw, err = data.Generate(data.GeneratorConfig{Name: c.Dataset, Samples: c.Samples, Noise: c.Noise, Share: c.ClassShare, Seed: uint32(c.DataSeed)})
	return asConfigError(err)
}

func (d *Dataset) read(file, label string) error {
	set, names, err := data.ReadCSVFile(file, data.CSVConfig{Label: label})
	var path *fs.PathError
	if errors.As(err, &path) {
		return badSetting("dataset", "%v", path)
	}
	if err != nil {
		return badSetting("dataset", "%v", err)
	}
	d.Raw, d.Classes, d.Inputs = set, names.Classes, names.Inputs
	return nil
}

// farFromInMoons are the points from which the article's traced samples lie
// farthest, by class, in standardised coordinates.
var farFromInMoons = [2][]float64{{-1.2, -0.3}, {1.2, 0.3}}

// FindFar picks the points that are traced: in each class the training row
// farthest from the article's reference, or for other data from the mean of the
// other class. A class without a training row is a [ConfigError].
func (d *Dataset) FindFar(c Config) error {
	for class := range d.Far {
		if len(d.Train.ClassRows(class)) == 0 {
			return badSetting("samples", "%d points leave no training row of class %d, and one of each class is traced: take more points, or another split-seed", d.Raw.Rows(), class)
		}
	}
	for class := range d.Far {
		reference := farFromInMoons[class]
		if c.Dataset != Article().Dataset {
			var err error
			if reference, err = d.Train.ClassMean(1 - class); err != nil {
				return err
			}
		}
		row, err := d.Train.Farthest(class, reference)
		if err != nil {
			return err
		}
		d.Far[class] = d.Train.Row(row)
	}
	return nil
}

// FirstRows are the first training rows as they stand, at most so many.
func (d Dataset) FirstRows(rows int) data.Set {
	first := min(rows, d.Train.Rows())
	return data.Set{X: d.Train.X[:first*d.Train.Columns], Columns: d.Train.Columns, Y: d.Train.Y[:first]}
}
