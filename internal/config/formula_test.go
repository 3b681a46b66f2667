package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"actscope/internal/formula"
)

func TestActivationsMayBeFormulas(t *testing.T) {
	c := Article()
	c.Activations = []string{"sigmoid", "4*sigmoid(z) - 2", "max(-2,min(2,z))"}
	all, err := c.Specifications()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ activation, title, file string }{
		{"sigmoid", "Sigmoid", "sigmoid"},
		{"4*sigmoid(z)-2", "4*sigmoid(z)-2", "4-sigmoid-z-2-5969173a"},
		{"max(-2,min(2,z))", "max(-2,min(2,z))", "max-2-min-2-z-ac1f8aea"},
	} {
		if s := all[i]; s.MLP.Activation.Name != want.activation || s.Title != want.title || s.Name != want.file {
			t.Errorf("%s, %s, %s", s.MLP.Activation.Name, s.Title, s.Name)
		}
	}
	c.Activations = []string{"relu", "0.25*relu(z)", " .25 * relu( z )"}
	if err := c.Validate(); err == nil || err.Error() != "activations: 0.25*relu(z) is named twice" {
		t.Error(err)
	}
	c.Activations = []string{"relu", "1/z"}
	if err := c.Validate(); err == nil || err.Error() != "activations: 1/z: +Inf at z = 0: it has to be finite from -10 to 10" {
		t.Error(err)
	}
}

// Two formulas that begin alike and whose sums have eight digits in common, as one pair in
// four thousand million does.
func TestFormulasOfOneFileNameAreRefused(t *testing.T) {
	seen := make(map[string]string)
	for i := 2; ; i++ {
		text := fmt.Sprintf("0.1*relu(z)+0.1*sigmoid(z)+0.1*tanh(z)+0.1*softplus(z)+%d*z", i)
		slug := formula.Slug(text)
		other, collides := seen[slug]
		if seen[slug] = text; !collides {
			continue
		}
		c := Article()
		c.Activations = []string{other, text}
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "would have the files and arrays of one name, "+slug) {
			t.Error(err)
		}
		return
	}
}

// Lists are cut at commas in no brackets, and formulas spelt in one way, wherever they come
// from.
func TestFormulasInFilesHaveOneSpelling(t *testing.T) {
	want := []string{"relu", "max(-2,min(2,z))", "0.25*relu(z)"}
	for _, text := range []string{
		`activations: relu, max(-2, min(2, z)), .25*relu(z)`,
		`activations: "relu,max(-2,min(2,z)),0.25 * relu( z )"`,
		`activations: [relu, "max(-2, min(2,z))", 0.25*relu(z)]`,
		`activations: [relu, max(-2, min(2,z)), 0.25*relu(z)]`, // YAML cuts at every comma
		"activations:\n  - relu\n  - max(-2,min(2,z))\n  - 0.25*(relu(z))",
	} {
		c := Article()
		if err := parse([]byte(text), &c); err != nil || !slices.Equal(c.Activations, want) {
			t.Errorf("%s: %q, %v", text, c.Activations, err)
		}
	}
}

func TestFlagsQuoteFormulasForTheShell(t *testing.T) {
	c := Article()
	c.Activations, c.Epochs = []string{"relu", "max(0,z)*2"}, 5
	if got := strings.Join(Flags(c.Entries(), Article().Entries()), " "); got != "--activations 'relu,max(0,z)*2' --epochs 5" {
		t.Error(got)
	}
}
