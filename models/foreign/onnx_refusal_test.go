package foreign

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"actscope/internal/input"
)

// message is a message of protobuf while it is written.
type message []byte

func (m message) text(number protowire.Number, s string) message {
	return protowire.AppendString(protowire.AppendTag(m, number, protowire.BytesType), s)
}

func (m message) sub(number protowire.Number, of message) message {
	return protowire.AppendBytes(protowire.AppendTag(m, number, protowire.BytesType), of)
}

func (m message) whole(number protowire.Number, v int64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, number, protowire.VarintType), uint64(v))
}

// weights is a tensor of float32 with numbers that differ.
func weights(name string, shape ...int64) message {
	var t message
	n := int64(1)
	for _, side := range shape {
		t, n = t.whole(1, side), n*side
	}
	var raw []byte
	for i := range n {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(i)*0.25-1))
	}
	return t.whole(2, 1).text(8, name).sub(9, raw)
}

// node is one such as "Gemm x w b > y" with attributes of integers, by name.
func node(of string, attributes ...any) message {
	var n message
	words := strings.Fields(of)
	field := protowire.Number(1)
	for _, word := range words[1:] {
		switch word {
		case ">":
			field = 2
		case "_":
			n = n.text(field, "")
		default:
			n = n.text(field, word)
		}
	}
	domain, operator, has := strings.Cut(words[0], ":")
	if !has {
		domain, operator = "", domain
	}
	n = n.text(4, operator).text(7, domain).text(3, "the "+operator)
	for i := 0; i < len(attributes); i += 2 {
		a := message{}.text(1, attributes[i].(string))
		switch v := attributes[i+1].(type) {
		case int:
			a = a.whole(3, int64(v)).whole(20, 2)
		case float32:
			a = message(protowire.AppendFixed32(protowire.AppendTag(a, 2, protowire.Fixed32Type), math.Float32bits(v))).whole(20, 1)
		case []int64:
			for _, each := range v {
				a = a.whole(8, each)
			}
		case message:
			a = a.sub(5, v)
		}
		n = n.sub(5, a)
	}
	return n
}

// value is an input or output with sizes, -1 for one that is free.
func valueInfo(name string, shape ...int64) message {
	var dims message
	for _, side := range shape {
		d := message{}.whole(1, side)
		if side < 0 {
			d = message{}.text(2, "N")
		}
		dims = dims.sub(1, d)
	}
	return message{}.text(1, name).sub(2, message{}.sub(1, message{}.whole(1, 1).sub(2, dims)))
}

// file is a model of opset 17 with the input x, of 3 columns, and the output y.
func file(parts ...message) message { return fileOf(17, "y", parts...) }

// fileOf is a model: parts are nodes, which have an operator (4), and tensors, which have numbers (9).
func fileOf(opset int64, outputs string, parts ...message) message {
	graph := message{}.sub(11, valueInfo("x", -1, 3))
	for _, p := range parts {
		number := protowire.Number(1)
		fields(p, func(f field) error {
			if f.number == 9 || f.number == 14 {
				number = 5
			}
			return nil
		})
		graph = graph.sub(number, p)
	}
	for _, o := range strings.Fields(outputs) {
		graph = graph.sub(12, valueInfo(o, -1, 1))
	}
	m := message{}.whole(1, 8).sub(7, graph).sub(8, message{}.whole(2, opset))
	return m.sub(8, message{}.text(1, "ai.onnx.ml").whole(2, 3))
}

// external is a tensor whose numbers are in another file.
func external(name string, of map[string]string, shape ...int64) message {
	t := message{}.whole(2, 1).text(8, name).whole(14, 1)
	for _, side := range shape {
		t = t.whole(1, side)
	}
	for key, value := range of {
		t = t.sub(13, message{}.text(1, key).text(2, value))
	}
	return t
}

var (
	w34, w41, w31 = weights("w34", 3, 4), weights("w41", 4, 1), weights("w31", 3, 1)
	first         = node("MatMul x w34 > z")
	last          = node("MatMul a w41 > y")
)

func TestWhatIsNoChainOfLayersIsRefused(t *testing.T) {
	ones := message{}
	nested := func(depth int) message { // each function calls the next one twice
		m := message{}.whole(1, 8)
		for i := range depth {
			f := message{}.text(1, "f"+string(rune('A'+i))).text(4, "a").text(5, "b").text(10, "own")
			inner := "own:f" + string(rune('A'+i+1))
			f = f.sub(7, node(inner+" a > m")).sub(7, node(inner+" m > b"))
			m = m.sub(25, f)
		}
		return m.sub(7, message{}.sub(11, valueInfo("x", -1, 3)).sub(1, node("own:fA x > y")).sub(12, valueInfo("y", -1, 1))).sub(8, message{}.whole(2, 17))
	}
	long := []message{w34, w41, first}
	for i := range 300 {
		from, to := "z", "q"
		if i%2 == 1 {
			from, to = to, from
		}
		suffix := func(n int) string { return strings.Repeat("i", n) }
		if i == 0 {
			long = append(long, node("Mul z z > "+to+suffix(1)))
			continue
		}
		long = append(long, node("Mul "+from+suffix(i)+" "+from+suffix(i)+" > "+to+suffix(i+1)))
	}
	long = append(long, node("MatMul z"+strings.Repeat("i", 300)+" w41 > y"))
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
	for name, c := range map[string]struct {
		file []byte
		want []string
	}{
		"empty":                 {nil, []string{"empty"}},
		"text":                  {[]byte("import torch\n"), []string{"not an ONNX file", "text/plain"}},
		"HTML":                  {[]byte("<!DOCTYPE html><html>"), []string{"HTML"}},
		"JSON":                  {[]byte(`{"a": 1}`), []string{"JSON"}},
		"an image":              {[]byte("\x89PNG\r\n\x1a\n    "), []string{"picture"}},
		"a pointer":             {[]byte(pointer), []string{"Git LFS"}},
		"noise":                 {[]byte("\x08\x07\xff\xff\xff"), []string{"cut off"}},
		"no graph":              {message{}.whole(1, 8), []string{"no graph"}},
		"old opset":             {fileOf(6, "y", w31, node("MatMul x w31 > y")), []string{"opset 6", "7 to 21"}},
		"new opset":             {fileOf(22, "y", w31, node("MatMul x w31 > y")), []string{"opset 22", "opset_version=17"}},
		"several outputs":       {fileOf(17, "z y", w34, w41, first, node("Relu z > a"), last), []string{"outputs z, y", "several outputs"}},
		"no output":             {fileOf(17, "", w31), []string{"no output"}},
		"output is constant":    {file(w31, node("Identity w31 > y"), ones), []string{"output"}},
		"missing tensor":        {file(w34, first, node("Relu nowhere > a"), w41, last), []string{"nowhere", "no node", "the Relu"}},
		"missing output":        {file(w34, first), []string{"y"}},
		"cycle":                 {file(w34, w41, first, node("Add z b > a"), node("Relu a > b"), last), []string{"cycle", "the "}},
		"two of a name":         {file(w31, w31, node("MatMul x w31 > y")), []string{"w31", "two tensors"}},
		"two nodes":             {file(w31, node("MatMul x w31 > y"), node("Relu x > y")), []string{"the Relu", `"y"`}},
		"shapes":                {file(w41, node("MatMul x w41 > y")), []string{"the MatMul", "4 × 1", "3 columns"}},
		"bias":                  {file(w34, w41, first, weights("b", 5), node("Add z b > a"), last), []string{"the Add", "[5]"}},
		"entries":               {file(message{}.whole(1, 3).whole(1, 1e15).whole(2, 1).text(8, "big").sub(9, make([]byte, 8)), node("MatMul x big > y")), []string{"big", "1000000000000000"}},
		"overflow":              {file(message{}.whole(1, 1<<31).whole(1, 1<<31).whole(1, 4).whole(2, 1).text(8, "big").sub(9, make([]byte, 8)), node("MatMul x big > y")), []string{"big"}},
		"negative side":         {file(message{}.whole(1, -3).whole(1, -4).whole(2, 1).text(8, "big").sub(9, make([]byte, 48)), node("MatMul x big > y")), []string{"big"}},
		"too few numbers":       {file(message{}.whole(1, 3).whole(1, 4).whole(2, 1).text(8, "few").sub(9, make([]byte, 44)), node("MatMul x few > y")), []string{"few", "12 numbers", "11"}},
		"type":                  {file(message{}.whole(1, 3).whole(1, 1).whole(2, 14).text(8, "odd").sub(9, make([]byte, 48)), node("MatMul x odd > y")), []string{"odd", "type"}},
		"above":                 {file(external("w", map[string]string{"location": "../w"}, 3, 1), node("MatMul x w > y")), []string{"same folder", `"../w"`}},
		"elsewhere":             {file(external("w", map[string]string{"location": "/etc/passwd"}, 3, 1), node("MatMul x w > y")), []string{"same folder"}},
		"nowhere":               {file(external("w", nil, 3, 1), node("MatMul x w > y")), []string{"same folder"}},
		"too short":             {file(external("w", map[string]string{"location": "short.data", "offset": "4"}, 3, 1), node("MatMul x w > y")), []string{"short.data", "12 bytes from 4", "has 12"}},
		"offset":                {file(external("w", map[string]string{"location": "short.data", "offset": "9223372036854775800"}, 3, 1), node("MatMul x w > y")), []string{"short.data"}},
		"length":                {file(external("w", map[string]string{"location": "short.data", "length": "8"}, 3, 1), node("MatMul x w > y")), []string{"short.data", "12"}},
		"negative offset":       {file(external("w", map[string]string{"location": "short.data", "offset": "-4"}, 3, 1), node("MatMul x w > y")), []string{"offset"}},
		"external, huge":        {file(external("w", map[string]string{"location": "short.data"}, 1<<31-1, 1<<31-1), node("MatMul x w > y")), []string{"w"}},
		"gate":                  {file(w34, w41, first, weights("v", 3, 4), node("MatMul x v > u"), node("Relu z > r"), node("Sigmoid u > s"), node("Mul r s > a"), last), []string{"the Mul", "two branches"}},
		"attention":             {file(w34, first, node("Transpose z > t", "perm", []int64{1, 0}), node("MatMul z t > y")), []string{"the Transpose"}},
		"products":              {file(w34, first, weights("v", 3, 4), node("MatMul x v > u"), node("MatMul z u > y")), []string{"the MatMul", "attention"}},
		"projection":            {file(w34, w41, first, weights("v", 3, 4), node("MatMul x v > u"), node("Relu z > r"), node("Add r u > a"), last), []string{"the Add", "shortcut"}},
		"convolution":           {file(w34, w41, node("Unsqueeze x ax > u"), node("Conv u w34 > z"), node("Relu z > a"), last), []string{"the Conv", "Conv"}},
		"condition":             {file(w34, w41, first, node("Relu z > r"), node("If r > a"), last), []string{"the If", "If"}},
		"other domain":          {file(w34, w41, first, node("com.microsoft:FastGelu z > a"), last), []string{"com.microsoft.FastGelu"}},
		"normaliser":            {file(w34, w41, node("ai.onnx.ml:Normalizer x > n"), node("MatMul n w34 > z"), node("Relu z > a"), last), []string{"Normalizer"}},
		"slopes":                {file(w34, w41, first, weights("p", 4), node("PRelu z p > a"), last), []string{"the PRelu", "unit"}},
		"jump":                  {file(w34, w41, first, node("Sign z > a"), last), []string{"the Sign", "formula"}},
		"clip":                  {file(w34, w41, first, weights("p", 4), node("Clip z p > a"), last), []string{"the Clip", "[4]"}},
		"softmax of rows":       {file(w34, first, node("Softmax z > y", "axis", 0)), []string{"the Softmax", "axis 0"}},
		"softmax inside":        {file(w34, w41, first, node("Softmax z > a"), last), []string{"the Softmax", "inside"}},
		"training":              {file(w34, w41, first, weights("g", 4), node("BatchNormalization z g g g g > a", "training_mode", 1), last), []string{"the BatchNormalization", "eval"}},
		"variance":              {file(w34, w41, first, weights("g", 4), node("BatchNormalization z g g g g > a"), last), []string{"the BatchNormalization", "variance"}},
		"norm of other width":   {file(w34, w41, first, weights("g", 3), node("LayerNormalization z g > a"), last), []string{"the LayerNormalization", "3 numbers for 4 units"}},
		"no number":             {file(w34, w41, first, node("LeakyRelu z > a", "alpha", float32(math.NaN())), last), []string{"the LeakyRelu", "not finite"}},
		"division":              {file(w34, w41, first, message{}.whole(1, 4).whole(2, 1).text(8, "zero").sub(9, make([]byte, 16)), node("Div z zero > a"), last), []string{"the Div", "by 0"}},
		"norm of another kind":  {file(w34, w41, first, node("ReduceL2 z > n", "axes", []int64{1}), node("Div z n > a"), last), []string{"the ReduceL2", "layer normalisation"}},
		"column":                {file(w34, w41, first, node("Relu z > r"), node("Gather r i > a", "axis", 1), message{}.whole(2, 7).whole(1, 1).text(8, "i").sub(9, make([]byte, 8)), last), []string{"the Gather"}},
		"rows mixed":            {file(w34, first, node("Reshape z s > y"), message{}.whole(2, 7).whole(1, 2).text(8, "s").sub(9, binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, 2), math.MaxUint64))), []string{"the Reshape", "[-1 4]"}},
		"number of rows":        {file(w34, w41, first, node("Shape z > s"), node("Gather s i > n"), message{}.whole(2, 7).text(8, "i").sub(9, make([]byte, 8)), node("Cast n > f", "to", 1), node("Div z f > a"), last), []string{"the Div", "rows"}},
		"no affine map":         {file(node("Relu x > y")), []string{"no affine map"}},
		"class alone":           {file(w31, node("MatMul x w31 > z"), node("Constant > half", "value", weights("half")), node("Greater z half > y")), []string{"class only"}},
		"filled":                {file(w34, w41, node("ConstantOfShape s > c"), message{}.whole(2, 7).whole(1, 1).text(8, "s").sub(9, binary.LittleEndian.AppendUint64(nil, 1<<30)), node("Add x c > z"), node("MatMul z w34 > a"), last), []string{"memory"}},
		"functions":             {nested(30), []string{"20 deep"}},
		"many functions":        {nested(19), []string{"memory"}},
		"long function":         {file(long...), []string{"the Mul"}},
		"units without weights": {file(message{}.whole(1, 3).whole(1, 0).whole(2, 1).text(8, "w").sub(9, nil), node("MatMul x w > y")), []string{"3 × 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "net.onnx")
			if err := errors.Join(os.WriteFile(path, c.file, 0o600), os.WriteFile(filepath.Join(folder, "short.data"), make([]byte, 12), 0o600)); err != nil {
				t.Fatal(err)
			}
			m, err := Open(path, Options{})
			var bad *input.Error
			if !errors.As(err, &bad) || bad.File != path {
				t.Fatalf("%v, %v", m, err)
			}
			t.Log(strings.TrimPrefix(err.Error(), path))
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not say %q", err, want)
				}
			}
		})
	}
}

func TestNamesOfColumnsAndClasses(t *testing.T) {
	for file, want := range map[string][2]string{
		"sklearn_binary":         {"", "0 1"},
		"sklearn_binary_plain":   {"", "0 1"},
		"sklearn_binary_strings": {"", "no yes"},
		"sklearn_three":          {"", "3 5 9"},
		"sklearn_three_strings":  {"", "a b c"},
		"sklearn_columns":        {"age height weight", ""},
	} {
		m, err := Open("testdata/onnx/made_"+file+".onnx", Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		if got := [2]string{strings.Join(m.Inputs, " "), strings.Join(m.Classes, " ")}; got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

// FuzzONNX tries that no bytes make the reader panic, hang or take much memory.
func FuzzONNX(f *testing.F) {
	for _, pattern := range []string{"testdata/*.onnx", "testdata/onnx/*.onnx"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
	path := filepath.Join(f.TempDir(), "net.onnx")
	x := make([]float64, 1<<12)
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := Open(path, Options{})
		var bad *input.Error
		switch {
		case err != nil && !errors.As(err, &bad):
			t.Fatalf("%T: %v", err, err)
		case err == nil && m.Columns() <= len(x):
			if _, err := m.Activations(x[:m.Columns()]); err != nil {
				t.Log(err)
			}
		}
	})
}
