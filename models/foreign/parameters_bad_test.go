package foreign

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/safetensors"
	"actscope/models"
)

// of is an array of small numbers that differ.
func of(name string, shape ...int) array {
	n := 1
	for _, side := range shape {
		n *= side
	}
	a := array{name: name, shape: shape, values: make([]float64, n)}
	for i := range a.values {
		a.values[i] = float64(i+1) / 8
	}
	return a
}

// with puts a number at a place.
func (a array) with(at int, v float64) array {
	a.values = slices.Clone(a.values)
	a.values[at] = v
	return a
}

func TestParametersThatAreNoChainAreRefused(t *testing.T) {
	linear := func(more ...array) []array {
		return append([]array{of("0.weight", 4, 2), of("0.bias", 4), of("2.weight", 3, 4), of("2.bias", 3)}, more...)
	}
	nan, inf := math.NaN(), math.Inf(-1)
	for name, c := range map[string]struct {
		arrays []array
		key    string
		words  []string
	}{
		"NaN in weights":       {[]array{of("0.weight", 4, 2), of("2.weight", 3, 4).with(7, nan)}, "2.weight", []string{"NaN at [1, 3]"}},
		"infinite bias":        {[]array{of("W1", 2, 3), of("b1", 1, 3).with(2, inf)}, "b1", []string{"-Inf at [0, 2]"}},
		"NaN in a scaler":      {linear(of("mean", 2).with(1, nan), of("std", 2)), "mean", []string{"NaN at [1]"}},
		"shapes do not chain":  {[]array{of("W1", 2, 3), of("W2", 4, 5)}, "W2", []string{"(4, 5) takes 4 inputs", "W1 (2, 3)"}},
		"torch: do not chain":  {[]array{of("0.weight", 16, 2), of("2.weight", 8, 12)}, "2.weight", []string{"(8, 12) takes 12 inputs", "0.weight (16, 2) before it has 16 units"}},
		"the bias does not":    {[]array{of("0.weight", 4, 2), of("0.bias", 5)}, "0.bias", []string{"(5)", "0.weight (4, 2)", "4 units"}},
		"a matrix of biases":   {[]array{of("W1", 2, 4), of("b1", 2, 2)}, "b1", []string{"(2, 2)"}},
		"zero size":            {[]array{of("W1", 0, 3), of("b1", 3)}, "W1", []string{"no number is in it"}},
		"no weights":           {nil, "", []string{"no weights", "W1, b1"}},
		"data alone":           {[]array{of("x", 5, 2), of("y", 5)}, "", []string{"no weights", "x (5, 2)"}},
		"one array":            {[]array{of("data", 5, 2)}, "", []string{"no weights"}},
		"biases alone":         {[]array{of("0.bias", 5)}, "", []string{"no weights"}},
		"two biases":           {[]array{of("W1", 2, 3), of("b1", 3), of("bias_1", 3)}, "bias_1", []string{"b1", "leave one"}},
		"two weights":          {[]array{of("W1", 2, 3), of("w_1", 2, 3)}, "w_1", []string{"W1"}},
		"more biases":          {[]array{of("W1", 2, 3), of("b1", 3), of("b2", 3)}, "b2", []string{"which layer"}},
		"no order":             {[]array{of("red.weight", 4, 2), of("blue.weight", 1, 4), of("green.weight", 4, 4), of("grey.weight", 4, 4)}, "red.weight", []string{"names do not say in which order", "green.weight (4, 4)"}},
		"a convolution":        {[]array{of("0.weight", 3, 2, 2, 2), of("0.bias", 3)}, "0.weight", []string{"convolution", "chains of linear layers"}},
		"an LSTM":              {linear(of("rnn.weight_ih_l0", 8, 2), of("rnn.weight_hh_l0", 8, 2)), "rnn.weight_ih_l0", []string{"recurrent"}},
		"attention":            {linear(of("self_attn.in_proj_weight", 6, 2)), "self_attn.in_proj_weight", []string{"attention"}},
		"an embedding":         {linear(of("embedding.weight", 9, 2)), "embedding.weight", []string{"embedding"}},
		"a shortcut":           {linear(of("shortcut.weight", 4, 4)), "shortcut.weight", []string{"shortcut"}},
		"weight norm":          {[]array{of("0.weight_g", 4, 1), of("0.weight_v", 4, 2)}, "0.weight_g", []string{"remove_weight_norm"}},
		"pruned":               {[]array{of("0.weight_orig", 4, 2), of("0.weight_mask", 4, 2)}, "0.weight_orig", []string{"prune.remove"}},
		"PReLU":                {linear(of("1.weight", 1)), "1.weight", []string{"leaky-relu:0.125"}},
		"RMS norm":             {linear(of("1.weight", 4)), "1.weight", []string{"RMS norm"}},
		"unknown":              {linear(of("gate", 4)), "gate", []string{"name does not say"}},
		"a single number":      {[]array{of("W1"), of("b1", 3)}, "W1", []string{"single number"}},
		"least and greatest":   {linear(of("data_min", 2), of("data_max", 2)), "data_min", []string{"mean and scale"}},
		"a mean alone":         {linear(of("mean", 2)), "mean", []string{"no deviations"}},
		"a scale alone":        {linear(of("x_std", 2)), "x_std", []string{"no means"}},
		"a scaler of three":    {linear(of("mean", 3), of("std", 3)), "mean", []string{"2 inputs"}},
		"a scale of zero":      {linear(of("mean", 2), of("std", 2).with(1, 0)), "std", []string{"0 at [1]"}},
		"two scalers":          {linear(of("mean", 2), of("std", 2), of("x_mean", 2), of("x_std", 2)), "x_mean", []string{"mean"}},
		"variance below zero":  {linear(of("1.running_mean", 4), of("1.running_var", 4).with(2, -1)), "1.running_var", []string{"-1 at [2]"}},
		"variances missing":    {linear(of("1.weight", 4), of("1.bias", 4), of("1.running_mean", 4)), "1.weight", []string{"one of them is missing"}},
		"norm of five":         {linear(of("1.weight", 5), of("1.bias", 5)), "1.weight", []string{"5 numbers", "0.weight", "4 units"}},
		"norm in parts":        {linear(of("1.weight", 4), of("1.bias", 4), of("1.running_mean", 4), of("1.running_var", 3)), "1.running_var", []string{"(3)", "1.weight"}},
		"two norms of a layer": {[]array{of("0.weight", 4, 2), of("1.weight", 4), of("1.bias", 4), of("3.weight", 4), of("3.bias", 4), of("4.weight", 3, 4)}, "3.weight", []string{"second normalisation"}},
		"layer norm last":      {linear(of("3.weight", 3), of("3.bias", 3)), "3.weight", []string{"behind the last layer"}},
		"layer norm first":     {[]array{of("0.weight", 2), of("0.bias", 2), of("1.weight", 4, 2), of("1.bias", 4)}, "0.weight", []string{"before the first layer"}},
		"which norm":           {[]array{of("fc1.weight", 4, 2), of("fc2.weight", 4, 4), of("fc3.weight", 1, 4), of("norm.weight", 4), of("norm.bias", 4)}, "norm.weight", []string{"which layer it follows"}},
		"vectors first":        {[]array{of("arr_0", 2), of("arr_1", 2, 3)}, "arr_0", []string{"vectors before the first weights, 1"}},
		"too many vectors":     {[]array{of("arr_0", 2, 3), of("arr_1", 3), of("arr_2", 3), of("arr_3", 3), of("arr_4", 3), of("arr_5", 3), of("arr_6", 3), of("arr_7", 3, 1)}, "arr_1", []string{"vectors behind"}},
		"arr: do not chain":    {[]array{of("arr_0", 2, 3), of("arr_1", 3), of("arr_2", 5, 7), of("arr_3", 7)}, "arr_2", []string{"arr_0"}},
		"too many arrays":      {slices.Repeat([]array{of("0.weight", 1, 1)}, 5000), "", []string{"at most 4096"}},
	} {
		u, _, err := parameters{format: "npz", arrays: c.arrays}.chain(Options{Activation: "relu"})
		var bad *input.Error
		if !errors.As(err, &bad) || bad.Key != c.key {
			t.Errorf("%s: %v, %v: want an error about %q", name, u, err, c.key)
			continue
		}
		for _, w := range c.words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q lacks %q", name, err, w)
			}
		}
	}
}

func TestWhatStandsBesideIsListed(t *testing.T) {
	arrays := []array{
		of("0.weight", 4, 2), of("0.bias", 4), of("1.num_batches_tracked"), of("2.weight", 3, 4), of("2.bias", 3), of("epoch"), of("optimizer.state.0.exp_avg", 4, 2),
		of("lr", 1), of("y_mean", 3), of("y_std", 3), of("dW1", 4, 2), of("loss_history", 40), of("X_train", 7, 2),
	}
	u, _, err := parameters{format: "safetensors", arrays: arrays, outFirst: true}.chain(Options{Activation: "relu"})
	if err != nil {
		t.Fatal(err)
	}
	want := "1.num_batches_tracked epoch optimizer.state.0.exp_avg lr dW1 loss_history X_train y_mean y_std"
	if got := strings.Join(u.Ignored, " "); got != want {
		t.Errorf("ignored %s, want %s", got, want)
	}
	if len(u.Notes) != 1 || !strings.Contains(u.Notes[0], "scaling of the targets") {
		t.Errorf("notes %q", u.Notes)
	}
}

// A target network, of reinforcement learning, would fit behind its own where inputs and outputs are as many.
func TestCopiesOfTheNetworkAreLeftOut(t *testing.T) {
	var arrays []array
	for _, net := range []string{"net", "target_net", "net_old"} {
		arrays = append(arrays, of(net+".0.weight", 4, 2), of(net+".0.bias", 4), of(net+".2.weight", 2, 4), of(net+".2.bias", 2))
	}
	u, c, err := parameters{format: "safetensors", arrays: arrays, outFirst: true}.chain(Options{Activation: "relu"})
	if err != nil || len(c.layers) != 2 || len(u.Ignored) != 8 || u.Ignored[0] != "target_net.0.weight" {
		t.Errorf("%v, %+v, ignored %v", err, c, u.Ignored)
	}
}

// Biases that are columns stand behind W x, where a row of W is a unit.
func TestColumnsOfBiasesTellTheLayout(t *testing.T) {
	for _, c := range []struct {
		bias []int
		want string
	}{{[]int{3, 1}, outIn}, {[]int{1, 3}, inOut}, {[]int{3}, inOut}} {
		arrays := []array{of("W1", 3, 3), of("b1", c.bias...), of("W2", 3, 3), of("b2", c.bias...)}
		u, _, err := parameters{format: "npz", arrays: arrays}.chain(Options{Activation: "relu"})
		if err != nil || u.Layout != c.want {
			t.Errorf("%v: %v, layout %q, want %q", c.bias, err, u.Layout, c.want)
		}
	}
}

// On which side of the activation a norm stands is what the numbers of modules say, if they do.
func TestSidesOfNormsByModuleNumbers(t *testing.T) {
	norm := func(name string) []array { return []array{of(name+".weight", 4), of(name+".bias", 4)} }
	two := func(second string) []array { return []array{of("0.weight", 4, 2), of(second+".weight", 3, 4)} }
	for name, c := range map[string]struct {
		arrays []array
		after  bool
		noted  bool
	}{
		"0 1 3":                {append(two("3"), norm("1")...), false, false},
		"0 1 4, dropout":       {append(two("4"), norm("1")...), false, false},
		"0 1 2, no activation": {append(two("2"), norm("1")...), false, true},
		"0 2 3":                {append(two("3"), norm("2")...), true, false},
		"0 2 4, either":        {append(two("4"), norm("2")...), true, true},
		"0 3 4, dropout":       {append(two("4"), norm("3")...), true, true},
		"ln1 by its number":    {append([]array{of("fc1.weight", 4, 2), of("fc2.weight", 3, 4)}, norm("ln1")...), false, true},
		"by its width":         {append([]array{of("a.weight", 4, 2), of("b.weight", 3, 4)}, norm("norm")...), false, true},
	} {
		u, chain, err := parameters{format: "safetensors", arrays: c.arrays, outFirst: true}.chain(Options{Activation: "relu"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := "layer-norm"
		if c.after {
			want = "layer-norm-after"
		}
		if parts := chain.layers[0].parts; len(parts) != 1 || parts[0].Name() != want {
			t.Errorf("%s: %v, want %s", name, parts, want)
		}
		if noted := strings.Contains(strings.Join(u.Notes, "\n"), "on which side of the activation"); noted != c.noted {
			t.Errorf("%s: notes %q", name, u.Notes)
		}
	}
}

// Modules 2 and 3 have no activation between them where others have; a list of layers, 0, 1, 2, says nothing.
func TestLayersWithoutActivationByModuleNumbers(t *testing.T) {
	for names, want := range map[string]string{
		"0 2 3 5": "relu identity relu", "0 1 2 3": "relu relu relu", "0 2 4 6": "relu relu relu",
	} {
		var arrays []array
		for _, n := range strings.Fields(names) {
			arrays = append(arrays, of("net."+n+".weight", 2, 2))
		}
		u, chain, err := parameters{format: "safetensors", arrays: arrays, outFirst: true}.chain(Options{Activation: "relu"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range chain.layers[:3] {
			got = append(got, l.activation.Name)
		}
		if strings.Join(got, " ") != want || strings.Contains(strings.Join(u.Notes, "\n"), "no activation is between net.2.weight and net.3.weight") != (names == "0 2 3 5") {
			t.Errorf("%s: %v, %q", names, got, u.Notes)
		}
	}
}

// What package models writes is read, normalisations included.
func TestOurParametersAreRead(t *testing.T) {
	random := data.NewRandomState(3)
	net, err := models.NewNetwork(graph.Architecture{Inputs: 2, Loss: graph.Logits, Layers: []graph.Layer{
		{Units: 4, Activation: graph.Tanh, Parts: []graph.Part{graph.BatchNorm{}}}, {Units: 4, Activation: graph.Tanh, Parts: []graph.Part{graph.LayerNorm{}}},
		{Units: 1, Activation: graph.Sigmoid},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(slices.Clone(net.Parameters), net.Statistics...) {
		for i := range p.Values {
			p.Values[i] = 0.5 + random.Float64()
		}
	}
	x := []float64{0.5, -1, 2, 0.25}
	want, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"net.npz", "net.safetensors"} {
		path := filepath.Join(t.TempDir(), name)
		if err := net.WriteParameters(path); err != nil {
			t.Fatal(err)
		}
		read, _, err := Read(path, Options{Activation: "tanh", Final: Sigmoid})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read.Predict(x); err != nil || departure(got, want) > 1e-14 {
			t.Errorf("%s: %v, want %v, %v", name, got, want, err)
		}
	}
}

// get_weights of Keras's Normalization, Dense, Dense: mean, variance and count come first.
func TestKerasNormalizationIsAScaling(t *testing.T) {
	arrays := []array{of("arr_0", 2), of("arr_1", 2), of("arr_2"), of("arr_3", 2, 3), of("arr_4", 3), of("arr_5", 3, 1), of("arr_6", 1)}
	_, chain, err := parameters{format: "npz", arrays: arrays}.chain(Options{Activation: "relu"})
	if err != nil {
		t.Fatal(err)
	}
	if got := chain.scaling; !slices.Equal(got.Mean, []float64{1. / 8, 2. / 8}) || !slices.Equal(got.Scale, []float64{math.Sqrt(1. / 8), 0.5}) || len(chain.layers) != 2 {
		t.Errorf("%v of %d layers", got, len(chain.layers))
	}
}

// The shapes of one matrix without a bias fit both layouts.
func TestLayoutsOfOneMatrix(t *testing.T) {
	for _, c := range []struct {
		arrays     []array
		layout, of string
		inputs     int
	}{
		{[]array{of("W1", 2, 3)}, "", inOut, 2},
		{[]array{of("W1", 2, 3)}, outIn, "", 3},
		{[]array{of("weight", 2, 3)}, "", inOut, 2},
		{[]array{of("fc.weight", 2, 3)}, "", outIn, 3},
		{[]array{of("coef_", 2, 3)}, "", outIn, 3},
		{[]array{of("W1", 2, 3), of("b1", 2)}, "", "", 3},
		{[]array{of("W1", 3), of("b1", 1)}, "", "", 3},
		{[]array{of("coef_", 3), of("intercept_")}, "", "", 3},
		{[]array{of("W1", 3), of("b1", 3)}, "", "", 1},
	} {
		u, chain, err := parameters{format: "npz", arrays: c.arrays}.chain(Options{Layout: c.layout})
		if err != nil || chain.inputs != c.inputs || u.Layout != c.of {
			t.Errorf("%v %s: %v inputs, layout %q, %v", c.arrays, c.layout, chain, u.Layout, err)
		}
	}
	_, _, err := parameters{arrays: []array{of("W1", 2, 3), of("b1", 3)}}.chain(Options{Layout: outIn})
	if err == nil || !strings.Contains(err.Error(), "they do as in-out") {
		t.Error(err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, c := range []struct {
		o         Options
		key, word string
	}{
		{Options{Activation: "rellu"}, "activation", "relu"},
		{Options{Activation: "relu,,tanh"}, "activation", ""},
		{Options{Final: "sofmax"}, "final", "softmax"},
		{Options{Layout: "in x out"}, "layout", "in-out"},
		{Options{}, "activation", "--activation relu --final sigmoid"},
		{Options{Activation: "relu,tanh,relu"}, "activation", "3 are named for 2 hidden layers"},
	} {
		_, err := Open("testdata/moons_relu.safetensors", c.o)
		var bad *input.Error
		if !errors.As(err, &bad) || bad.Key != c.key || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
	model, err := Open("testdata/moons_relu.safetensors", Options{Activation: "leaky-relu:0.2, max(z, min(z, 1))"})
	if err != nil || !strings.HasPrefix(model.String(), "2 → 16 leaky-relu:0.2 → 16 ") {
		t.Errorf("%v, %v", model, err)
	}
	for _, name := range []string{"", "none", "sigmoid", "softmax", "log-softmax"} {
		if f, err := ParseFinal(name); err != nil || string(f) != name {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
}

// Files that are cut off anywhere, or say that they hold more than they do, cost no more than their size.
func TestDamagedParameterFiles(t *testing.T) {
	for _, name := range []string{"moons_relu.safetensors", "moons_relu_numpy.npz", "iris_coefs.json"} {
		content, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), name)
		for n := 1; n < len(content); n += 1 + len(content)/40 {
			if err := os.WriteFile(path, content[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, path, Options{Activation: "relu"})
		}
	}
	header := `{"0.weight":{"dtype":"F32","shape":[31622776,31622777],"data_offsets":[0,4000000000000000]}}`
	huge := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
	path := filepath.Join(t.TempDir(), "huge.safetensors")
	if err := os.WriteFile(path, huge, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, path, Options{}, "0.weight")
	var b bytes.Buffer
	if err := npz.Write(&b, []npz.Array{{Name: "W1", Shape: []int{2, 3}, Values: make([]float64, 6)}}); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "huge.npz")
	if err := os.WriteFile(path, bytes.Replace(b.Bytes(), []byte("(2, 3), }            "), []byte("(31622776, 31622777),}"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, path, Options{}, "W1")
}

func TestBadJSONIsRefused(t *testing.T) {
	for text, word := range map[string]string{
		`[[1, 2]]`:                                            "the JSON is no object",
		`{"W1": [[1, 2], [3]]}`:                               "W1: rows of different lengths",
		`{"W1": [[1, 2], [3, "4"]]}`:                          "W1: a list of numbers has something else",
		`{"W1": [[1, null]], "b1": [1, 2]}`:                   "W1: NaN at [0, 1]",
		`{"W1": [[1, NaN]]}`:                                  "not JSON at byte",
		`{"W1": [[1, 1e999]]}`:                                "not JSON at byte",
		`{"W1": [[1]], "W1": [[1]]}`:                          "W1: it is in the JSON twice",
		`{"W1": [[1]]} {"W2": [[1]]}`:                         "text follows",
		`{"W1": [[1]], "b1": [1]`:                             "truncated",
		`{"W1": [{"a": 1}]}`:                                  "W1: an object within a list",
		`{"W1": ` + strings.Repeat("[", 9):                    "W1: lists are nested more than 8 deep",
		strings.Repeat(`{"a":`, 12) + "1":                     "objects are nested more than 8 deep",
		`{"layers": ["Dense"], "W1": [[2]], "b1": [1, 2, 3]}`: "b1: shape (3)",
		`{"coefs_": [[[1, 2]]], "intercepts_": [[1, 2]], "out_activation_": "sofmax"}`:        "out_activation_",
		`{"coefs_": [[[1, 2]], [[1], [1]]], "intercepts_": [[1, 2], [1]], "activation": "x"}`: "activation",
		`{"coefs_": [[[1, 2]], [[1], [1]]], "intercepts_": [[1, 2], [1]]}`:                    "--activation relu --final sigmoid",
	} {
		path := filepath.Join(t.TempDir(), "net.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, path, Options{}, word)
	}
}

// What is read from a file is a network or an input error, whatever the bytes.
func fuzzed(t *testing.T, name string, content []byte) {
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	model, err := Open(path, Options{Activation: "tanh"})
	var bad *input.Error
	switch {
	case err == nil:
		_ = model.String()
	case !errors.As(err, &bad) || bad.File != path:
		t.Errorf("%v is no input error about the file", err)
	}
}

func seeds(f *testing.F, patterns ...string) {
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
}

func FuzzSafetensors(f *testing.F) {
	seeds(f, "testdata/*.safetensors", "testdata/parameters/*.safetensors")
	f.Fuzz(func(t *testing.T, content []byte) { fuzzed(t, "net.safetensors", content) })
}

func FuzzNPZ(f *testing.F) {
	seeds(f, "testdata/*.npz", "testdata/parameters/*numpy.npz", "testdata/parameters/keras*.npz")
	f.Fuzz(func(t *testing.T, content []byte) { fuzzed(t, "net.npz", content) })
}

func FuzzJSON(f *testing.F) {
	seeds(f, "testdata/*.json", "testdata/parameters/*.json")
	f.Fuzz(func(t *testing.T, content []byte) { fuzzed(t, "net.json", content) })
}

// Names and shapes of any kind make a chain whose numbers fit each other, or an error.
func FuzzNamesAndShapes(f *testing.F) {
	f.Add("0.weight 4 2;0.bias 4;1.running_mean 4;1.running_var 4;3.weight 1 4")
	f.Add("arr_0 2 3;arr_1 3;arr_2 3;arr_3 3;arr_4 3;arr_5 3;arr_6 3 1")
	f.Add("W1 2 3;b1 3 1;gamma1 3;beta1 3;mean 2;std 2;W2 3 1")
	f.Fuzz(func(t *testing.T, text string) {
		var tensors []safetensors.Tensor
		for _, entry := range strings.Split(text, ";")[:min(12, strings.Count(text, ";")+1)] {
			fields := strings.Fields(entry)
			if len(fields) == 0 {
				continue
			}
			a := array{name: fields[0], shape: []int{}}
			for _, side := range fields[1:min(4, len(fields))] {
				a.shape = append(a.shape, int(side[0])%7)
			}
			a = of(a.name, a.shape...)
			tensors = append(tensors, safetensors.Tensor{Name: a.name, Shape: a.shape, Values: a.values})
		}
		for _, outFirst := range []bool{false, true} {
			p := parameters{format: "npz", outFirst: outFirst}
			for _, a := range tensors {
				p.arrays = append(p.arrays, array{a.Name, a.Shape, a.Values})
			}
			u, c, err := p.chain(Options{Activation: "tanh"})
			var bad *input.Error
			if err == nil {
				_, err = newModel(u, c)
				if err != nil {
					t.Errorf("%s: %v of what was taken for a chain", text, err)
				}
			} else if !errors.As(err, &bad) {
				t.Errorf("%s: %v is no input error", text, err)
			}
		}
	})
}
