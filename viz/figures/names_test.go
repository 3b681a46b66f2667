package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"actscope/viz"
)

func TestClassesHaveTheirNamesOrNumbers(t *testing.T) {
	for _, c := range []struct {
		names         ClassNames
		class         int
		title, phrase string
	}{
		{ClassNames{}, 0, "Class 0", "class 0"},
		{ClassNames{}, 1, "Class 1", "class 1"},
		{ClassNames{"benign", "malignant"}, 1, "malignant", "malignant"},
		{ClassNames{"1", "2.5"}, 1, "Class 2.5", "class 2.5"},
		{ClassNames{"a", ""}, 1, "Class 1", "class 1"},
		{ClassNames{"a", "b"}, 7, "Class 7", "class 7"},
		{ClassNames{"a", "b"}, -1, "Class -1", "class -1"},
	} {
		if got := c.names.title(c.class); got != c.title {
			t.Errorf("%v: title %q, want %q", c.names, got, c.title)
		}
		if got := c.names.Phrase(c.class); got != c.phrase {
			t.Errorf("%v: phrase %q, want %q", c.names, got, c.phrase)
		}
	}
	if got := (ClassNames{strings.Repeat("ü", 500)}).Phrase(0); utf8.RuneCountInString(got) != maxClassName || !strings.HasSuffix(got, "ü…") {
		t.Errorf("a long name is %q in a sentence", got)
	}
}

func TestShortClassNamesAreAllDifferent(t *testing.T) {
	names := make(ClassNames, 50)
	for i := range names {
		switch i % 3 {
		case 0:
			names[i] = fmt.Sprintf("%s, variety %d", strings.Repeat("long ", 20), i) // differ at their ends
		case 1:
			names[i] = strings.Repeat("x", 100) + fmt.Sprint(i) + strings.Repeat("y", 100) // differ in the middle
		case 2:
			names[i] = fmt.Sprintf("kind %d", i)
		}
	}
	seen := map[string]bool{}
	for i, name := range names.Short() {
		if n := utf8.RuneCountInString(name); n > maxKeyName || seen[name] {
			t.Errorf("class %d is %q, of %d characters", i, name, n)
		}
		seen[name] = true
	}
	if got := (ClassNames{"a", "", "c"}).Short(); !slices.Equal(got, []string{"a", "1", "c"}) {
		t.Errorf("%q", got)
	}
}

func TestLegendsOfManyClassesSayHowManyAreLeftOut(t *testing.T) {
	names := make(ClassNames, 50)
	labels, points := make([]int, 50), make([]float64, 100)
	for i := range labels {
		labels[i], names[i] = i, fmt.Sprint(i)
	}
	f, err := Dataset{Points: points, Labels: labels, Classes: names}.Figure(viz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if last := f.Legend[len(f.Legend)-1]; len(f.Legend) != maxListed || last.Text != "and 35 more" || last.Marker.Radius != 0 {
		t.Errorf("%d keys, the last %+v", len(f.Legend), last)
	}
	if !strings.HasSuffix(f.Description, ", and 35 more classes.") {
		t.Errorf("%q", f.Description)
	}
}

func TestConfusionIsSaidInWords(t *testing.T) {
	c := Confusion{Classes: ClassNames{"setosa", "versicolor", "virginica"}, Nets: []ConfusedClasses{{eight[0], [][]int{{10, 0, 0}, {0, 8, 2}, {0, 3, 7}}}, {eight[1], [][]int{{10, 0, 0}, {0, 10, 0}, {0, 0, 10}}}}}
	f, err := c.Figure(viz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Sigmoid: 25 of 30 test points right; taken most often: virginica for versicolor (3 of 10), versicolor for virginica (2 of 10).", "ReLU: 30 of 30 test points right."}
	if !slices.Equal(f.Footnotes, want) {
		t.Errorf("%q", f.Footnotes)
	}
	c.Nets[0].Counts[0], c.Nets = []int{0, 0, 0}, c.Nets[:1]
	if f, err = c.Figure(viz.Options{}); err != nil || f.Footnotes[1] != "No test point is of setosa." {
		t.Error(f.Footnotes, err)
	}
}

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
	if again := NetworkStyles(theme, eight); !slices.EqualFunc(again, NetworkStyles(theme, eight), func(a, b NetworkStyle) bool {
		return a.Color == b.Color && a.Shape == b.Shape && slices.Equal(a.Dash, b.Dash)
	}) {
		t.Error("the colours change from call to call")
	}
	for i, s := range NetworkStyles(theme, eight) {
		for j, o := range NetworkStyles(theme, eight)[:i] {
			if s.Color == o.Color || s.Shape == o.Shape || slices.Equal(s.Dash, o.Dash) {
				t.Errorf("%s and %s look alike", eight[i].Label, eight[j].Label)
			}
		}
	}
}

func TestTrendsSayWhereThereIsNoValue(t *testing.T) {
	d := trends(1, 1)
	line := &d.Trends[0].Lines[0]
	line.Mean[0], line.Mean[len(line.Mean)-1] = math.NaN(), 0.5
	f, err := d.Figure(viz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(f.Description, " no value at ") || !strings.Contains(f.Description, " and 50.0 % at ") || strings.Contains(f.Description, "NaN") {
		t.Errorf("%q", f.Description)
	}
}

func TestInferenceCostSaysInWordsWhatItShows(t *testing.T) {
	c := costs(2, 2, 6)
	c.Nets[1].Points[3].Undecided, c.Nets[1].Points[4].Smallest = "", ""
	f, err := c.Figure(viz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "The smallest proven to reach it in 90 % of trainings: Sigmoid 2-5-1 at 15 (undecided: 2-4-1 at 12); ReLU none."; !strings.HasSuffix(f.Description, want) {
		t.Errorf("%q, want … %q", f.Description, want)
	}
}
