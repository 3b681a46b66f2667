package data_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
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
		f.Add(text, "", byte(0))
		f.Add(text, "y", byte(0))
	}
	many := "x,y\n"
	for i := range 30 {
		many += fmt.Sprintf("%d,%d\n", i, i%25)
	}
	f.Add(many, "", byte(0))
	f.Add(many, "x", byte(1))
	f.Add(many+"1,a\n", "", byte(0))
	f.Add("a,\"b,c\",x\n0,1,2\n1,0,3\n", "b,c,a", byte(0))
	f.Add("a,b,x\n0,1,2\n1,0.5,3\n", "b,a", byte(2))
	f.Fuzz(func(t *testing.T, text, label string, task byte) {
		tasks := []string{"", "classes", "regression"}
		c := data.CSVConfig{Name: "fuzz", Label: label, Task: tasks[int(task)%len(tasks)]}
		set, names, err := data.ReadCSV(strings.NewReader(text), c)
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
		if len(names.Inputs) != set.Columns || len(names.Targets) != set.Targets.Columns() || len(names.Classes) != set.Targets.Classes() {
			t.Fatalf("%+v names %+v", set, names)
		}
		for class := range names.Classes {
			if len(set.ClassRows(class)) == 0 {
				t.Fatalf("no row is of class %d, %q", class, names.Classes[class])
			}
		}
		if slices.ContainsFunc(names.Targets, func(name string) bool { return len(names.Targets) > 1 && strings.Contains(name, ",") }) {
			return // as a list the names may be other columns
		}
		c.Label = strings.Join(names.Targets, ",")
		again, namesAgain, err := data.ReadCSV(written(t, set, names), c)
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
	if err := w.Write(slices.Concat(names.Inputs, names.Targets)); err != nil {
		t.Fatal(err)
	}
	for i := range set.Rows() {
		var row []string
		for _, v := range set.Row(i) {
			row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
		}
		for _, y := range set.Target(i) {
			if names.Classes != nil {
				row = append(row, names.Classes[int(y)])
			} else {
				row = append(row, strconv.FormatFloat(y, 'g', -1, 64))
			}
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return &text
}
