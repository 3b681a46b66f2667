package data_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"actscope/data"
)

func TestCSVFaultsAreNamedWithTheirPlace(t *testing.T) {
	const header = "x1,x2,y\n"
	for _, c := range []struct{ name, text, message string }{
		{"missing value", header + "1,2,0\n3,,1\n", `:3:2: x2: the value is missing`},
		{"missing value, only space", header + "1,2,0\n \t,4,1\n", `:3:1: x1: the value is missing`},
		{"missing value after an empty line", header + "1,2,0\n\n3,,1\n", `:4:2: x2: the value is missing`},
		{"missing label", header + "1,2,0\n3,4,\n", `:3:3: y: the value is missing`},
		{"text", header + "1,2,0\nabc,4,1\n", `:3:1: x1: "abc" is not a number (the labels are taken from the last column unless another is named)`},
		{"marker of a missing value", header + "1,2,0\n1,NA,1\n", `:3:2: x2: "NA" is not a number`},
		{"decimal comma", header + "1,\"2,5\",0\n", `:2:2: x2: "2,5" is not a number`},
		{"hexadecimal", header + "1,0x1p4,0\n", `:2:2: x2: "0x1p4" is not a number`},
		{"digits in groups", header + "1,1_000,0\n", `:2:2: x2: "1_000" is not a number`},
		{"long text", header + "1," + strings.Repeat("word ", 1000) + ",0\n", `:2:2: x2: "word word word word word word word word …" is not a number`},
		{"NaN", header + "1,NaN,0\n", `:2:2: x2: "NaN" is not finite`},
		{"infinity", header + "1,2,0\n-Inf,2,0\n", `:3:1: x1: "-Inf" is not finite`},
		{"too large", header + "1,2,0\n1,1e309,0\n", `:3:2: x2: "1e309" is too large for a 64-bit number`},
		{"overflow when squared", header + "1,2,0\n1,-1e200,0\n", `:3:2: x2: "-1e200" is too large: the squares of such numbers overflow where columns are standardised; at most 1e+140 is read`},
		{"label NaN", header + "1,2,0\n3,4,nan\n", `:3:3: y: "nan" is not finite`},
		{"one class", header + "1,2,a\n3,4,a\n", `:2:3: y: "a" is the class of every row from here on: two classes are needed`},
		{"no rows", header, `:1: no rows follow the header`},
		{"no rows, empty lines", "\n" + header + "\n\n", `:2: no rows follow the header`},
		{"empty", "", `:1: the file is empty`},
		{"byte order mark only", "\ufeff", `:1: the file is empty`},
		{"empty lines only", "\n\r\n\n", `:1: the file is empty`},
		{"short row", header + "1,2,0\n3,4\n5,6,1\n", `:3:3: y: the value is missing: the row has 2 of 3`},
		{"long row", header + "1,2,0\n3,4,1,\n5,6,1\n", `:3:4: the row has 4 values, the header only 3`},
		{"space for a row", header + "1,2,0\n \n", `:3:2: x2: the value is missing: the row has 1 of 3`},
		{"one column", "y\n0\n1\n", `:1: there is only one column`},
		{"semicolons", "x1;x2;y\n1;2;0\n", `:1: the values are not separated by commas`},
		{"tabs", "x1\tx2\ty\n1\t2\t0\n", `:1: the values are not separated by commas`},
		{"repeated name", "x1,x2, x1 ,y\n1,2,3,0\n", `:1:3: column 1 is called "x1" too`},
		{"empty name", ",x1,y\n0,1,0\n", `:1:1: the column has no name`},
		{"name of space", "x1,\" \n\",y\n0,1,0\n", `:1:2: the column has no name`},
		{"name that does not print", "x1,\"a\x00b\",y\n0,1,0\n", `:1:2: "a\x00b" holds characters that do not print`},
		{"Latin-1", "x1,gr\xf6\xdfe,y\n0,1,0\n", `:1:2: "gr\xf6\xdfe" is not UTF-8`},
		{"Latin-1 class", header + "0,1,gr\xf6\xdfe\n", `:2:3: y: "gr\xf6\xdfe" is not UTF-8`},
		{"UTF-16", "\xff\xfex\x001\x00", `:1: the file is UTF-16`},
		{"lone carriage returns", "x1,x2,y\r1,2,0\r3,4,1\r", `:1:3: "y\r1" holds a carriage return`},
		{"no header", "1,2,0\n3,4,1\n", `:1: there are numbers where the names of the columns should be`},
		{"no header, labels of text", "5.1,3.5,setosa\n", `:1: there are numbers where the names of the columns should be`},
		{"no header, repeated values", "0,0,0\n3,4,1\n", `:1: there are numbers where the names of the columns should be`},
		{"quote within a value", header + "1,2,0\n3,4\"5,1\n", `:3:2: x2: bare " in non-quoted-field: a value that holds quotes`},
		{"text after a quote", header + "1,2,0\n\"3\"4,5,1\n", `:3:1: x1: extraneous or missing " in quoted-field: a quoted value has to end`},
		{"quote left open", header + "1,2,0\n3,\"4,1\n5,6,1\n", `:3:2: x2: extraneous or missing " in quoted-field: the row goes on to line 4`},
		{"text with a line break", header + "1,\"2\n\n2\",0\n", `:2:2: x2: "2\n\n2" is not a number`},
		{"fault after line breaks", "x1,\"x\n\n2\",y\n1,\"2\n\",\"a\nb\"\nz,4,c\n", `:7:1: x1: "z" is not a number`},
		{"fault within a row of several lines", header + "\"1\n\",z,0\n", `:3:2: x2: "z" is not a number`},
		{"CR LF", "x1,x2,y\r\n1,2,0\r\n3,z,1\r\n", `:3:2: x2: "z" is not a number`},
	} {
		set, names, err := data.ReadCSV(strings.NewReader(c.text), data.CSVConfig{Name: "points.csv"})
		var fault *data.InputError
		if !errors.As(err, &fault) || !strings.HasPrefix(err.Error(), "points.csv"+c.message) {
			t.Errorf("%s:\n got %v\nwant points.csv%s", c.name, err, c.message)
		}
		if set.Rows() != 0 || len(names.Inputs) != 0 {
			t.Errorf("%s: error and a set", c.name)
		}
	}
}

func TestCSVTargetsOfAnotherTaskAreRefused(t *testing.T) {
	rows := func(n int, format string) string {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "7,"+format+"\n", i)
		}
		return text.String()
	}
	const instead = "is it a column of names or identifiers? Choose another --label"
	for _, c := range []struct{ name, text, label, task, message string }{
		{"text in numbers", "x,y\n7,1.5\n7,high\n", "y", "regression", `:3:2: y: "high" is not a number: regression needs numbers; --task classes reads texts`},
		{"text behind many numbers", "x,y\n" + rows(21, "%d") + "7,NA\n", "y", "", `:23:2: y: "NA" is not a number among more than 20 different numbers: regression needs numbers; --task classes reads texts`},
		{"text before many numbers", "x,y\n7,1\n7,NA\n" + rows(21, "%d"), "y", "", `:3:2: y: "NA" is not a number among more than 20 different numbers: regression needs numbers; --task classes reads texts`},
		{"missing number", "x,y\n7,1.5\n7,\n", "y", "regression", `:3:2: y: the value is missing`},
		{"NaN", "x,y\n7,1.5\n7,nan\n", "y", "regression", `:3:2: y: "nan" is not finite`},
		{"infinity", "x,y\n" + rows(30, "%d") + "7,inf\n", "y", "", `:32:2: y: "inf" is not finite`},
		{"too large", "x,y\n7,1.5\n7,1e200\n", "y", "regression", `:3:2: y: "1e200" is too large`},
		{"too large among few", "x,y\n7,1e200\n" + rows(30, "%d"), "y", "", `:2:2: y: "1e200" is too large`},
		{"too large among many", "x,y\n" + rows(30, "%d") + "7,1e200\n", "y", "", `:32:2: y: "1e200" is too large`},
		{"constant", "x,y\n7,2.50\n7,2.5\n", "y", "regression", `:2:2: y: 2.5 is the target of every row from here on: there is nothing to predict`},
		{"one number", "x,y\n7,2.5\n7,2.5\n", "y", "", `:2:2: y: "2.5" is the class of every row from here on: two classes are needed`},
		{"one row", "x,y\n7,2.5\n", "y", "classes", `:2:2: y: "2.5" is the class of every row from here on`},
		{"names", "x,y\n" + rows(1001, "n%d"), "y", "", `:1002:2: y: "n1000" is a class too many, there are at most 1000: ` + instead},
		{"names of 10,000", "x,y\n" + rows(10_000, "n%d"), "", "", `:1002:2: y: "n1000" is a class too many, there are at most 1000: ` + instead + ` (the labels are taken`},
		{"numbers as classes", "x,y\n" + rows(1001, "%d"), "y", "classes", `:1002:2: y: "1000" is a class too many, there are at most 1000: ` + instead + `, or --task regression for numbers`},
		{"long names", "x,y\n" + rows(5, strings.Repeat("long ", 800_000)+"%d"), "y", "", `:6:2: y: "long long long long long long long long …" is a class too many: the names of classes have at most 16777216 bytes in all: ` + instead},
		{"text in several", "x,y,z\n7,1,0\n7,a,1\n", "y,z", "", `:3:2: y: "a" is not a number: several target columns hold numbers, or 0 and 1 for labels`},
		{"neither label", "x,y,z\n7,1,0\n7,1,2\n", "y,z", "classes", `:3:3: z: "2" is neither 0 nor 1`},
		{"a label of every row", "x,y,z\n7,1,0\n7,1,1\n", "y,z", "", `:2:2: y: 1 is the target of every row from here on`},
		{"a constant number of several", "x,y,z\n7,1,0\n7,3,0\n", "y,z", "", `:2:3: z: 0 is the target of every row from here on`},
		{"every column", "x,y\n7,1\n7,3\n", "y,x", "", `:1: every column is named as a target`},
		{"twice", "x,y\n7,1\n7,3\n", "y, y", "", `:1: column "y" is named twice as a target`},
		{"no name", "x,y\n7,1\n7,3\n", "y,", "", `:1: the list of target columns has a name of nothing between its commas`},
		{"misspelt", "length,width,y\n7,1,1\n7,3,1\n", "y,widht", "", `:1: no column is called "widht": did you mean "width"?`},
	} {
		_, _, err := data.ReadCSV(strings.NewReader(c.text), data.CSVConfig{Name: "points.csv", Label: c.label, Task: c.task})
		var fault *data.InputError
		if !errors.As(err, &fault) || !strings.HasPrefix(err.Error(), "points.csv"+c.message) {
			t.Errorf("%s:\n got %v\nwant points.csv%s", c.name, err, c.message)
		}
	}
	_, _, err := data.ReadCSV(strings.NewReader("x,y\n7,1\n7,3\n"), data.CSVConfig{Task: "ranking"})
	if err == nil || err.Error() != `CSVConfig.Task: "ranking": it has to be one of auto, classes, regression` {
		t.Error(err)
	}
}

func TestCSVLabelColumnHasToExist(t *testing.T) {
	for _, c := range []struct{ label, message string }{
		{"specis", `:1: no column is called "specis": did you mean "species"?`},
		{"Species", `:1: no column is called "Species": did you mean "species"?`},
		{"?", `:1: no column is called "?": the first is "length", the last "species"`},
		{strings.Repeat("long ", 1e5), `: the first is "length", the last "species"`},
	} {
		_, _, err := data.ReadCSV(strings.NewReader("length,"+strings.Repeat("w", 1e6)+",species\n1,2,a\n"), data.CSVConfig{Label: c.label})
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%.10s: error %v, want one with %q", c.label, err, c.message)
		}
	}
}

// A named label column speaks for the last: its text is then no label.
func TestCSVErrorDoesNotExplainTheLastColumnWhereAnotherIsNamed(t *testing.T) {
	_, _, err := data.ReadCSV(strings.NewReader("y,x\n0,abc\n"), data.CSVConfig{Label: "y"})
	if err == nil || err.Error() != `CSV:2:2: x: "abc" is not a number` {
		t.Errorf("error %v", err)
	}
}

func TestCSVPassesReadErrorsOn(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, c := range []struct {
		text string
		line int
	}{{"", 1}, {"x", 1}, {"x,y", 1}, {"x,y\n", 2}, {"x,y\n1,0\n", 3}, {"x,y\n1,0\n2,", 3}, {"x,y\n\"1\n", 2}, {"x,y\n1,\"", 2}} {
		_, _, err := data.ReadCSV(io.MultiReader(strings.NewReader(c.text), iotest.ErrReader(broken)), data.CSVConfig{})
		var fault *data.InputError
		if !errors.Is(err, broken) || !errors.As(err, &fault) || fault.Line != c.line {
			t.Errorf("after %q: error %v, want the reader's on line %d", c.text, err, c.line)
		}
	}
}
