package data_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"actscope/data"
)

func TestCSVIsRead(t *testing.T) {
	flowers := data.Set{X: []float64{5.1, 3.5, 7, 3.2, -4.9e-3, 0}, Columns: 2, Y: []float64{0, 1, 0}}
	flowerNames := data.Names{Inputs: []string{"length", "width"}, Targets: []string{"species"}, Classes: []string{"setosa", "versicolor"}}
	for _, c := range []struct {
		name, text, label string
		set               data.Set
		names             data.Names
	}{
		{"labels last", "length,width,species\n5.1,3.5,setosa\n7,3.2,versicolor\n-4.9e-3,0,setosa\n", "", flowers, flowerNames},
		{"labels first", "species,length,width\nsetosa,5.1,3.5\nversicolor,7,3.2\nsetosa,-4.9e-3,0\n", "species", flowers, flowerNames},
		{"labels between", "length,species,width\n5.1,setosa,3.5\n7,versicolor,3.2\n-4.9e-3,setosa,0\n", "species", flowers, flowerNames},
		{"no end of the last line", "length,width,species\n5.1,3.5,setosa\n7,3.2,versicolor\n-4.9e-3,0,setosa", "", flowers, flowerNames},
		{"CR LF", "length,width,species\r\n5.1,3.5,setosa\r\n7,3.2,versicolor\r\n-4.9e-3,0,setosa\r\n", "", flowers, flowerNames},
		{"byte order mark", "\ufefflength,width,species\n5.1,3.5,setosa\n7,3.2,versicolor\n-4.9e-3,0,setosa\n", "", flowers, flowerNames},
		{"byte order mark before a quote", "\ufeff\"length\",width,species\n5.1,3.5,setosa\n7,3.2,versicolor\n-4.9e-3,0,setosa\n", "", flowers, flowerNames},
		{"empty lines", "\n\nlength,width,species\n\n5.1,3.5,setosa\r\n\r\n7,3.2,versicolor\n-4.9e-3,0,setosa\n\n\n", "", flowers, flowerNames},
		{"space and quotes", " length, \"width\",species \n 5.1 ,\t3.5,  setosa\n\"7\",\" 3.2 \",\"versicolor\"\n-4.9e-3,0,\" setosa \"\n", "", flowers, flowerNames},
		{
			"line breaks in names", "length,\"width\r\nin  cm\",\"spe\ncies\"\n5.1,3.5,\"Iris\nsetosa\"\n7,\"3.2\n\",Iris versicolor\n-4.9e-3,0,Iris setosa\n", "spe cies",
			flowers, data.Names{Inputs: []string{"length", "width in cm"}, Targets: []string{"spe cies"}, Classes: []string{"Iris setosa", "Iris versicolor"}},
		},
		{
			"quoted commas and quotes", "\"a,b\",\"the \"\"label\"\"\"\n1,\"x,y\"\n2,\"\"\"\"\n", "",
			data.Set{X: []float64{1, 2}, Columns: 1, Y: []float64{1, 0}}, data.Names{Inputs: []string{"a,b"}, Targets: []string{`the "label"`}, Classes: []string{`"`, "x,y"}},
		},
		{
			"numbers for names", "0,1,2\n5,6,0\n7,8,1\n", "2",
			data.Set{X: []float64{5, 6, 7, 8}, Columns: 2, Y: []float64{0, 1}}, data.Names{Inputs: []string{"0", "1"}, Targets: []string{"2"}, Classes: []string{"0", "1"}},
		},
		{
			"extreme numbers", "x,y\n1e140,0\n5e-324,1\n1e-400,1\n+.5,1\n-0,1\n", "",
			data.Set{X: []float64{1e140, 5e-324, 0, 0.5, math.Copysign(0, -1)}, Columns: 1, Y: []float64{0, 1, 1, 1, 1}},
			data.Names{Inputs: []string{"x"}, Targets: []string{"y"}, Classes: []string{"0", "1"}},
		},
	} {
		set, names, err := data.ReadCSV(strings.NewReader(c.text), data.CSVConfig{Label: c.label})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.set, set); diff != "" {
			t.Errorf("%s: set: -want +got:\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.names, names); diff != "" {
			t.Errorf("%s: names: -want +got:\n%s", c.name, diff)
		}
		slowly, _, err := data.ReadCSV(iotest.OneByteReader(strings.NewReader(c.text)), data.CSVConfig{Label: c.label})
		if diff := cmp.Diff(c.set, slowly); diff != "" || err != nil {
			t.Errorf("%s: byte by byte: error %v, -want +got:\n%s", c.name, err, diff)
		}
	}
}

func TestCSVClassesAreSorted(t *testing.T) {
	for _, c := range []struct {
		labels  string // of the rows, in order
		classes []string
		y       []float64
	}{
		{"0 1 1", []string{"0", "1"}, []float64{0, 1, 1}},
		{"1 0 1", []string{"0", "1"}, []float64{1, 0, 1}},
		{"1 -1", []string{"-1", "1"}, []float64{1, 0}},
		{"10 9", []string{"9", "10"}, []float64{1, 0}},
		{"2.5 1e1", []string{"2.5", "1e1"}, []float64{0, 1}},
		{"yes no", []string{"no", "yes"}, []float64{1, 0}},
		{"b B", []string{"B", "b"}, []float64{1, 0}},
		{"true false", []string{"false", "true"}, []float64{1, 0}},
		{"10 9th", []string{"10", "9th"}, []float64{0, 1}},
		{"1.0 0 1 0.0 01", []string{"0", "1.0"}, []float64{1, 0, 1, 0, 1}},
		{"1.000000000000000000e+00 0.000000000000000000e+00 1", []string{"0", "1"}, []float64{1, 0, 1}},
		{"0x1p1 2", []string{"0x1p1", "2"}, []float64{0, 1}},
		{"größe Größe", []string{"Größe", "größe"}, []float64{1, 0}},
		{"c a b a", []string{"a", "b", "c"}, []float64{2, 0, 1, 0}},
		{"3 1 2 1.0 -4", []string{"-4", "1", "2", "3"}, []float64{3, 1, 2, 1, 0}},
		{"10 9 x", []string{"10", "9", "x"}, []float64{0, 1, 2}},
		{"0.5 7 1e3 7.0", []string{"0.5", "7", "1e3"}, []float64{0, 1, 2, 1}},
	} {
		text := "x,y\n"
		for _, label := range strings.Fields(c.labels) {
			text += "7," + label + "\n"
		}
		set, names, err := data.ReadCSV(strings.NewReader(text), data.CSVConfig{})
		if err != nil || !slices.Equal(names.Classes, c.classes) || !slices.Equal(set.Y, c.y) {
			t.Errorf("%s: classes %q, labels %v, error %v, want %q and %v", c.labels, names.Classes, set.Y, err, c.classes, c.y)
		}
	}
}

// The targets' look decides, or the task does.
func TestCSVTargetsAreClassesLabelsOrNumbers(t *testing.T) {
	numbers := func(n int) (text string, y []float64) {
		for i := range n {
			text, y = text+fmt.Sprintf("7,%d\n", n-i), append(y, float64(n-i))
		}
		return text, y
	}
	twenty, y20 := numbers(20)
	many, y21 := numbers(21)
	for _, c := range []struct {
		name, text, label, task string
		y                       []float64
		targets                 data.Targets
		names                   []string // of the targets
	}{
		{"twenty numbers", "x,y\n" + twenty, "", "", minus1(y20), data.Targets{Count: 20}, []string{"y"}},
		{"twenty numbers again", "x,y\n" + twenty + twenty, "", "auto", minus1(slices.Concat(y20, y20)), data.Targets{Count: 20}, []string{"y"}},
		{"more numbers", "x,y\n" + many + many, "", "", slices.Concat(y21, y21), data.Targets{Task: data.Regression, Count: 1}, []string{"y"}},
		{"numbers as classes", "x,y\n" + many + "7,1.00\n", "", "classes", append(minus1(y21), 0), data.Targets{Count: 21}, []string{"y"}},
		{"two numbers to predict", "x,y\n7,1\n7,0\n", "", "regression", []float64{1, 0}, data.Targets{Task: data.Regression, Count: 1}, []string{"y"}},
		{"labels", "a,x,b\n0,7,1\n1,7,1.0\n0,7,0\n", "a,b", "", []float64{0, 1, 1, 1, 0, 0}, data.Targets{Task: data.MultiLabel, Count: 2}, []string{"a", "b"}},
		{"labels in their order", "a,x,b\n0,7,1\n1,7,1\n0,7,0\n", "b, a", "classes", []float64{1, 0, 1, 1, 0, 0}, data.Targets{Task: data.MultiLabel, Count: 2}, []string{"b", "a"}},
		{"several numbers", "a,x,b\n0,7,1\n1,7,1\n0,7,0.5\n", "a,b", "", []float64{0, 1, 1, 1, 0, 0.5}, data.Targets{Task: data.Regression, Count: 2}, []string{"a", "b"}},
		{"0 and 1 as numbers", "a,x,b\n0,7,1\n1,7,0\n", "a,b", "regression", []float64{0, 1, 1, 0}, data.Targets{Task: data.Regression, Count: 2}, []string{"a", "b"}},
		{"commas in names", "\"a,b\",x,a,b\n0,7,1,1\n1,7,0,0\n", "a,b", "", []float64{0, 1}, data.Targets{}, []string{"a,b"}},
		{"commas in names and between", "\"a,b\",x,a,b\n0,7,1,0\n1,7,0,1\n", "a,b,a", "", []float64{0, 1, 1, 0}, data.Targets{Task: data.MultiLabel, Count: 2}, []string{"a,b", "a"}},
	} {
		set, names, err := data.ReadCSV(strings.NewReader(c.text), data.CSVConfig{Label: c.label, Task: c.task})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err := set.Validate(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if !slices.Equal(set.Y, c.y) || set.Targets != c.targets || !slices.Equal(names.Targets, c.names) || set.X[0] != 7 {
			t.Errorf("%s: targets %v, %v called %q, want %v, %v called %q", c.name, set.Y, set.Targets, names.Targets, c.y, c.targets, c.names)
		}
		if len(names.Classes) != set.Targets.Classes() {
			t.Errorf("%s: classes %q", c.name, names.Classes)
		}
	}
}

// minus1 are the numbers less 1.
func minus1(numbers []float64) []float64 {
	less := slices.Clone(numbers)
	for i := range less {
		less[i]--
	}
	return less
}

func TestCSVFilesAreCalledByTheirPath(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "points.csv")
	if err := os.WriteFile(path, []byte("x,y\n1,0\n2,1\nz,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := data.ReadCSVFile(t.Context(), path, data.CSVConfig{}); err == nil || !strings.Contains(err.Error(), path+":4:1: x: ") {
		t.Errorf("error %v", err)
	}
	if _, _, err := data.ReadCSVFile(t.Context(), path, data.CSVConfig{Name: "mine"}); err == nil || !strings.Contains(err.Error(), "mine:4:1") {
		t.Errorf("error %v", err)
	}
	if _, _, err := data.ReadCSVFile(t.Context(), filepath.Join(dir, "none.csv"), data.CSVConfig{}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("error %v", err)
	}
	if _, _, err := data.ReadCSVFile(t.Context(), dir, data.CSVConfig{}); err == nil || !strings.Contains(err.Error(), dir+": is a directory") {
		t.Errorf("error %v", err)
	}
	if err := os.WriteFile(path, []byte("x,y\n1,0\n2,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	set, _, err := data.ReadCSVFile(t.Context(), path, data.CSVConfig{})
	if err != nil || !slices.Equal(set.X, []float64{1, 2}) || !slices.Equal(set.Y, []float64{0, 1}) {
		t.Errorf("set %v, error %v", set, err)
	}
}
