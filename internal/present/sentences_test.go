package present

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"actscope/graph/machine/kernel"
	"actscope/internal/claims"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/cost"
	"actscope/internal/pace"
	"actscope/internal/sweep"
	"actscope/internal/theory"
)

// comparedRuns are runs whose pages have to say different things.
var comparedRuns = []struct {
	name   string
	change func(*config.Config)
}{
	{"reproduce", func(*config.Config) {}},
	{"relu_tanh", func(c *config.Config) { c.Activations = []string{"relu", "tanh"} }},
	{"one_network", func(c *config.Config) { c.Activations, c.Epochs = []string{"sigmoid"}, 200 }},
	{"blobs", func(c *config.Config) { c.Dataset, c.Epochs = "blobs", 200 }},
	{"three_classes", func(c *config.Config) {
		c.Dataset, c.Classes, c.Noise, c.Epochs, c.Activations = "blobs", 3, 0.9, 300, []string{"sigmoid", "relu", "tanh"}
	}},
	{"three_spirals", func(c *config.Config) { c.Dataset, c.Classes, c.Epochs = "spirals", 3, 200 }},
	{"regression", func(c *config.Config) {
		c.Dataset, c.Activations, c.Epochs = "y = x1*x2", []string{"relu", "tanh"}, 300
	}},
	{"init_zero", func(c *config.Config) { c.Init, c.Epochs = "zero", 50 }},
	{"twelve_layers_of_sigmoid", func(c *config.Config) {
		c.Hidden, c.Epochs, c.Activations = []int{8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8}, 200, []string{"sigmoid", "relu", "tanh"}
	}},
	{"wide", func(c *config.Config) { c.Dataset, c.Epochs = "csv:"+filepath.Join("testdata", "wide.csv"), 200 }},
	{"five_networks_of_one_layer", func(c *config.Config) {
		c.Hidden, c.Epochs, c.Activations = []int{6}, 100, []string{"sigmoid", "relu", "tanh", "elu", "sin(z)"}
	}},
	{"few_points", func(c *config.Config) { c.Samples, c.Epochs, c.Hidden, c.Dataset = 40, 300, []int{5}, "circles" }},
}

// What the pages of different runs say is what was read word for word and found to be true and plain.
func TestSentencesOfComparisons(t *testing.T) {
	for _, run := range comparedRuns {
		t.Run(run.name, func(t *testing.T) {
			c := config.Article()
			run.change(&c)
			r, err := comparison.Run(t.Context(), c, nil, comparison.Saving{})
			if err != nil {
				t.Fatal(err)
			}
			summary := r.Summary("compare", nil)
			s, err := Comparison(t.Context(), r, summary)
			if err != nil {
				t.Fatal(err)
			}
			checkSentences(t, run.name, s)
		})
	}
}

// checkSentences holds the text of a page, but for its tables, against a golden file.
func checkSentences(t *testing.T, name string, s Story) {
	t.Helper()
	var b strings.Builder
	p := s.Page
	part := func(heading string, lines ...string) {
		for _, line := range lines {
			fmt.Fprintf(&b, "%s: %s\n", heading, line)
		}
	}
	part("title", p.Title)
	part("lead", p.Lead)
	part("answer", p.Answer...)
	part("warning", p.Warnings...)
	for _, h := range p.Highlights {
		part("highlight", h.Value+" "+h.Label)
	}
	part("story", p.Story...)
	for i, d := range s.Drawings {
		e, ok := d.(explained)
		if !ok || e.finding == "" || e.reading == "" {
			t.Errorf("drawing %d, %T, has no finding, or nothing on how to read it", i+1, d)
		}
		part("\nfinding", e.finding)
		part("caption", e.reading)
	}
	if kernel.Set() == kernel.Portable {
		t.Skip("the sentences hold numbers of trainings, which the portable kernels end with other last digits")
	}
	path := filepath.Join("testdata", "sentences", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the page says\n%s\nwhere it was\n%s", b.String(), want)
	}
}

// So is what the pages of statistics say.
func TestSentencesOfStatistics(t *testing.T) {
	of := map[string]func(t *testing.T) Story{
		"claims": func(t *testing.T) Story {
			r, err := claims.Committed()
			if err != nil {
				t.Fatal(err)
			}
			return Claims(r)
		},
		"cost": func(t *testing.T) Story {
			r, err := cost.Load(filepath.Join("..", "cost", "findings"))
			if err != nil {
				t.Fatal(err)
			}
			return Cost(r)
		},
		"theory": func(t *testing.T) Story {
			c := theory.Default()
			c.Width, c.Repetitions = 64, 5
			r, err := theory.Study(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			return Theory(r)
		},
		"theory_without_a_limit": func(t *testing.T) Story {
			c := theory.Default()
			c.Activation, c.WeightVariance, c.BiasVariance, c.Repetitions = "relu", 2, 0.1, 1
			c.Width = 64
			r, err := theory.Study(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			return Theory(r)
		},
		"kernel": func(t *testing.T) Story {
			c := config.Article()
			c.Samples, c.Epochs = 120, 100
			r, err := pace.Study(t.Context(), c, pace.Options{Draws: pace.UsualDraws}, nil)
			if err != nil {
				t.Fatal(err)
			}
			return Kernel(r)
		},
		"kernel_trial": func(t *testing.T) Story {
			all, err := pace.CommittedTrials()
			if err != nil {
				t.Fatal(err)
			}
			return KernelTrial(all)
		},
		"sweep_where_axes_move_together": func(t *testing.T) Story {
			return sweepStoryOf(t, "activations: [sigmoid, relu, tanh]\nhidden: [\"4\", \"8,8\"]\nlearning-rate: [0.05, 0.3]\nseed: 1..8\n", madeUpScore)
		},
		"sweep_of_few_sizes": func(t *testing.T) Story {
			return sweepStoryOf(t, "activations: [sigmoid, relu]\nhidden: [\"2\", \"4,4\", \"8,8\", \"16,16,16\"]\nseed: 1..2\n", madeUpScore)
		},
		"sweep_of_one_activation": func(t *testing.T) Story {
			return sweepStoryOf(t, "activations: tanh\nnoise: [0.1, 0.2]\n", madeUpScore)
		},
		"sweep_that_diverged": func(t *testing.T) Story {
			return sweepStoryOf(t, "activations: [relu, tanh, sigmoid, elu]\nhidden: [\"2\", \"2,2\"]\nseed: 1..6\n", func(i int, r *sweep.Record) {
				if madeUpScore(i, r); i%5 == 0 {
					*r = madeUpRecord(r.Index, r.ID, config.Config{}, sweep.Diverged)
				}
			})
		},
	}
	for name, story := range of {
		t.Run(name, func(t *testing.T) { checkSentences(t, name, story(t)) })
	}
}

// madeUpScore is an accuracy on fresh points that depends on the place of a trial in its plan.
func madeUpScore(i int, r *sweep.Record) {
	r.FreshRows, r.FreshRight = 20_000, 17_000+(i*i*37+i*211)%2500
}
