package words

import (
	"strings"
	"testing"
)

func TestNamesAreTakenApart(t *testing.T) {
	for name, want := range map[string]string{
		"":                    "",
		"W1":                  "w 1",
		"dense_12/kernel:0":   "dense 12 kernel",
		"hiddenLayer2.weight": "hidden layer 2 weight",
		"nabla_w_0":           "nabla w 0",
		"__dW__":              "d w",
	} {
		if got := strings.Join(Of(name), " "); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	if !IsNumber("12") || IsNumber("w") {
		t.Error("12 is a number, w is none")
	}
}
