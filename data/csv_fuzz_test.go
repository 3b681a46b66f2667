package data_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/data"
)

// Whatever is read is sound, and is read again as the same when written anew; all
// else is an error with a place.
func FuzzReadCSV(f *testing.F) {
	for _, text := range []string{
		"x1,x2,y\n1,2,0\n3,4,1\n", "\ufeffx,y\r\n1,a\r\n2,b\r\n", "x,\"a\nb\"\n\"1\n\",\"c \n d\"\n2,\"\"\"\"\n",
		"x,y\n1,1.0\n2,1\n3,0\n", "1,2\n3,4\n", "x,y\n\"1,0\n", "x,y\n1\n", ",\n,\n", "\xff\xfe", "x;y\n", "x,y\n0x1p-2,nan\n", "x,y\r1,0\r",
	} {
		f.Add(text, "")
		f.Add(text, "y")
	}
	f.Fuzz(func(t *testing.T, text, label string) {
		set, names, err := data.ReadCSV(strings.NewReader(text), data.CSVConfig{Name: "fuzz", Label: label})
		if err != nil {
			var fault *data.InputError
			if !errors.As(err, &fault) || fault.Line < 1 || fault.Line > strings.Count(text, "\n")+1 || fault.Column < 0 {
				t.Fatalf("error %v has no place", err)
			}
			return
		}
		if err := set.Validate(); err != nil {
			t.Fatal(err)
		}
		if len(names.Inputs) != set.Columns || len(set.ClassRows(0)) == 0 || len(set.ClassRows(1)) == 0 {
			t.Fatalf("%+v names %+v", set, names)
		}
		again, namesAgain, err := data.ReadCSV(written(t, set, names), data.CSVConfig{Label: names.Label})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(set, again); diff != "" {
			t.Errorf("-first +again:\n%s", diff)
		}
		if diff := cmp.Diff(names, namesAgain); diff != "" {
			t.Errorf("-first +again:\n%s", diff)
		}
	})
}

// written is a file of the set.
func written(t *testing.T, set data.Set, names data.Names) io.Reader {
	t.Helper()
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	if err := w.Write(append(slices.Clone(names.Inputs), names.Label)); err != nil {
		t.Fatal(err)
	}
	for i, y := range set.Y {
		var row []string
		for _, v := range set.Row(i) {
			row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
		}
		if err := w.Write(append(row, names.Classes[int(y)])); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return &text
}
