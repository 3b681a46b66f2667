package experiment

import (
	"math"
	"slices"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/input"
)

// standardise scales the columns as the settings say.
func (d *Dataset) standardise(p config.Points, split data.SplitConfig) (err error) {
	if err := p.CheckStandardise(); err != nil {
		return input.Under("standardise", err)
	}
	switch p.Standardise {
	case config.StandardiseAll:
		if d.Standardised, d.Scaling, err = data.Standardise(d.Raw); err != nil {
			return input.Under("dataset", err)
		}
		return nil
	case config.StandardiseNone:
		if err := d.Raw.Validate(); err != nil {
			return input.Under("dataset", err)
		}
		d.Standardised, d.Scaling = d.Raw.Clone(), identity(d.Raw.Columns)
		return nil
	}
	train, _, err := data.Split(d.Raw, split)
	if err != nil {
		return config.OfData(err)
	}
	if p.ValidationFraction > 0 { // rows to validate on are not trained on either
		if train, _, err = data.Split(train, validationSplit(p)); err != nil {
			return input.Under("validation-fraction", err)
		}
	}
	if _, d.Scaling, err = data.Standardise(train); err != nil {
		return input.Under("dataset", err)
	}
	d.Standardised = d.Raw.Clone()
	if err := d.Scaling.Apply(d.Standardised.X); err != nil {
		return err
	}
	for i, v := range d.Standardised.X {
		if !(math.Abs(v) <= data.MaxCoordinate) {
			row, column := i/d.Raw.Columns, i%d.Raw.Columns
			return input.Refuse("standardise", "row %d has %v in column %d, which is vastly more than the %v ± %v of the training rows: mend the row, or take --standardise all",
				row+1, d.Raw.Row(row)[column], column+1, d.Scaling.Mean[column], d.Scaling.Scale[column])
		}
	}
	return nil
}

// identity scales nothing.
func identity(columns int) data.Standardiser {
	z := data.Standardiser{Mean: make([]float64, columns), Scale: make([]float64, columns)}
	for j := range z.Scale {
		z.Scale[j] = 1
	}
	return z
}

// standardiseTargets scales numbers to predict as those of the training rows want it, unless
// nothing is scaled.
func (d *Dataset) standardiseTargets(p config.Points) error {
	if d.Raw.Targets.Task != data.Regression {
		return nil
	}
	if p.Standardise == config.StandardiseNone {
		d.TargetScaling = identity(d.Raw.Targets.Columns())
		return nil
	}
	var err error
	if d.TargetScaling, err = data.StandardiseTargets(d.Train); err != nil {
		return input.Under("label", err)
	}
	for _, set := range []data.Set{d.Train, d.Test, d.Validation} {
		if err := d.scaleTargets(set); err != nil {
			return err
		}
	}
	return nil
}

// scaleTargets scales the targets of a set in place, where they are numbers.
func (d *Dataset) scaleTargets(s data.Set) error {
	if len(d.TargetScaling.Mean) == 0 {
		return nil
	}
	return d.TargetScaling.Apply(s.Y)
}

// InUnits gives outputs of a network, rows × outputs, in the units of the targets; of classes
// and labels they stay as they are.
func (d *Dataset) InUnits(outputs []float64) []float64 {
	if len(d.TargetScaling.Mean) == 0 {
		return outputs
	}
	scaled := slices.Clone(outputs)
	if err := d.TargetScaling.Undo(scaled); err != nil {
		panic(err) // outputs of another network
	}
	return scaled
}
