package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// awayPoints are files of points of every kind, by the name of their task.
func awayPoints(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	files := make(map[string]string)
	write := func(name, header string, row func(a, b float64) string) {
		var text strings.Builder
		fmt.Fprintln(&text, header)
		for i := range 80 {
			a, b := 100+7*math.Sin(float64(3*i)), 0.02*math.Cos(float64(i*i))
			fmt.Fprintf(&text, "%v,%v,%s\n", a, b, row(a, b))
		}
		files[name] = filepath.Join(dir, name+".csv")
		if err := os.WriteFile(files[name], []byte(text.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	which := func(is bool, yes, no string) string { return map[bool]string{true: yes, false: no}[is] }
	write("two", "width,\"depth, mm\",kind", func(a, b float64) string { return which(a > 100 == (b > 0), "\"a, b\"", "c") })
	write("three", "width,depth,kind", func(a, b float64) string { return which(a > 103, "left", which(b > 0, "up", "down")) })
	write("labels", "width,depth,old,new", func(a, b float64) string { return which(a > 99, "1", "0") + "," + which(b > 0.005, "1", "0") })
	write("number", "width,depth,price", func(a, b float64) string { return fmt.Sprint(1000 + 30*(a-100)*b + a) })
	return files
}

// rows reads a CSV text; the first is the header.
func rows(t *testing.T, text string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What predict says of all points is what the run said of its training and test rows, whether it
// reads the run, the saved training, or what was exported, on which it agrees to the last digits.
func TestPredictionsAreThoseOfTheRunWhereverTheNetworkIs(t *testing.T) {
	t.Parallel()
	points := awayPoints(t)
	for _, c := range []struct{ points, args, head string }{
		{"two", "--label kind", `P(a, b),P(c),class`},
		{"two", "--label kind --loss hinge", `score(c),class`},
		{"two", "--label kind --loss softmax --parts batch-norm,residual", `P(a, b),P(c),class`},
		{"three", "--parts layer-norm,dropout:0.1", `P(down),P(left),P(up),class`},
		{"three", "--loss hinge --parts residual --hidden 2,2", `score(down),score(left),score(up),class`},
		{"labels", "--label old,new", `P(old),P(new),old,new`},
		{"number", "--task regression", "price"},
		{"number", "--task regression --output tanh --parts batch-norm-after,shortcut:2", "price"},
	} {
		t.Run(c.points+" "+c.args, func(t *testing.T) {
			t.Parallel()
			dir, data := t.TempDir(), "csv:"+points[c.points]
			run, saved, out := filepath.Join(dir, "run"), filepath.Join(dir, "saved"), filepath.Join(dir, "out")
			succeed(t, append([]string{"compare", "--dataset", data, "--activations", "tanh", "--hidden", "6,5", "--epochs", "30", "--format", "svg", "--quiet", "--out", run, "--save", saved}, strings.Fields(c.args)...)...)
			said := rows(t, succeed(t, "predict", run, "--data", data).stdout)
			if head := strings.Join(said[0], ","); head != c.head {
				t.Errorf("the header is %s instead of %s", head, c.head)
			}
			checkSaid(t, filepath.Join(run, "run.json"), rows(t, read(t, points[c.points])), said)
			succeed(t, "export", run, "--as", "onnx", "--dtype", "float64", "--out", out)
			succeed(t, "export", saved, "--as", "safetensors", "--dtype", "float64", "--network", "tanh", "--out", filepath.Join(out, "tanh.safetensors"))
			for _, other := range []string{saved, filepath.Join(saved, "tanh.safetensors"), filepath.Join(out, "tanh.onnx"), filepath.Join(out, "tanh.safetensors")} {
				again := rows(t, succeed(t, "predict", other, "--data", data).stdout)
				if !slices.Equal(again[0], said[0]) || len(again) != len(said) {
					t.Fatalf("%s: %d rows of %q", other, len(again), again[0])
				}
				for i := range again[1:] {
					for j, cell := range again[i+1] {
						a, err := strconv.ParseFloat(cell, 64)
						b, _ := strconv.ParseFloat(said[i+1][j], 64)
						if err == nil && !(math.Abs(a-b) < 1e-12*max(1, math.Abs(b))) || err != nil && cell != said[i+1][j] {
							t.Fatalf("%s: row %d is %q instead of %q", other, i+1, again[i+1], said[i+1])
						}
					}
				}
			}
		})
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checkSaid holds predictions of all points against what run.json says of the training and the
// test rows, a quarter of all.
func checkSaid(t *testing.T, file string, points, said [][]string) {
	t.Helper()
	var run struct {
		Networks []struct {
			Train float64  `json:"train_accuracy"`
			Test  float64  `json:"test_accuracy"`
			RMSE  *float64 `json:"train_rmse"`
			Rest  *float64 `json:"test_rmse"`
		} `json:"networks"`
	}
	if err := json.Unmarshal([]byte(read(t, file)), &run); err != nil {
		t.Fatal(err)
	}
	n, count := run.Networks[0], float64(len(points)-1)
	right, squares := 0.0, 0.0
	for i := range points[1:] {
		truth, cells := points[i+1][2:], said[i+1]
		if n.RMSE != nil {
			y, _ := strconv.ParseFloat(truth[0], 64)
			p, _ := strconv.ParseFloat(cells[0], 64)
			squares += (y - p) * (y - p)
		} else if slices.Equal(truth, cells[len(cells)-len(truth):]) {
			right++
		}
	}
	if want := count * (0.75*n.Train + 0.25*n.Test); n.RMSE == nil && math.Abs(right-want) > 1e-6 {
		t.Errorf("%v of %v are right, and the run says %v", right, count, want)
	}
	if n.RMSE != nil {
		if want := count * (0.75**n.RMSE**n.RMSE + 0.25**n.Rest**n.Rest); math.Abs(squares-want) > 1e-9*want {
			t.Errorf("the squared errors are %v in all, and the run says %v", squares, want)
		}
	}
}

// A comparison that starts from a file begins with what the file computes; of a run without it
// run.json says nothing of it.
func TestCompareStartsFromAFile(t *testing.T) {
	t.Parallel()
	dir, points := t.TempDir(), awayPoints(t)
	for _, c := range []struct{ points, args, ending string }{
		{"two", "", "safetensors"}, {"three", "--parts batch-norm,residual", "safetensors"}, {"number", "--task regression", "onnx"}, {"labels", "--label old,new", "onnx"},
	} {
		t.Run(c.points, func(t *testing.T) {
			t.Parallel()
			first, second, file := filepath.Join(dir, c.points+"1"), filepath.Join(dir, c.points+"2"), filepath.Join(dir, c.points+"."+c.ending)
			common := append([]string{"compare", "--dataset", "csv:" + points[c.points], "--format", "svg", "--quiet"}, strings.Fields(c.args)...)
			succeed(t, append(common, "--activations", "tanh", "--hidden", "6,6", "--epochs", "40", "--out", first)...)
			succeed(t, "export", first, "--as", c.ending, "--dtype", "float64", "--out", file)
			succeed(t, append(common, "--from", file, "--epochs", "1", "--learning-rate", "1e-14", "--split-seed", "7", "--out", second)...)
			a, b := rows(t, succeed(t, "predict", first, "--data", "csv:"+points[c.points]).stdout), rows(t, succeed(t, "predict", second, "--data", "csv:"+points[c.points]).stdout)
			for i := range a[1:] {
				x, _ := strconv.ParseFloat(a[i+1][0], 64)
				y, _ := strconv.ParseFloat(b[i+1][0], 64)
				if !(math.Abs(x-y) < 1e-9*max(1, math.Abs(x))) && !strings.Contains(c.args, "batch-norm") { // whose running means moved
					t.Fatalf("row %d: %v from the file, %v before", i+1, y, x)
				}
			}
			if strings.Contains(read(t, filepath.Join(first, "run.json")), `"from"`) || !strings.Contains(read(t, filepath.Join(second, "run.json")), `"from"`) {
				t.Error("run.json says where weights are from where they are drawn, or leaves it out where they are not")
			}
			o := command(t.Context(), append(common, "--from", file, "--hidden", "6,6,6", "--out", second, "--force")...)
			if o.status != statusUsage || !strings.Contains(o.stderr, "from: "+file+": hidden 6,6,6: the file has 6,6") {
				t.Errorf("status %d, %s", o.status, o.stderr)
			}
		})
	}
}

func TestBadUsageOfExportAndPredict(t *testing.T) {
	t.Parallel()
	dir, points := t.TempDir(), awayPoints(t)
	run := filepath.Join(dir, "run")
	succeed(t, "compare", "--dataset", "csv:"+points["three"], "--epochs", "1", "--hidden", "3", "--format", "svg", "--quiet", "--out", run)
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	wide, narrow, text := write("wide.csv", "depth,width,more,still\n1,2,3,4\n"), write("narrow.csv", "width\n1\n"), write("text.txt", "no network")
	file := filepath.Join(dir, "relu.npz")
	succeed(t, "export", run, "--as", "npz", "--network", "relu", "--out", file)
	if o := succeed(t, "predict", run, "--data", "csv:"+wide, "--network", "relu"); len(rows(t, o.stdout)) != 2 {
		t.Error(o.stdout)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"export"}, "accepts 1 arg"},
		{[]string{"export", run, "--as", "onx"}, "as: unknown format \"onx\": did you mean onnx?"},
		{[]string{"export", run, "--dtype", "float16"}, "dtype: unknown dtype"},
		{[]string{"export", run, "--network", "rely"}, "network: unknown network \"rely\": did you mean relu?"},
		{[]string{"export", run, "--out", filepath.Join(dir, "x.onnx")}, "there are 2 networks"},
		{[]string{"export", run, "--network", "relu", "--out", filepath.Join(dir, "no", "x.onnx")}, "is not a folder that exists"},
		{[]string{"export", run, "--activation", "relu"}, "are for files"},
		{[]string{"export", dir, "--out", filepath.Join(dir, "out")}, "neither a run folder nor one of saved trainings"},
		{[]string{"export", filepath.Join(dir, "none.onnx")}, "no such file"},
		{[]string{"export", text}, "text.txt: "},
		{[]string{"export", file, "--final", "soft"}, "final: "},
		{[]string{"export", file, "--network", "relu"}, "is a file of one network"},
		{[]string{"predict", run}, "data: \"\" names no file: write csv:FILE"},
		{[]string{"export", file, "--activation", "relu", "--as", "npz", "--out", file}, "is read, and would be replaced"},
		{[]string{"export", file, "--activation", "relu", "--as", "npz", "--out", dir}, "is read, and would be replaced"},
		{[]string{"predict", run, "--data", "csv:" + wide, "--out", wide}, "is read, and would be replaced"},
		{[]string{"observe", run, "--out", run}, "is read, and would be replaced"},
		{[]string{"predict", run, "--data", "moons"}, "write csv:FILE"},
		{[]string{"predict", run, "--data", "csv:" + narrow}, `no column is called "depth"`},
		{[]string{"predict", run, "--data", "csv:" + narrow}, "the file has 1 columns, the network reads 2"},
		{[]string{"predict", file, "--activation", "relu", "--data", "csv:" + wide}, "4 columns: the network reads 2"},
		{[]string{"predict", run, "--data", "csv:" + wide, "--out", dir}, "is a folder: name a file"},
		{[]string{"compare", "--from", filepath.Join(dir, "none.onnx"), "--out", filepath.Join(dir, "o")}, "from: "},
		{[]string{"compare", "--from", file, "--out", filepath.Join(dir, "o")}, "from: " + file},
	} {
		if o := command(t.Context(), c.args...); o.status != statusUsage || !strings.Contains(o.stderr, c.want) {
			t.Errorf("%v: status %d, %s; want %s", c.args, o.status, o.stderr, c.want)
		}
	}
}

// Where a weight has no room in float32, nothing is written.
func TestExportWritesAllOrNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run, out := filepath.Join(dir, "run"), filepath.Join(dir, "out")
	var text strings.Builder
	text.WriteString("a,b\n")
	for i := range 30 {
		fmt.Fprintf(&text, "%v,%d\n", float64(i)*1e-90, i%2)
	}
	file := filepath.Join(dir, "small.csv")
	if err := os.WriteFile(file, []byte(text.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	succeed(t, "compare", "--dataset", "csv:"+file, "--epochs", "1", "--hidden", "3", "--format", "svg", "--quiet", "--out", run)
	o := command(t.Context(), "export", run, "--out", out)
	if entries, _ := os.ReadDir(out); o.status != statusUsage || len(entries) > 0 || !strings.Contains(o.stderr, "for which float32 has no room: take float64") {
		t.Errorf("status %d, %v, %s", o.status, entries, o.stderr)
	}
	succeed(t, "export", run, "--dtype", "float64", "--out", out)
}
