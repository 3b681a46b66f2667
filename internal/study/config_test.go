package study

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestBadSettingsNameTheirKey(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Config)
		key    string
	}{
		"unknown data set":      {func(c *Config) { c.Dataset = "moon" }, "dataset"},
		"CSV that is not there": {func(c *Config) { c.Dataset = "csv:none.csv" }, "dataset"},
		"CSV without a name":    {func(c *Config) { c.Dataset = "csv:" }, "dataset"},
		"label without CSV":     {func(c *Config) { c.Label = "class" }, "label"},
		"class share of 1":      {func(c *Config) { c.ClassShare = 1 }, "class-share"},
		"class share NaN":       {func(c *Config) { c.ClassShare = math.NaN() }, "class-share"},
		"one sample":            {func(c *Config) { c.Samples = 1 }, "samples"},
		"negative samples":      {func(c *Config) { c.Samples = -400 }, "samples"},
		"absurd samples":        {func(c *Config) { c.Samples = math.MaxInt }, "samples"},
		"two samples":           {func(c *Config) { c.Samples = 2 }, "samples"},
		"three samples":         {func(c *Config) { c.Samples = 3 }, "samples"},
		"noise NaN":             {func(c *Config) { c.Noise = math.NaN() }, "noise"},
		"noise negative":        {func(c *Config) { c.Noise = -0.1 }, "noise"},
		"noise infinite":        {func(c *Config) { c.Noise = math.Inf(1) }, "noise"},
		"data seed negative":    {func(c *Config) { c.DataSeed = -1 }, "data-seed"},
		"split seed too large":  {func(c *Config) { c.SplitSeed = 1 << 32 }, "split-seed"},
		"seed too large":        {func(c *Config) { c.Seed = 1 << 32 }, "seed"},
		"all rows tested":       {func(c *Config) { c.TestFraction = 1 }, "test-fraction"},
		"no rows tested":        {func(c *Config) { c.TestFraction = 0 }, "test-fraction"},
		"test fraction NaN":     {func(c *Config) { c.TestFraction = math.NaN() }, "test-fraction"},
		"no activation":         {func(c *Config) { c.Activations = nil }, "activations"},
		"unknown activation":    {func(c *Config) { c.Activations = []string{"sigmoit"} }, "activations"},
		"activation twice":      {func(c *Config) { c.Activations = []string{"relu", "relu"} }, "activations"},
		"no hidden layer":       {func(c *Config) { c.Hidden = nil }, "hidden"},
		"width 0":               {func(c *Config) { c.Hidden = []int{8, 0} }, "hidden"},
		"width negative":        {func(c *Config) { c.Hidden = []int{-1} }, "hidden"},
		"width of a million":    {func(c *Config) { c.Hidden = []int{1_000_000} }, "hidden"},
		"a million layers":      {func(c *Config) { c.Hidden = make([]int, 1_000_000) }, "hidden"},
		"unknown loss":          {func(c *Config) { c.Loss = "hinge" }, "loss"},
		"epochs 0":              {func(c *Config) { c.Epochs = 0 }, "epochs"},
		"epochs absurd":         {func(c *Config) { c.Epochs = math.MaxInt }, "epochs"},
		"rate 0":                {func(c *Config) { c.LearningRate = 0 }, "learning-rate"},
		"rate negative":         {func(c *Config) { c.LearningRate = -1 }, "learning-rate"},
		"rate NaN":              {func(c *Config) { c.LearningRate = math.NaN() }, "learning-rate"},
		"rate infinite":         {func(c *Config) { c.LearningRate = math.Inf(1) }, "learning-rate"},
		"unknown init":          {func(c *Config) { c.Init = "xavier" }, "init"},
		"unknown optimiser":     {func(c *Config) { c.Optimiser = "adamw" }, "optimiser"},
		"negative decay":        {func(c *Config) { c.WeightDecay = -1 }, "weight-decay"},
		"clip NaN":              {func(c *Config) { c.Clip = math.NaN() }, "clip"},
		"unknown part":          {func(c *Config) { c.Parts = []string{"batchnorm"} }, "parts"},
		"dropout of 2":          {func(c *Config) { c.Parts = []string{"dropout:2"} }, "parts"},
		"batch 0":               {func(c *Config) { c.BatchSize = 0 }, "batch-size"},
		"a class only for test": {func(c *Config) { c.Samples, c.TestFraction = 4, 0.7 }, "samples"},
	} {
		t.Run(name, func(t *testing.T) {
			c := Article()
			test.change(&c)
			_, err := Compare(t.Context(), c, Unwatched{})
			var bad *ConfigError
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want a ConfigError", err)
			}
			if bad.Key != test.key {
				t.Errorf("error names %q, want %q: %v", bad.Key, test.key, err)
			}
		})
	}
}

func TestNetworksBeyondTheMemoryAreRefusedWithTheEstimate(t *testing.T) {
	c := Article()
	for range 100 {
		c.Hidden = append(c.Hidden, 4096)
	}
	c.Hidden = c.Hidden[2:]
	err := checkMemoryAgainst(c, 400, 2, 16<<30)
	var refused *MemoryError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a MemoryError", err)
	}
	// 99 matrices of 4096² weights, three arrays each, eight bytes: 37 GiB and more for each net.
	if refused.Needed < 2*37<<30 || !strings.Contains(err.Error(), "GiB") {
		t.Errorf("estimate %d bytes: %v", refused.Needed, err)
	}
	if err := checkMemoryAgainst(Article(), 400, 2, 64<<20); err != nil {
		t.Errorf("the article's nets do not fit in 64 MiB: %v", err)
	}
}
