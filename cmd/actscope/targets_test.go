package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTargetsThatCannotBeLearntAreRefusedWithAdvice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name string, rows int, target func(i int) string) {
		text := "a,b,y\n"
		for i := range rows {
			text += fmt.Sprintf("%d,%d,%s\n", i, i%7, target(i))
		}
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	number := func(i int) string { return fmt.Sprint(0.37 * float64(i)) }
	file("one", 5, func(int) string { return "x" })
	file("constant", 30, func(int) string { return "3.5" })
	file("many-texts", 10_000, func(i int) string { return fmt.Sprint("name", i) })
	file("many-numbers", 10_000, number)
	file("own", 12, func(i int) string { return fmt.Sprint("n", i) })
	file("numbers", 40, number)
	file("nan", 40, func(i int) string {
		if i == 20 {
			return "nan"
		}
		return number(i)
	})
	file("text", 40, func(i int) string {
		if i == 30 {
			return "oops"
		}
		return number(i)
	})
	for _, test := range []struct{ file, args, want string }{
		{"one", "", `one.csv:2:3: y: "x" is the class of every row from here on: two classes are needed`},
		{"constant", "", `constant.csv:2:3: y: "3.5" is the class of every row`},
		{"constant", "--task regression", "is the target of every row from here on: there is nothing to predict"},
		{"many-texts", "", "at most 1000: is it a column of names or identifiers? Choose another --label"},
		{"many-numbers", "--task classes", "Choose another --label, or --task regression for numbers"},
		{"own", "", "12 classes are more than the 9 training rows"},
		{"nan", "", `nan.csv:22:3: y: "nan" is not finite`},
		{"text", "", `text.csv:32:3: y: "oops" is not a number`},
		{"text", "--task regression", `text.csv:32:3: y: "oops" is not a number: regression needs numbers; --task classes reads texts`},
		{"numbers", "--task number", `task: "number": it has to be one of auto, classes, regression`},
		{"numbers", "--stratify", "stratify: the targets are no classes"},
		{"numbers", "--classes 3", "classes: 3: a file has the classes that it has"},
		{"numbers", "--loss softmax", "loss: softmax is not for a number to predict: take mse, half-mse"},
		{"numbers", "--class-weights balanced", "class-weights: balanced is for classes"},
		{"numbers", "--label y,z", `no column is called "z"`},
	} {
		t.Run(strings.TrimSpace(test.file+" "+test.args), func(t *testing.T) {
			args := append([]string{"compare", "--quiet", "--epochs", "2", "--out", filepath.Join(t.TempDir(), "run"), "--dataset", "csv:" + filepath.Join(dir, test.file+".csv")}, strings.Fields(test.args)...)
			if o := command(t.Context(), args...); o.status != statusUsage || !strings.Contains(o.stderr, test.want) || o.stdout != "" {
				t.Errorf("status %d, stdout %q, stderr %.300q; want %q", o.status, o.stdout, o.stderr, test.want)
			}
		})
	}
}

func TestStudiesOfTwoClassesSaySo(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"claims", "--quick", "--dataset", "blobs", "--classes", "3"}, {"cost", "--quick", "--dataset", "y = x1*x2"},
		{"claims", "--quick", "--loss", "softmax"},
	} {
		o := command(t.Context(), append(args, "--quiet", "--out", filepath.Join(t.TempDir(), "run"))...)
		if o.status != statusUsage || !strings.Contains(o.stderr, args[0]+" is a study of ") {
			t.Errorf("%v: status %d, %s", args, o.status, o.stderr)
		}
	}
}
