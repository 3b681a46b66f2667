package experiment

import (
	"errors"

	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/models"
	"actscope/models/foreign"
)

// OpenFrom reads the file that training begins with, given the hidden layers' activation where
// the file does not say it. Errors are of the setting "from".
func OpenFrom(file, activation string) (*foreign.Model, error) {
	m, err := foreign.Open(file, foreign.Options{})
	var unsaid *input.Error
	if errors.As(err, &unsaid) && unsaid.Key == "activation" && activation != "" {
		m, err = foreign.Open(file, foreign.Options{Activation: activation})
	}
	if err != nil {
		return nil, input.Under("from", err)
	}
	return m, nil
}

// startFrom gives a drawn network the weights of a file.
func startFrom(s config.Specification, d *Dataset, network *models.Network) error {
	m, err := OpenFrom(s.From, s.MLP.Activation.Name)
	if err != nil {
		return err
	}
	err = m.Start(network, foreign.Points{Targets: d.Train.Targets, Names: d.Names, Scaling: d.Scaling, TargetScaling: d.TargetScaling})
	if err != nil {
		return input.Under("from", input.InFile(s.From, err))
	}
	return nil
}
