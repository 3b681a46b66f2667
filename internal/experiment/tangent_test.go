package experiment

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"actscope/internal/config"
)

// What cannot be had is null and has a reason, not 0.
func TestAKernelThatCannotBeHadSaysWhy(t *testing.T) {
	c := config.Article()
	c.Samples, c.Activations = 40, []string{"relu"}
	specifications, err := c.Specifications()
	if err != nil {
		t.Fatal(err)
	}
	d, err := Load(t.Context(), c.Points)
	if err != nil {
		t.Fatal(err)
	}
	training, err := Prepare(specifications[0], d)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range training.Network.Parameters {
		for i := range p.Values {
			p.Values[i] = math.MaxFloat64
		}
	}
	k, err := training.StartingKernel(t.Context())
	if err != nil || k.Reason == "" || k.Check() != nil {
		t.Fatalf("%+v, %v", k, err)
	}
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"slowest_tau", "trace", "effective_rank", "line_loss", "eigenvalues"} {
		if !strings.Contains(string(text), `"`+key+`":null`) {
			t.Errorf("%s is not null in %s", key, text)
		}
	}
}
