package experiment

import (
	"context"
	"fmt"

	"actscope/data"
	"actscope/models"
	"actscope/models/geometry"
)

// Survival is what of the points' distances to the boundary comes through where something
// limits resolution.
type Survival struct {
	Noise []geometry.Survived
	Bits  *geometry.Quantisation
}

const (
	// fitRows and judgedRows are how many fresh points readers of the distance are fitted
	// to and judged on.
	fitRows    = 1000
	judgedRows = 4000
	// bitsFitRows and flippedRows are how many of these are looked at in few bits, in two dozen
	// formats: the standard error of a share of flips is 0.16 % where 0.5 % flip.
	bitsFitRows = 500
	flippedRows = 2000
	// leastReadRows is how many both are in large networks, and readParameters from which
	// number of parameters times rows there are fewer.
	leastReadRows  = 500
	readParameters = 100_000_000
)

// MeasureSurvival measures it on fresh points, and where there are none on the training rows
// and the test rows of a [WholeGeometry], whose distances that knows.
func MeasureSurvival(ctx context.Context, network *models.Network, d *Dataset, m *Measurement) (s Survival, err error) {
	train, err := geometry.Observe(ctx, network, d.Train.First(geometry.MeasuredRows(network.Inputs())))
	if err != nil {
		return s, fmt.Errorf("observing the network: %w", err)
	}
	fit, points, err := locate(ctx, network, d, m, train)
	if err != nil {
		return s, err
	}
	if s.Noise, err = geometry.Survival(ctx, network, fit, points, geometry.NoiseLevels()); err != nil {
		return s, err
	}
	bits, err := geometry.Quantise(ctx, network, train, fit.First(bitsFitRows), points.First(flippedRows))
	s.Bits = &bits
	return s, err
}

// locate chooses the rows to fit to and the points to judge on.
func locate(ctx context.Context, network *models.Network, d *Dataset, m *Measurement, train geometry.Sample) (fit, points geometry.Located, err error) {
	fresh, err := d.Fresh()
	if err != nil {
		return fit, points, err
	}
	if fresh.Rows() == 0 {
		test, err := geometry.Observe(ctx, network, d.Test.First(geometry.MeasuredRows(network.Inputs())))
		if err != nil {
			return fit, points, fmt.Errorf("observing the network: %w", err)
		}
		fit, points = m.Geometry.Located(train, test)
		return fit, points, nil
	}
	fresh = fresh.First(min(fitRows+judgedRows, max(leastReadRows, readParameters/network.ParameterCount())))
	cut := fresh.Rows() * fitRows / (fitRows + judgedRows)
	var samples []geometry.Sample
	for _, set := range []data.Set{fresh.First(cut), fresh.From(cut)} {
		s, err := geometry.Observe(ctx, network, set)
		if err != nil {
			return fit, points, fmt.Errorf("observing the network: %w", err)
		}
		samples = append(samples, s)
	}
	located, err := geometry.Locate(ctx, network, samples...)
	if err != nil {
		return fit, points, err
	}
	return located[0], located[1], nil
}
