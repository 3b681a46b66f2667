package config

import (
	"actscope/internal/input"
	"actscope/internal/nearest"
)

// Values of the setting "standardise": over which rows the mean and deviation of each column are
// taken that columns are standardised by. StandardiseAll, the article's, is "" in a configuration, so
// that plans and checkpoints that do not say mean it.
//
// Numbers to predict are standardised over the training rows under StandardiseAll too, as the
// targets of the held-out rows are what is asked; under StandardiseNone they are left as they are.
const (
	StandardiseAll   = ""
	StandardiseTrain = "train"
	StandardiseNone  = "none"
	// StandardiseByData, in a plan or on the way to a configuration, is what is taken where nothing is said: the training rows of a file, all rows
	// of generated points.
	StandardiseByData = "auto"
)

// ResolveStandardise settles what "auto" stands for, which what is not said is.
func (p *Points) ResolveStandardise(said bool) {
	if said && p.Standardise != StandardiseByData {
		return
	}
	p.Standardise = StandardiseAll
	if _, isFile := p.File(); isFile {
		p.Standardise = StandardiseTrain
	}
}

// CheckStandardise refuses what is no value of the setting.
func (p Points) CheckStandardise() error {
	switch p.Standardise {
	case StandardiseAll, StandardiseTrain, StandardiseNone:
		return nil
	}
	return nearest.Unknown("way to standardise", p.Standardise, []string{"all", StandardiseTrain, StandardiseNone})
}

// SetStandardise sets the setting to a value as users write it.
func (p *Points) SetStandardise(value string) error {
	if p.Standardise = value; value == "all" {
		p.Standardise = StandardiseAll
	}
	if err := p.CheckStandardise(); err != nil {
		return input.Under("standardise", err)
	}
	return nil
}
