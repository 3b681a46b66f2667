package figures

import (
	"slices"
	"testing"

	"actscope/viz"
)

func TestNetworksHaveColoursByActivationAndDifferOtherwise(t *testing.T) {
	theme := viz.DefaultTheme()
	styles := NetworkStyles(theme, []Network{{Name: "Leaky_ReLU"}, {Name: "sigmoid"}, {Name: "swish"}, {Name: "sigmoid", Label: "Sigmoid, wide"}, {Name: ""}})
	if styles[0].Color != theme.Networks["leakyrelu"] || styles[1].Color != theme.Networks["sigmoid"] {
		t.Errorf("known activations have lost their colours: %v", styles)
	}
	var seen []viz.Color
	for _, s := range styles {
		if slices.Contains(seen, s.Color) {
			t.Errorf("%v comes twice", s.Color)
		}
		seen = append(seen, s.Color)
	}
	if again := NetworkStyles(theme, eight); !slices.Equal(again, NetworkStyles(theme, eight)) {
		t.Error("the colours change from call to call")
	}
	for i, s := range NetworkStyles(theme, eight) {
		for j, o := range NetworkStyles(theme, eight)[:i] {
			if s.Color == o.Color || s.Shape == o.Shape {
				t.Errorf("%s and %s look alike", eight[i].Label, eight[j].Label)
			}
		}
	}
}
