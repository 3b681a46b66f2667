package data

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestColumnsAreFoundByNameOrInOrder(t *testing.T) {
	for _, c := range []struct {
		text    string
		names   []string
		columns int
		want    []float64
		message string // of the error
	}{
		{"a,b\n1,2\n3,4\n", nil, 2, []float64{1, 2, 3, 4}, ""},
		{"a,b,y\n1,2,no\n3,4,yes\n", nil, 2, []float64{1, 2, 3, 4}, ""},
		{"\ufeffy,b,a\r\nno,2,1\r\n", []string{"a", "b"}, 2, []float64{1, 2}, ""},
		{"a\n1\n", []string{"a"}, 1, []float64{1}, ""},
		{"a,b,c,d\n1,2,3,4\n", nil, 2, nil, "CSV:1: 4 columns: the network reads 2"},
		{"a\n1\n", nil, 2, nil, "CSV:1: 1 columns: the network reads 2"},
		{"a,bb\n1,2\n", []string{"a", "b"}, 2, nil, `CSV:1: no column is called "b": did you mean "bb"?; the file has 2 columns, the network reads 2`},
		{"1,2\n3,4\n", nil, 2, nil, "CSV:1: there are numbers where the names"},
		{"a,a\n3,4\n", nil, 2, nil, "CSV:1:2: column 1 is called \"a\" too"},
		{"a,b\n3,x\n", nil, 2, nil, `CSV:2:2: b: "x" is not a number`},
		{"a,b\n3,\n", nil, 2, nil, `CSV:2:2: b: the value is missing`},
		{"a,b\n3,4,5\n", nil, 2, nil, `CSV:2:3: the row has 3 values`},
		{"a,b\n", nil, 2, nil, "CSV:1: there are no rows"},
		{"", nil, 2, nil, "CSV:1: the file is empty"},
	} {
		x, err := readColumns(strings.NewReader(c.text), "", c.names, c.columns)
		if c.message != "" {
			var fault *InputError
			if !errors.As(err, &fault) || !strings.Contains(err.Error(), c.message) {
				t.Errorf("%q: error %v, want one with %q", c.text, err, c.message)
			}
		} else if err != nil || !slices.Equal(x, c.want) {
			t.Errorf("%q: %v, %v", c.text, x, err)
		}
	}
}

// Whatever is read is rows of finite numbers; all else is an error with a place.
func FuzzReadColumns(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "a,b,y\n1,2,no\n", "b,a\n1,2\n", "1,2\n", "a,b\n1\n", "\ufeffa,b\r\n\"1\",2\r\n", "a,b\n1,nan\n"} {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, named bool) {
		var names []string
		if named {
			names = []string{"a", "b"}
		}
		x, err := readColumns(strings.NewReader(text), "fuzz", names, 2)
		if err != nil {
			var fault *InputError
			if !errors.As(err, &fault) || fault.Line < 1 {
				t.Fatalf("error %v has no place", err)
			}
		} else if len(x) == 0 || len(x)%2 != 0 || slices.ContainsFunc(x, func(v float64) bool { return !(v >= -MaxCoordinate && v <= MaxCoordinate) }) {
			t.Fatal(x)
		}
	})
}
