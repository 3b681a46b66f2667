package sweep

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"actscope/internal/comparison"
)

// The independent truth is a comparison of the same settings, whose run.json has the same numbers.
func TestPlansMeasureWhatTheyAskFor(t *testing.T) {
	const settings = "samples: 60\nactivations: [sigmoid, relu]\nhidden: [\"4\", \"4,3\"]\nepochs: 10\n"
	f := folderOf(t, settings+"measure: [geometry, tangent-kernel]\n")
	complete(t, f, Whole, 1)
	text := table(t, f)
	columns, rows := cells(t, text)
	if len(rows) != 4 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, row := range rows {
		trial, err := f.Plan.Trial(i)
		if err != nil {
			t.Fatal(err)
		}
		r, err := comparison.Run(t.Context(), trial.Config, nil, comparison.Saving{})
		if err != nil {
			t.Fatal(err)
		}
		n := r.Summary("compare", nil).Networks[0]
		k, g := n.TangentKernel, n.Geometry
		last := len(g.Layers) - 1
		for name, want := range map[string]float64{
			"ntk_tau_1": float64(k.Tau[0]), "ntk_tau_3": float64(k.Tau[2]), "ntk_energy_2": float64(k.Energy[1]), "ntk_slowest_tau": float64(k.SlowestTau),
			"ntk_effective_rank": float64(k.EffectiveRank), "ntk_trace": float64(k.Trace), "line_loss": float64(k.LineLoss),
			"distance_correlation_1": float64(g.Layers[1].DistanceCorrelation), "distance_correlation_output": float64(g.Layers[last].DistanceCorrelation),
			"distance_correlation_pooled_1": float64(g.Layers[1].DistanceCorrelationPooled), "distance_correlation_pooled_output": float64(g.Layers[last].DistanceCorrelationPooled),
			"distance_decoded_1": float64(g.Layers[1].DistanceDecoded), "effective_rank_1": float64(g.Layers[1].EffectiveRank), "cka_input_1": float64(g.CKA[0][1]),
			"jacobian_largest_1": float64(g.Layers[1].Jacobian.Largest.Median),
		} {
			if got := row[slices.Index(columns, name)]; got != cell(want) {
				t.Errorf("trial %d, %s: %q, want %q", i, name, got, cell(want))
			}
		}
		second := row[slices.Index(columns, "effective_rank_2")]
		if deep := len(trial.Config.Hidden) == 2; deep != (second != "") {
			t.Errorf("trial %d of hidden layers %v: effective rank %q of the second", i, trial.Config.Hidden, second)
		}
	}

	sharded := folderOf(t, settings+"measure: [tangent-kernel, geometry]\n")
	for i := range 3 {
		complete(t, sharded, Shard{i, 3}, 2)
	}
	if table(t, sharded) != text {
		t.Error("another table of three shards, and of measures in another order")
	}
	plain := folderOf(t, settings)
	complete(t, plain, Whole, 1)
	before, _ := cells(t, table(t, plain))
	last := len(before) - len(provenanceColumns)
	if !slices.Equal(before[:last], columns[:last]) || !slices.Equal(before[last:], columns[len(columns)-len(provenanceColumns):]) || plain.Plan.Hash() == f.Plan.Hash() {
		t.Error("what is measured stands behind the other columns and before where they come from, and is part of the plan")
	}
}

// A trial that diverges has the kernel of its start, and no geometry.
func TestDivergedTrialsKeepTheirKernel(t *testing.T) {
	f := folderOf(t, "samples: 60\nactivations: relu\nhidden: \"4\"\nepochs: 50\nlearning-rate: 1e300\nmeasure: [tangent-kernel, geometry]\n")
	complete(t, f, Whole, 1)
	columns, rows := cells(t, table(t, f))
	at := func(name string) string { return rows[0][slices.Index(columns, name)] }
	if at("status") != "diverged" || at("distance_correlation_1") != "" {
		t.Errorf("status %q, correlation %q", at("status"), at("distance_correlation_1"))
	}
	if tau, err := strconv.ParseFloat(at("ntk_tau_1"), 64); err != nil || tau <= 0 {
		t.Errorf("time constant %q: %v", at("ntk_tau_1"), err)
	}
}

func TestUnknownMeasuresAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"measure: [warmth]":             `measure: "warmth" is not known: there are tangent-kernel, geometry`,
		"measure: [geometry, geometry]": "measure: geometry is there twice",
	} {
		_, err := ReadGrid("grid.yaml", []byte("seed: 1..2\n"+text+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "grid.yaml") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// With patience a record's losses are, from where the training ended, those of the epoch that it gave
// back, and the columns say which that was.
func TestPlansOfEarlyStoppingMeasureValidation(t *testing.T) {
	f := folderOf(t, "samples: 80\nnoise: 0.5\nlearning-rate: 0.8\nepochs: 60\nvalidation-fraction: 0.25\npatience: [0, 5]\nschedule: [constant, \"step:20:0.5\"]\nactivations: relu\nmeasure: validation\n")
	complete(t, f, Whole, 1)
	columns, rows := cells(t, table(t, f))
	if len(rows) != 4 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, row := range rows {
		trial, err := f.Plan.Trial(i)
		if err != nil {
			t.Fatal(err)
		}
		r, err := comparison.Run(t.Context(), trial.Config, nil, comparison.Saving{})
		if err != nil {
			t.Fatal(err)
		}
		n := r.Networks[0]
		kept := n.History.Validation[n.Epoch()-1]
		wanted := map[string]float64{
			"epochs_trained": float64(len(n.History.Loss)), "epoch_kept": float64(n.Epoch()), "final_loss": n.FinalLoss(),
			"validation_loss": kept.Loss, "validation_accuracy": kept.Accuracy,
		}
		if n.History.Best == 0 {
			wanted["test_loss"] = n.TestCurve.Loss[len(n.TestCurve.Loss)-1]
		}
		for name, want := range wanted {
			if got := row[slices.Index(columns, name)]; got != cell(want) {
				t.Errorf("trial %d, %s: %q, want %q", i, name, got, cell(want))
			}
		}
	}
}
