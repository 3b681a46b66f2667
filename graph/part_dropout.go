package graph

import (
	"fmt"
	"strconv"

	"gorgonia.org/gorgonia"
)

func init() {
	registerPart(PartKind{
		Name: "dropout", Form: "dropout:RATE", Usage: "in training, set a share of the units to 0 after the activation",
		Examples: []string{"dropout:0.3"},
		parse: func(argument string) (Part, error) {
			rate, err := strconv.ParseFloat(argument, 64)
			if err != nil || !(rate >= 0 && rate < 1) {
				return nil, fmt.Errorf("%q is not a rate: write it like dropout:0.2, from 0 and below 1", argument)
			}
			return Dropout{Rate: rate}, nil
		},
	})
}

// Dropout sets each unit of each row to 0 with probability Rate in training and
// divides the others by 1 - Rate (Srivastava et al. 2014, in the inverted form):
// evaluation then needs nothing of it. Masks are drawn row by row, one uniform
// number of the stream per entry, which is dropped where the number is below Rate.
type Dropout struct {
	// Rate is at least 0 and below 1.
	Rate float64
}

// Name is such as "dropout:0.2".
func (d Dropout) Name() string { return "dropout:" + strconv.FormatFloat(d.Rate, 'g', -1, 64) }

// Place is after the activation.
func (Dropout) Place() Place { return AfterActivation }

// Arrays are none.
func (Dropout) Arrays() []Array { return nil }

// Build multiplies with the mask, in training only.
func (d Dropout) Build(s *Site, in *gorgonia.Node) (*gorgonia.Node, error) {
	if !(d.Rate >= 0 && d.Rate < 1) {
		return nil, fmt.Errorf("rate %v: it must be at least 0 and below 1", d.Rate)
	}
	if !s.Training || d.Rate == 0 {
		return in, nil
	}
	mask := s.Random("mask", func(values []float64, random Random) {
		kept := 1 / (1 - d.Rate)
		for i := range values {
			values[i] = kept
			if random.Float64() < d.Rate {
				values[i] = 0
			}
		}
	})
	return gorgonia.HadamardProd(in, mask)
}
