package comparison

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/runfolder"
	"actscope/models"
	"actscope/models/foreign"
)

// given makes a network of a comparison one from elsewhere, which reads raw columns.
func given(t *testing.T, r *Result, n *Trained) Given {
	t.Helper()
	model, err := foreign.Of(n.Model, r.Data.Scaling, r.Data.TargetScaling)
	if err != nil {
		t.Fatal(err)
	}
	return Given{File: "elsewhere/" + n.Name + ".onnx", SHA256: "0", Model: model}
}

// A network is the same wherever it was trained: observed on the points of its comparison it is
// measured as there.
func TestObservingIsWhatTheComparisonMeasured(t *testing.T) {
	r := articleResult(t)
	o := Observing{Points: r.Config.Points}
	seen, err := Observe(t.Context(), o, []Given{given(t, r, r.Networks[0]), given(t, r, r.Networks[1])})
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range seen.Networks {
		trained := r.Networks[i]
		if n.Title != trained.Name || n.TestAccuracy != trained.TestAccuracy || n.FreshAccuracy() != trained.FreshAccuracy() {
			t.Errorf("%s: accuracy %v and %v, where %s had %v and %v", n.Title, n.TestAccuracy, n.FreshAccuracy(), trained.Name, trained.TestAccuracy, trained.FreshAccuracy())
		}
		for row, p := range trained.Test.Probability() {
			if got := n.Test.Probability()[row]; math.Abs(got-p) > 1e-13 {
				t.Fatalf("%s: row %d is %v, was %v", n.Title, row, got, p)
			}
			if got, want := n.Geometry.Distances[row], trained.Geometry.Distances[row]; math.Abs(got-want) > 1e-9 {
				t.Fatalf("%s: row %d has the distance %v, had %v", n.Title, row, got, want)
			}
		}
	}
}

func TestARunOfObservedNetworksIsReadBack(t *testing.T) {
	r := articleResult(t)
	deep, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{3, 4, 3}, Activation: graph.Tanh}, data.NewRandomState(1))
	if err != nil {
		t.Fatal(err)
	}
	model, err := foreign.Of(deep, data.Standardiser{}, data.Standardiser{})
	if err != nil {
		t.Fatal(err)
	}
	seen, err := Observe(t.Context(), Observing{Points: r.Config.Points}, []Given{given(t, r, r.Networks[0]), {File: "Deep 1.npz", Model: model}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "run")
	folder, err := runfolder.New(path)
	if err != nil {
		t.Fatal(err)
	}
	summary := seen.Summary("observe", nil)
	if err := folder.WriteArrays(seen.Arrays()); err != nil {
		t.Fatal(err)
	}
	if err := folder.WriteResult(summary); err != nil {
		t.Fatal(err)
	}
	if err := folder.Commit(); err != nil {
		t.Fatal(err)
	}
	read, again, err := Load(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := json.Marshal(summary)
	after, _ := json.Marshal(again)
	if string(before) != string(after) {
		t.Errorf("run.json reads as\n%s\nwhere there was\n%s", after, before)
	}
	for i, n := range read.Networks {
		if n.Name != seen.Networks[i].Name || n.Model.String() != seen.Networks[i].Model.String() || n.TestAccuracy != seen.Networks[i].TestAccuracy {
			t.Errorf("%+v became %+v", seen.Networks[i].Source, n.Source)
		}
	}
	if read.Networks[1].Name != "deep-1" {
		t.Errorf("the arrays begin with %q", read.Networks[1].Name)
	}
}

func TestAFilmIsOfOneNetwork(t *testing.T) {
	r := articleResult(t)
	n := r.Networks[1]
	var states []Given
	defer n.AfterTraining().Restore(n.Model)
	for _, s := range n.Snapshots[:3] {
		s.Restore(n.Model)
		g := given(t, r, n)
		g.File = "epoch" + string(rune('2'+len(states))) + ".onnx"
		states = append(states, g)
	}
	seen, err := Observe(t.Context(), Observing{Points: r.Config.Points, Film: true}, states)
	if err != nil {
		t.Fatal(err)
	}
	if len(seen.Networks) != 1 || len(seen.Networks[0].Snapshots) != 3 || seen.Networks[0].Snapshots[1].Epoch != 3 || !(seen.Networks[0].Snapshots[2].Loss < 2) {
		t.Errorf("%+v", seen.Networks[0].Source)
	}
	for _, file := range []string{"epoch9.onnx", "without a number.onnx"} {
		other := given(t, r, r.Networks[0])
		other.File = file
		for _, all := range [][]Given{append(slices.Clone(states), other), append([]Given{other}, states...)} {
			if _, err := Observe(t.Context(), Observing{Points: r.Config.Points, Film: true}, all); err == nil || !strings.Contains(err.Error(), "a film is of one network") {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

func TestPointsAreBroughtIntoTheNetworksOrder(t *testing.T) {
	for _, c := range []struct {
		have, named []string
		outputs     int
		want        []float64
		names       string
		refuses     string
		beside      []string // names of a second network's classes
	}{
		{have: nil, named: []string{"1", "2"}, outputs: 2, refuses: "0, 1, and net.onnx has 1, 2"},
		{have: nil, named: []string{"no", "yes"}, outputs: 1, want: []float64{0, 1}, names: "no,yes"},
		{have: nil, outputs: 1, want: []float64{0, 1}, names: ""},
		{have: []string{"False", "True"}, named: []string{"0", "1"}, outputs: 1, want: []float64{0, 1}, names: "False,True"},
		{have: []string{"a", "b"}, named: []string{"b", "a"}, beside: []string{"b", "a"}, outputs: 2, want: []float64{1, 0}, names: "b,a"},
		{have: []string{"a", "b"}, named: []string{"b", "a"}, beside: []string{"a", "b"}, outputs: 2, refuses: "one at a time"},
		{have: []string{"0", "1"}, outputs: 1, want: []float64{0, 1}, names: "0,1"},
		{have: []string{"-1", "1"}, outputs: 1, want: []float64{0, 1}, names: "-1,1"},
		{have: []string{"no", "yes"}, outputs: 2, want: []float64{0, 1}, names: "no,yes"},
		{have: []string{"3", "7"}, outputs: 10, want: []float64{3, 7}, names: "0,1,2,3,4,5,6,7,8,9"},
		{have: []string{"a", "b"}, named: []string{"c", "b", "a"}, outputs: 3, want: []float64{2, 1}, names: "c,b,a"},
		{have: []string{"1", "2"}, named: []string{"2.0", "1"}, outputs: 2, want: []float64{1, 0}, names: "2.0,1"},
		{have: []string{"a", "d"}, named: []string{"a", "b"}, outputs: 2, refuses: "has a, b"},
		{have: []string{"3", "12"}, outputs: 10, refuses: "has 0 to 9"},
		{have: []string{"a", "b", "c"}, outputs: 1, refuses: "tells two apart"},
	} {
		n, err := models.NewMLP(models.MLP{Inputs: 1, Hidden: []int{2}, Activation: graph.ReLU, Outputs: c.outputs, Loss: map[bool]graph.Loss{true: graph.Logits, false: graph.Softmax}[c.outputs == 1]}, data.NewRandomState(1))
		if err != nil {
			t.Fatal(err)
		}
		model, err := foreign.Of(n, data.Standardiser{}, data.Standardiser{})
		if err != nil {
			t.Fatal(err)
		}
		model.Classes = c.named
		set := data.Set{X: []float64{1, 2}, Columns: 1, Y: []float64{0, 1}}
		if len(c.have) > 2 {
			set.Targets.Count = len(c.have)
		}
		names := data.Names{Inputs: []string{"x"}, Classes: c.have}
		a := arrangement{given: []Given{{File: "net.onnx", Model: model}}}
		if c.beside != nil {
			other := *model
			other.Classes = c.beside
			a.given = append(a.given, Given{File: "other.onnx", Model: &other})
		}
		err = a.arrange(&set, &names)
		if c.refuses != "" {
			if err == nil || !strings.Contains(err.Error(), c.refuses) {
				t.Errorf("%v: %v, want %q in it", c.have, err, c.refuses)
			}
			continue
		}
		if err != nil || set.Y[0] != c.want[0] || set.Y[1] != c.want[1] || strings.Join(names.Classes, ",") != c.names {
			t.Errorf("%v: %v, classes %v named %v", c.have, err, set.Y, names.Classes)
		}
	}
}

func TestColumnsAreBroughtIntoTheNetworksOrder(t *testing.T) {
	n, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{2}, Activation: graph.ReLU}, data.NewRandomState(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		of      [][]string
		want    string
		refuses bool
	}{
		{[][]string{{"u", "v"}}, "u,v", false},
		{[][]string{{"v", "u"}, nil, {"v", "u"}}, "v,u", false},
		{[][]string{{"p", "q"}, {"v", "u"}}, "v,u", false},
		{[][]string{{"u", "v"}, {"v", "u"}}, "", true},
	} {
		var a arrangement
		for _, inputs := range c.of {
			model, err := foreign.Of(n, data.Standardiser{}, data.Standardiser{})
			if err != nil {
				t.Fatal(err)
			}
			model.Inputs = inputs
			a.given = append(a.given, Given{File: "net.onnx", Model: model})
		}
		set, names := data.Set{X: []float64{1, 2, 3, 4}, Columns: 2, Y: []float64{0, 1}}, data.Names{Inputs: []string{"u", "v"}}
		if err := a.arrange(&set, &names); c.refuses || err != nil {
			if !c.refuses || err == nil || !strings.Contains(err.Error(), "one at a time") {
				t.Errorf("%v: %v", c.of, err)
			}
			continue
		}
		first := map[string]float64{"u,v": 1, "v,u": 2}[c.want]
		if got := strings.Join(names.Inputs, ","); got != c.want || set.X[0] != first {
			t.Errorf("%v: %v named %s", c.of, set.X, got)
		}
	}
}

func TestObservingRefusesWhatDoesNotFit(t *testing.T) {
	r := articleResult(t)
	g := given(t, r, r.Networks[0])
	for dataset, want := range map[string]string{"x1+x2+x3 > 0": "reads 2", "y = x1 + x2 + x3": "reads 2"} {
		p := config.Article().Points
		p.Dataset, p.Samples = dataset, 60
		if _, err := Observe(t.Context(), Observing{Points: p}, []Given{g}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", dataset, err, want)
		}
	}
}

func TestTargetsThatASigmoidDoesNotReachAreNoted(t *testing.T) {
	r := articleResult(t)
	p := config.Article().Points
	p.Dataset, p.Samples = "y = 3*x1+x2", 60
	seen, err := Observe(t.Context(), Observing{Points: p}, []Given{given(t, r, r.Networks[0])})
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(seen.Networks[0].Source.Notes, "; "); !strings.Contains(notes, "--label names the column") {
		t.Errorf("%q", notes)
	}
}

func TestNetworksOfOneNameAreToldApartByTheirFolders(t *testing.T) {
	r := articleResult(t)
	a, b, c := given(t, r, r.Networks[0]), given(t, r, r.Networks[0]), given(t, r, r.Networks[0])
	b.File = "other/sigmoid.onnx"
	c.File, c.Name = "out/compare", "Sigmoid"
	p := config.Article().Points
	p.Samples = 60
	seen, err := Observe(t.Context(), Observing{Points: p}, []Given{a, b, c})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"sigmoid sigmoid", "other sigmoid other-sigmoid", "compare Sigmoid compare-sigmoid"} {
		if n := seen.Networks[i]; n.Title+" "+n.Name != want {
			t.Errorf("%q is called %q", want, n.Title+" "+n.Name)
		}
	}
}

func TestEpochsAreTheRisingNumbersOfFiles(t *testing.T) {
	for _, c := range []struct {
		files string
		want  []int
		named bool
	}{
		{"net_v2_10.onnx net_v2_200.onnx", []int{10, 200}, true},
		{"0.npz 7.npz 8.npz", []int{0, 7, 8}, true},
		{"e5.npz e5.npz", []int{1, 2}, false},
		{"e9.npz first.npz last.npz", []int{1, 2, 3}, false},
		{"e1.npz e99999999999999999999.npz", []int{1, 2}, false},
	} {
		if got, named := epochsOf(strings.Fields(c.files)); !slices.Equal(got, c.want) || named != c.named {
			t.Errorf("%s: %v, %v, want %v, %v", c.files, got, named, c.want, c.named)
		}
	}
}
