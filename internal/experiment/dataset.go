package experiment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"gonum.org/v1/gonum/floats"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/memory"
	"actscope/internal/panics"
)

// Dataset is the data of an experiment on its way from the points to the rows that are
// trained on. It is not changed once made.
type Dataset struct {
	// Raw are the points as made, Standardised the same with mean 0 and deviation 1 over all rows, as
	// the article does before it splits them, over the training rows, or as they are: see
	// [config.StandardiseAll].
	Raw, Standardised data.Set
	// Names are what the data calls its columns and classes, empty where it has no names.
	data.Names
	// SHA256 is that of the file that the points were read from, of the very bytes that were
	// read, in hexadecimal; "" of generated points.
	SHA256 string
	// Scaling is what was subtracted and divided by.
	Scaling data.Standardiser
	// TargetScaling is the same of the targets that are numbers, over the training rows; it is
	// empty for classes and labels.
	TargetScaling data.Standardiser
	// Train and Test are the standardised rows in the order of the split, numbers to predict
	// standardised too.
	Train, Test data.Set
	// Validation are rows that were set aside of the training rows, scaled as these; none where the
	// settings ask for none.
	Validation data.Set
	// Far are the points whose signal is traced, one of each class, in their order: in each
	// class the training row farthest from the article's reference, or for other data than the
	// article's from the mean of the other classes. One is nil where a class has no training
	// row: see [Dataset.CheckFar]. Of a number to predict they are the training rows with the
	// least and the greatest; of several, and of labels, there are none.
	Far [][]float64
	// Plane is where boundaries are drawn.
	Plane Plane

	fresh  func() (data.Set, error)
	points config.Points
}

// SplitAlike divides another set of the same rows as [Dataset.Raw] into training and test rows, as the
// points were, without the rows that were set aside to validate on.
func (d *Dataset) SplitAlike(s data.Set) (train, test data.Set, err error) {
	train, test, err = data.Split(s, splitOf(d.points))
	if err == nil && d.points.ValidationFraction > 0 {
		train, _, err = data.Split(train, validationSplit(d.points))
	}
	return train, test, err
}

// Hash is the SHA-256, in hexadecimal, of the file that the points were read from, or of generated
// points that of their numbers: x row by row, then y, each in 8 bytes, the lowest first.
func (d *Dataset) Hash() string {
	if d.SHA256 != "" {
		return d.SHA256
	}
	sum := sha256.New()
	binary.Write(sum, binary.LittleEndian, d.Raw.X)
	binary.Write(sum, binary.LittleEndian, d.Raw.Y)
	return hex.EncodeToString(sum.Sum(nil))
}

// FreshRows is how many fresh points accuracies are judged on: one point is 0.005 % of
// them, and the standard error of an accuracy is 0.35 % at most.
const FreshRows = 20_000

// Fresh are [FreshRows] points of the law that generated the set, which no network was
// trained on, scaled as the set is: see [data.Fresh]. Where so few would leave a class
// without points they are as many as the set. They are made at the first call. There are
// none of a file, whose law nobody knows.
func (d *Dataset) Fresh() (data.Set, error) {
	if d.fresh == nil {
		return data.Set{}, nil
	}
	return d.fresh()
}

func (d *Dataset) makeFresh(c data.GeneratorConfig) (data.Set, error) {
	set, err := data.Fresh(c, FreshRows)
	if err != nil { // a share of one class in more than so many
		if set, err = data.Fresh(c, c.Samples); err != nil {
			return data.Set{}, config.OfData(err)
		}
	}
	if err := d.scaleTargets(set); err != nil {
		return data.Set{}, err
	}
	return set, d.Scaling.Apply(set.X)
}

// Load makes or reads the points, standardises and splits them. What is wrong with the
// settings or the file is an [input.Error]; where the context ends, the error is its.
func Load(ctx context.Context, p config.Points) (*Dataset, error) { return LoadArranged(ctx, p, nil) }

// LoadArranged is [Load] of points whose columns and classes are first brought into the order that
// networks from elsewhere know them in; arrange may be nil.
func LoadArranged(ctx context.Context, p config.Points, arrange func(*data.Set, *data.Names) error) (*Dataset, error) {
	return panics.Await(ctx, func() (*Dataset, error) { return load(ctx, p, nil, arrange) }, "making the points of %s", p.Dataset)
}

// LoadText is [Load] of a file, the CSV that the points name, whose bytes are given: no file is opened.
func LoadText(p config.Points, csv []byte) (_ *Dataset, err error) {
	defer panics.Catch(&err, "making the points of %s", p.Dataset)
	return load(context.Background(), p, bytes.NewReader(csv), nil)
}

// load makes the points, or reads those of a file from text, if that is not nil.
func load(ctx context.Context, p config.Points, text io.Reader, arrange func(*data.Set, *data.Names) error) (*Dataset, error) {
	d := &Dataset{points: p}
	var err error
	if file, isFile := p.File(); isFile {
		err = d.read(ctx, file, text, p)
	} else {
		err = d.generate(p)
	}
	if err != nil {
		return nil, err
	}
	if arrange != nil {
		if err := arrange(&d.Raw, &d.Names); err != nil {
			return nil, err
		}
	}
	split := splitOf(p)
	if err := d.standardise(p, split); err != nil {
		return nil, err
	}
	if d.Plane, err = PlaneOf(d.Standardised); err != nil {
		return nil, input.Under("dataset", err)
	}
	d.Train, d.Test, err = data.Split(d.Standardised, split)
	if err != nil {
		return nil, config.OfData(err)
	}
	if err := d.splitValidation(p); err != nil {
		return nil, err
	}
	if k, rows := d.Raw.Targets.Classes(), d.Train.Rows(); k > 2 && k > rows {
		if _, isFile := p.File(); isFile {
			return nil, input.Refuse("label", "%d classes are more than the %d training rows: is it a column of names or identifiers? Choose another", k, rows)
		}
		return nil, input.Refuse("samples", "%d classes are more than the %d training rows: take more points", k, rows)
	}
	if err := d.standardiseTargets(p); err != nil {
		return nil, err
	}
	return d, d.findFar(p)
}

// splitValidation sets rows of the training set aside: those that scikit-learn's train_test_split of
// it gives with the seed of the first split.
func (d *Dataset) splitValidation(p config.Points) (err error) {
	if p.ValidationFraction == 0 {
		return nil
	}
	d.Train, d.Validation, err = data.Split(d.Train, validationSplit(p))
	var bad *input.Error
	switch {
	case errors.As(err, &bad):
		return input.Refuse("validation-fraction", "%s", bad.Reason)
	case err != nil:
		return input.Under("validation-fraction", err)
	}
	return nil
}

func splitOf(p config.Points) data.SplitConfig {
	return data.SplitConfig{TestFraction: p.TestFraction, Seed: uint32(p.SplitSeed), Stratify: p.Stratify}
}

func validationSplit(p config.Points) data.SplitConfig {
	return data.SplitConfig{TestFraction: p.ValidationFraction, Seed: uint32(p.SplitSeed), Stratify: p.Stratify}
}

func (d *Dataset) generate(p config.Points) (err error) {
	if p.Label != "" {
		return input.Refuse("label", "%q: only a csv:FILE has a label column", p.Label)
	}
	if data.IsFormula(p.Dataset) {
		if d.Names, err = data.FormulaNames(p.Dataset); err != nil {
			return config.OfData(err)
		}
	}
	if p.Task != "" {
		return input.Refuse("task", "%q: only the targets of a csv:FILE may be one or the other", p.Task)
	}
	if file := p.Dataset; !slices.Contains(data.GeneratorNames(), file) && !data.IsFormula(file) {
		if info, err := os.Stat(file); strings.EqualFold(filepath.Ext(file), ".csv") || err == nil && info.Mode().IsRegular() {
			return input.Refuse("dataset", "%q is not a generator: a file is written csv:%s", file, file)
		}
	}
	c := data.GeneratorConfig{Name: p.Dataset, Samples: p.Samples, Noise: p.Noise, Share: p.ClassShare, Classes: p.Classes, Seed: uint32(p.DataSeed)}
	if c.Samples <= data.MaxSamples { // more are refused anyway
		if err := memory.Check("samples", "these points", pointBytes(max(len(d.Inputs), 2))*float64(c.Samples), "take fewer"); err != nil {
			return err
		}
	}
	d.Raw, err = data.Generate(c)
	d.fresh = sync.OnceValues(func() (data.Set, error) { return d.makeFresh(c) })
	return config.OfData(err)
}

func (d *Dataset) read(ctx context.Context, file string, text io.Reader, p config.Points) error {
	if file == "" {
		return input.Refuse("dataset", "names no file: write csv:FILE")
	}
	if p.Classes != 0 {
		return input.Refuse("classes", "%d: a file has the classes that it has", p.Classes)
	}
	sum := sha256.New()
	c := data.CSVConfig{Name: file, Label: p.Label, Task: p.Task, Bytes: sum}
	var set data.Set
	var names data.Names
	var err error
	if text != nil {
		set, names, err = data.ReadCSV(text, c)
	} else {
		set, names, err = data.ReadCSVFile(ctx, file, c)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		if named := config.OfData(err); named != err {
			return named
		}
		return input.Under("dataset", err)
	}
	if err := checkDifferences(file, set, names); err != nil {
		return input.Under("dataset", err)
	}
	d.Raw, d.Names, d.SHA256 = set, names, hex.EncodeToString(sum.Sum(nil))
	return memory.Check("dataset", "these points", pointBytes(set.Columns)*float64(set.Rows()), "take fewer rows or columns")
}

// leastDifference is the least by which a column's values may differ in all: the squares of
// less are 0, and the column would pass for constant.
const leastDifference = 1e-150

// checkDifferences refuses columns of numbers that are too close to each other.
func checkDifferences(file string, set data.Set, names data.Names) error {
	for j, name := range names.Inputs {
		span := set.Extent(j)
		if d := span.Max - span.Min; d > 0 && d < leastDifference {
			return &input.Error{File: file, Key: name, Reason: fmt.Sprintf("the numbers differ by at most %v: the squares of that are 0 where columns are standardised", d), Advice: "multiply them"}
		}
	}
	return nil
}

// CheckFile refuses a file of points that cannot be read more than once, such as a pipe.
func CheckFile(path string) error {
	f, err := openAgain(path)
	if err != nil {
		return err
	}
	return f.Close()
}

func openAgain(path string) (input.File, error) {
	f, _, err := input.OpenRegular(path)
	var bad *input.Error
	if errors.As(err, &bad) && bad.Err == nil {
		bad.Advice = "here it is read more than once, so give a regular file"
	}
	return f, err
}

// HashFile is what [Dataset.SHA256] will be of a file of points, which is read again for them:
// see [CheckFile].
func HashFile(path string) (string, error) {
	f, err := openAgain(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", input.InFile(path, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// farFromInMoons are the points from which the article's traced samples lie
// farthest, by class, in standardised coordinates.
var farFromInMoons = [2][]float64{{-1.2, -0.3}, {1.2, 0.3}}

// findFar picks the points that are traced.
func (d *Dataset) findFar(p config.Points) error {
	if d.Raw.Targets.Task != data.Classification {
		if d.Raw.Targets.Task == data.Regression && d.Train.Targets.Columns() == 1 {
			d.Far = [][]float64{d.Train.Row(floats.MinIdx(d.Train.Y)), d.Train.Row(floats.MaxIdx(d.Train.Y))}
		}
		return nil
	}
	d.Far = make([][]float64, d.Raw.Targets.Classes())
	if d.CheckFar() != nil {
		return nil
	}
	for class := range d.Far {
		if len(d.Train.ClassRows(class)) == 0 {
			continue
		}
		var reference []float64
		if p.Dataset == config.Article().Dataset && p.Standardise != config.StandardiseNone {
			reference = farFromInMoons[class]
		} else {
			reference = meanOfOthers(d.Train, class)
		}
		row, err := d.Train.Farthest(class, reference)
		if err != nil {
			return err
		}
		d.Far[class] = d.Train.Row(row)
	}
	return nil
}

// meanOfOthers is the mean point of all rows that are not of a class, the origin without any.
func meanOfOthers(s data.Set, class int) []float64 {
	mean, rows := make([]float64, s.Columns), 0
	for i, y := range s.Y {
		if y != float64(class) {
			floats.Add(mean, s.Row(i))
			rows++
		}
	}
	for j := range mean {
		mean[j] /= float64(max(rows, 1))
	}
	return mean
}

// CheckFar reports one of two classes without a training row, of which none can be traced, as
// an [input.Error].
func (d *Dataset) CheckFar() error {
	if !d.Raw.Targets.TwoClasses() {
		return nil
	}
	for class := range 2 {
		if len(d.Train.ClassRows(class)) == 0 {
			return input.Refuse("samples", "%d points leave no training row of class %d, and one of each class is traced: take more points, or another split-seed", d.Raw.Rows(), class)
		}
	}
	return nil
}

// FirstRows are the first training rows as they stand, at most the given number.
func (d *Dataset) FirstRows(rows int) data.Set {
	return d.Train.First(rows)
}
