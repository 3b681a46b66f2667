package figures

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"actscope/viz"
	"actscope/viz/internal/viztest"
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

// Names come from files: whatever they are, figures are drawn.
func TestAnyClassNamesCanBeDrawn(t *testing.T) {
	v := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for _, name := range []string{strings.Repeat("very long name ", 100), "\n\t", "\xff", "<&>\"'", "عربي", "😀", strings.Repeat("W", 3000)} {
		names := ClassNames{name, "b" + name}
		drawn := 0
		for _, d := range studyOf(v) {
			named := reflect.New(reflect.TypeOf(d)).Elem()
			named.Set(reflect.ValueOf(d))
			classes := named.FieldByName("Classes")
			if !classes.IsValid() {
				continue
			}
			classes.Set(reflect.ValueOf(names))
			f, err := named.Interface().(viz.Drawing).Figure(viz.Options{Width: 500})
			if err != nil {
				t.Fatal(err)
			}
			viztest.DrawBoth(t, f)
			drawn++
		}
		if drawn != 6 {
			t.Errorf("%d figures name classes, want 6", drawn)
		}
	}
}
