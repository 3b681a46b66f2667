package study

import (
	"context"

	"actscope/data"
	"actscope/models"
)

// TrainOne makes the data of a configuration and its one network, trained as
// [Compare] would train it; with 0 epochs the network keeps its initial weights.
func TrainOne(ctx context.Context, c Config) (Dataset, *models.Network, error) {
	checked := c
	checked.Epochs = max(c.Epochs, 1)
	if err := checked.Validate(); err != nil {
		return Dataset{}, nil, err
	}
	if c.Epochs < 0 {
		return Dataset{}, nil, badSetting("epochs", "%d: a count cannot be negative", c.Epochs)
	}
	d, err := loadDataset(c)
	if err != nil {
		return Dataset{}, nil, err
	}
	if err := checkMemory(c, d); err != nil {
		return Dataset{}, nil, err
	}
	r := &Result{Config: c, Data: d}
	var stream *data.RandomState
	if stream, err = r.initialise(); err != nil {
		return Dataset{}, nil, err
	}
	n := r.Networks[0]
	if c.Epochs > 0 {
		err = n.train(ctx, d, c, stream, Saving{}, func(models.Epoch) {})
	}
	return d, n.Model, err
}
