package comparison

import (
	"errors"
	"math"
	"testing"

	"actscope/internal/config"
	"actscope/internal/input"
)

func TestBadSettingsNameTheirKey(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*config.Config)
		key    string
	}{
		"unknown data set":      {func(c *config.Config) { c.Dataset = "moon" }, "dataset"},
		"CSV that is not there": {func(c *config.Config) { c.Dataset = "csv:none.csv" }, "dataset"},
		"CSV without a name":    {func(c *config.Config) { c.Dataset = "csv:" }, "dataset"},
		"label without CSV":     {func(c *config.Config) { c.Label = "class" }, "label"},
		"class share of 1":      {func(c *config.Config) { c.ClassShare = 1 }, "class-share"},
		"class share NaN":       {func(c *config.Config) { c.ClassShare = math.NaN() }, "class-share"},
		"one sample":            {func(c *config.Config) { c.Samples = 1 }, "samples"},
		"negative samples":      {func(c *config.Config) { c.Samples = -400 }, "samples"},
		"absurd samples":        {func(c *config.Config) { c.Samples = math.MaxInt }, "samples"},
		"two samples":           {func(c *config.Config) { c.Samples = 2 }, "samples"},
		"three samples":         {func(c *config.Config) { c.Samples = 3 }, "samples"},
		"noise NaN":             {func(c *config.Config) { c.Noise = math.NaN() }, "noise"},
		"noise negative":        {func(c *config.Config) { c.Noise = -0.1 }, "noise"},
		"noise infinite":        {func(c *config.Config) { c.Noise = math.Inf(1) }, "noise"},
		"data seed negative":    {func(c *config.Config) { c.DataSeed = -1 }, "data-seed"},
		"split seed too large":  {func(c *config.Config) { c.SplitSeed = 1 << 32 }, "split-seed"},
		"seed too large":        {func(c *config.Config) { c.Seed = 1 << 32 }, "seed"},
		"all rows tested":       {func(c *config.Config) { c.TestFraction = 1 }, "test-fraction"},
		"no rows tested":        {func(c *config.Config) { c.TestFraction = 0 }, "test-fraction"},
		"test fraction NaN":     {func(c *config.Config) { c.TestFraction = math.NaN() }, "test-fraction"},
		"no activation":         {func(c *config.Config) { c.Activations = nil }, "activations"},
		"unknown activation":    {func(c *config.Config) { c.Activations = []string{"sigmoit"} }, "activations"},
		"activation twice":      {func(c *config.Config) { c.Activations = []string{"relu", "relu"} }, "activations"},
		"no hidden layer":       {func(c *config.Config) { c.Hidden = nil }, "hidden"},
		"width 0":               {func(c *config.Config) { c.Hidden = []int{8, 0} }, "hidden"},
		"width negative":        {func(c *config.Config) { c.Hidden = []int{-1} }, "hidden"},
		"width of a million":    {func(c *config.Config) { c.Hidden = []int{1_000_000} }, "hidden"},
		"a million layers":      {func(c *config.Config) { c.Hidden = make([]int, 1_000_000) }, "hidden"},
		"unknown loss":          {func(c *config.Config) { c.Loss = "hingle" }, "loss"},
		"epochs 0":              {func(c *config.Config) { c.Epochs = 0 }, "epochs"},
		"epochs absurd":         {func(c *config.Config) { c.Epochs = math.MaxInt }, "epochs"},
		"rate 0":                {func(c *config.Config) { c.LearningRate = 0 }, "learning-rate"},
		"rate negative":         {func(c *config.Config) { c.LearningRate = -1 }, "learning-rate"},
		"rate NaN":              {func(c *config.Config) { c.LearningRate = math.NaN() }, "learning-rate"},
		"rate infinite":         {func(c *config.Config) { c.LearningRate = math.Inf(1) }, "learning-rate"},
		"unknown init":          {func(c *config.Config) { c.Init = "xavier" }, "init"},
		"unknown optimiser":     {func(c *config.Config) { c.Optimiser = "adamw" }, "optimiser"},
		"decay above 1/rate":    {func(c *config.Config) { c.WeightDecay = 100 }, "weight-decay"},
		"one part twice":        {func(c *config.Config) { c.Parts = []string{"batch-norm", "batch-norm"} }, "parts"},
		"negative decay":        {func(c *config.Config) { c.WeightDecay = -1 }, "weight-decay"},
		"clip NaN":              {func(c *config.Config) { c.Clip = math.NaN() }, "clip"},
		"unknown part":          {func(c *config.Config) { c.Parts = []string{"batchnorm"} }, "parts"},
		"dropout of 2":          {func(c *config.Config) { c.Parts = []string{"dropout:2"} }, "parts"},
		"batch 0":               {func(c *config.Config) { c.BatchSize = 0 }, "batch-size"},
		"a class only for test": {func(c *config.Config) { c.Samples, c.TestFraction = 4, 0.7 }, "samples"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config.Article()
			test.change(&c)
			_, err := Run(t.Context(), c, nil, Saving{})
			var bad *input.Error
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want an input.Error", err)
			}
			if bad.Key != test.key {
				t.Errorf("error names %q, want %q: %v", bad.Key, test.key, err)
			}
		})
	}
}
