package nearest

import (
	"strings"
	"testing"
)

func TestNameIsTheOneWithTheFewestEdits(t *testing.T) {
	known := []string{"sigmoid", "relu", "tanh", "leaky-relu", "elu", "selu"}
	for name, want := range map[string]string{
		"sigmod":                 "sigmoid",
		"TANH":                   "tanh",
		"leakyrelu":              "leaky-relu",
		"rely":                   "relu",       // one edit, elu has two
		"xelu":                   "relu",       // as near as elu and selu, and the first
		"Leaky":                  "leaky-relu", // its beginning, though tanh is fewer edits away
		"":                       "",
		"0000":                   "",
		"hyper":                  "", // nothing is near
		strings.Repeat("e", 100): "",
	} {
		if got := Name(name, known); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := Name("relu", nil); got != "" {
		t.Errorf("no names are known, got %q", got)
	}
}
