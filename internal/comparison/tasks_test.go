package comparison

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/config"
	"actscope/internal/npz"
	"actscope/internal/runfolder"
)

// rare is a file of three classes, of which one has a single row.
const rare = "u,v,kind\n0,1,a\n2,3,b\n1,1,a\n4,2,b\n1,2,a\n5,5,b\n0,3,a\n4,4,b\n9,9,c\n1,0,a\n4,1,b\n0,0,a\n"

// tasks are settings of data with other targets than two classes, with what run.json says of them.
func tasks(t *testing.T) map[string]struct {
	set  func(*config.Config)
	says []string
} {
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "points.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return "csv:" + path
	}
	var several, labels strings.Builder
	several.WriteString("u,v,sum,product\n")
	labels.WriteString("u,v,big,odd\n")
	for i := range 40 {
		u, v := i%7, (i*5)%11
		fmt.Fprintf(&several, "%d,%d,%d,%d.5\n", u, v, u+v, u*v)
		fmt.Fprintf(&labels, "%d,%d,%d,%d\n", u, v, (u+v)/8%2, (u^v)&1)
	}
	numbers, marks, few := file(several.String()), file(labels.String()), file(rare)
	return map[string]struct {
		set  func(*config.Config)
		says []string
	}{
		"classes":              {func(c *config.Config) { c.Dataset, c.Classes = "blobs", 4 }, []string{`"loss": "softmax"`, `"task": "classes"`, `"classes": 4`, `"class3": [`, `"fresh_accuracy": 0.`, `"confusion": [`}},
		"hinge of classes":     {func(c *config.Config) { c.Dataset, c.Classes, c.Loss = "blobs", 3, "hinge" }, []string{`"loss": "hinge"`}},
		"two logits":           {func(c *config.Config) { c.Loss = "softmax" }, []string{`"loss": "softmax"`, `"class1": [`}},
		"hinge":                {func(c *config.Config) { c.Loss = "hinge" }, []string{`"balanced_accuracy": 0.`}},
		"classes of few rows":  {func(c *config.Config) { c.Dataset = few }, []string{`"c"`, `"targets": [`}},
		"labels":               {func(c *config.Config) { c.Dataset, c.Label = marks, "big,odd" }, []string{`"task": "labels"`, `"loss": "logits"`, `"label_accuracy": [`, `"trace": {}`}},
		"a number":             {func(c *config.Config) { c.Dataset = "y = x1*x2" }, []string{`"task": "regression"`, `"loss": "mse"`, `"test_r2": `, `"fresh_rmse": `, `"least": [`}},
		"a number by a tanh":   {func(c *config.Config) { c.Dataset, c.Output = "regression", "tanh" }, []string{`"output": "tanh"`}},
		"several numbers":      {func(c *config.Config) { c.Dataset, c.Label, c.Loss = numbers, "sum,product", "half-mse" }, []string{`"loss": "half-mse"`, `"train_mae": `}},
		"a penalty, summed up": {func(c *config.Config) { c.L2, c.Reduction, c.LearningRate = 0.01, "sum", 0.001 }, []string{`"l2": 0.01`, `"reduction": "sum"`}},
	}
}

func TestRunsOfEveryTaskComeBack(t *testing.T) {
	for name, k := range tasks(t) {
		t.Run(name, func(t *testing.T) {
			c := config.Article()
			c.Samples, c.Epochs, c.Hidden = 60, 12, []int{4, 3}
			k.set(&c)
			want, err := Run(t.Context(), c, nil, Saving{})
			if err != nil {
				t.Fatal(err)
			}
			f, err := runfolder.New(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			summary := want.Summary("compare", nil)
			if err := write(f, summary, want.Arrays()); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(f.Path(), runfolder.ResultFile))
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range k.says {
				if !strings.Contains(string(text), part) {
					t.Errorf("run.json lacks %s", part)
				}
			}
			got, run, err := Load(t.Context(), f.Path())
			if err != nil {
				t.Fatal(err)
			}
			sameArrays(t, got.Arrays(), want.Arrays())
			var first, again bytes.Buffer
			for buffer, s := range map[*bytes.Buffer]any{&first: summary, &again: got.Summary(run.Command, nil)} {
				if err := json.NewEncoder(buffer).Encode(s); err != nil {
					t.Fatal(err)
				}
			}
			if first.String() != again.String() {
				t.Errorf("the summary read is\n%s\nthe one written\n%s", again.String(), first.String())
			}
		})
	}
}

// sameArrays wants equal bytes, NaN included.
func sameArrays(t *testing.T, got, want npz.Arrays) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d arrays, want %d", len(got), len(want))
	}
	for i, a := range want {
		same := func(x, y float64) bool { return x == y || (x != x && y != y) }
		if got[i].Name != a.Name || !slices.Equal(got[i].Shape, a.Shape) || !slices.EqualFunc(got[i].Values, a.Values, same) {
			t.Errorf("%s differs", a.Name)
		}
	}
}

func TestTrainingsOfEveryTaskGoOn(t *testing.T) {
	for name, k := range tasks(t) {
		t.Run(name, func(t *testing.T) {
			c := config.Article()
			c.Samples, c.Epochs, c.Hidden = 60, 8, []int{4}
			k.set(&c)
			want, err := Run(t.Context(), c, nil, Saving{})
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			c.Epochs = 3
			if _, err := Run(t.Context(), c, nil, Saving{Save: dir}); err != nil {
				t.Fatal(err)
			}
			c.Epochs = 8
			got, err := Run(t.Context(), c, nil, Saving{Resume: dir})
			if err != nil {
				t.Fatal(err)
			}
			for i, n := range want.Networks {
				for j, p := range n.Model.Parameters {
					if !slices.Equal(p.Values, got.Networks[i].Model.Parameters[j].Values) {
						t.Errorf("%s: %s differs", n.Name, p.Name)
					}
				}
			}
		})
	}
}
