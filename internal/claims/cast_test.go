package claims

import (
	"slices"
	"strings"
	"testing"

	"actscope/internal/config"
)

// Other activations take the parts of sigmoid, ReLU and tanh: which claims are asked of them, in which
// words, and what is refused.
func TestOtherActivationsTakeTheParts(t *testing.T) {
	base := config.Article()
	own, err := NewDesign(base, 2, true)
	if err != nil || own.Recast() || !own.ofArticle() || !slices.Equal(own.Base.Activations, networks) || own.worded("ReLU") != "ReLU" || Casting(own.Base) != "" {
		t.Fatalf("the article's two are not the claims' own: %v, %v", own.Base.Activations, err)
	}
	base.Activations = []string{"tanh", "gelu"}
	two, err := NewDesign(base, 2, true)
	if err != nil {
		t.Fatal(err)
	}
	base.Activations = []string{"softplus", "4*sigmoid(z)-2"}
	three, err := NewDesign(base, 2, true)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(three.Base.Activations, []string{"softplus", "4*sigmoid(z)-2", "tanh"}) {
		t.Errorf("the third is %v", three.Base.Activations)
	}
	for _, c := range Claims() {
		printed, ofTanh := c.Kind == Printed, c.ID == "tanh-resolves-far"
		if got, want := two.asks(c), !printed && !ofTanh; got != want {
			t.Errorf("%s is asked of two: %v", c.ID, got)
		}
		if got := three.asks(c); got == printed {
			t.Errorf("%s is asked of three: %v", c.ID, got)
		}
	}
	if got := two.worded("sigmoid ends clearly below ReLU"); got != "Tanh ends clearly below GELU" {
		t.Error(got)
	}
	if casting := Casting(two.Base); !strings.Contains(casting, "Tanh stands in for sigmoid and GELU for ReLU.") {
		t.Error(casting)
	}
	if command := (Selection{}).command(two); !strings.Contains(command, "--activations tanh,gelu") {
		t.Error(command)
	}
	for _, trained := range two.Trainings(two.Questions(), false) {
		if !slices.Contains(two.Base.Activations, trained.network) {
			t.Fatalf("%s is trained", trained.network)
		}
	}
	for want, change := range map[string]func(*config.Config){
		"name two or three": func(c *config.Config) { c.Activations = []string{"relu"} },
		"4 of them":         func(c *config.Config) { c.Activations = []string{"relu", "tanh", "gelu", "sigmoid"} },
		"named twice":       func(c *config.Config) { c.Activations = []string{"relu", "relu"} },
		"none may end":      func(c *config.Config) { c.Patience, c.ValidationFraction = 3, 0.1 },
		"say the length":    func(c *config.Config) { c.Schedule = "cosine" },
	} {
		c := config.Article()
		change(&c)
		if _, err := NewDesign(c, 2, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}
