package doctor_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/safetensors"
	"actscope/models/doctor"
)

// sample is a student's right file.
func sample(t testing.TB) (*student, []doctor.Array) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	for {
		if s := draw(rng); s.rate == 1 && s.penalty == 0 && s.rows > 3 && len(s.w) == 2 && s.loss == "bce" && s.reduction == "mean" {
			arrays, _ := s.file(rng, nil)
			return s, arrays
		}
	}
}

// nested is an array as nested lists.
func nested(a doctor.Array) any {
	if len(a.Shape) < 2 {
		return a.Values
	}
	var rows []any
	for row := range slices.Chunk(a.Values, a.Shape[1]) {
		rows = append(rows, row)
	}
	return rows
}

func asJSON(t testing.TB, arrays []doctor.Array) []byte {
	t.Helper()
	object := map[string]any{"note": "text is left out"}
	for _, a := range arrays {
		object[a.Name] = nested(a)
	}
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// store writes the arrays in a format and gives the path.
func store(t testing.TB, format string, arrays []doctor.Array) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "f."+format)
	var b bytes.Buffer
	var err error
	switch format {
	case "npz":
		var list npz.Arrays
		for _, a := range arrays {
			list = append(list, npz.Array{Name: a.Name, Shape: a.Shape, Values: a.Values})
		}
		err = npz.Write(&b, list)
	case "safetensors":
		var list []safetensors.Tensor
		for _, a := range arrays {
			list = append(list, safetensors.Tensor{Name: a.Name, Shape: a.Shape, Values: a.Values})
		}
		err = safetensors.Write(&b, list, nil)
	case "json":
		b.Write(asJSON(t, arrays))
	case "csv":
		for _, a := range arrays {
			columns := 1
			if len(a.Shape) == 2 {
				columns = a.Shape[1]
			}
			var text strings.Builder
			for row := range slices.Chunk(a.Values, columns) {
				fields := make([]string, len(row))
				for i, v := range row {
					fields[i] = fmt.Sprint(v)
				}
				text.WriteString(strings.Join(fields, ", ") + "\r\n")
			}
			if err := os.WriteFile(filepath.Join(dir, a.Name+".csv"), []byte(text.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	case "npy": // what an archive has
		archive, err := zip.OpenReader(store(t, "npz", arrays))
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		if err := os.CopyFS(dir, archive); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEveryFormatIsRead(t *testing.T) {
	s, arrays := sample(t)
	for _, format := range []string{"npz", "safetensors", "json", "csv", "npy"} {
		r, err := doctor.Check(t.Context(), store(t, format, arrays), s.given(t))
		if err != nil || r.Verdict != doctor.Right || len(r.Arrays) != 4 {
			t.Errorf("%s: %v, %+v", format, err, r)
		}
	}
	options := s.given(t)
	options.Stdin = bytes.NewReader(asJSON(t, arrays))
	if r, err := doctor.Check(t.Context(), "-", options); err != nil || r.Verdict != doctor.Right {
		t.Errorf("standard input: %v, %+v", err, r)
	}
}

func TestUnusableFilesAreRefused(t *testing.T) {
	s, arrays := sample(t)
	edited := func(name string, change func(a *doctor.Array)) []doctor.Array {
		list := slices.Clone(arrays)
		for i := range list {
			if strings.EqualFold(list[i].Name, name) {
				list[i].Values = slices.Clone(list[i].Values)
				change(&list[i])
			}
		}
		return list
	}
	x, y, w := "", "", ""
	r, err := doctor.Judge(t.Context(), arrays, s.given(t))
	if err != nil {
		t.Fatal(err)
	}
	x, y, w = r.Understood.Names["x"], r.Understood.Names["y"], r.Understood.Names["W1"]
	wAt := slices.IndexFunc(arrays, func(a doctor.Array) bool { return a.Name == w })
	without := func(name string) []doctor.Array {
		return slices.DeleteFunc(slices.Clone(arrays), func(a doctor.Array) bool { return a.Name == name })
	}
	for name, test := range map[string]struct {
		arrays []doctor.Array
		want   string
	}{
		"nothing":      {nil, "--map x=NAME,y=NAME,W1=NAME,grad_W1=NAME"},
		"no x":         {without(x), "say which array is x"},
		"no y":         {without(y), "--map y=NAME"},
		"NaN in x":     {edited(x, func(a *doctor.Array) { a.Values[1] = math.NaN() }), "array " + x + ": entry"},
		"Inf in W1":    {edited(w, func(a *doctor.Array) { a.Values[0] = math.Inf(1) }), "array " + w + ": entry"},
		"y too short":  {edited(y, func(a *doctor.Array) { a.Values, a.Shape = a.Values[:1], []int{1} }), "array " + y},
		"y of 0.5":     {edited(y, func(a *doctor.Array) { a.Values[0] = 0.5 }), "labels of 0 or 1"},
		"W1 too short": {edited(w, func(a *doctor.Array) { a.Values, a.Shape = a.Values[:1], []int{1, 1} }), "does not fit"},
		"x beyond range": {slices.Concat(without(w), edited(w, func(a *doctor.Array) {
			for i := range a.Values {
				a.Values[i] = math.Copysign(1e308, float64(i%2)-0.5)
			}
		})[wAt:wAt+1]), "too large"},
		"x empty": {edited(x, func(a *doctor.Array) { a.Values, a.Shape = nil, []int{0, 2} }), "empty"},
	} {
		_, err := doctor.Judge(t.Context(), test.arrays, s.given(t))
		var bad *input.Error
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	for content, want := range map[string]string{
		"":                                       "not a file of arrays",
		"some text":                              "not a file of arrays",
		"{\"x\": [1, 2":                          "ends too early",
		"[1, 2]":                                 "is no object",
		"{\"x\": [[1, 2], [3]]}":                 "all rows must be as long",
		"{\"x\": [[1], 2]}":                      "same depth",
		"{\"x\": NaN}":                           "not JSON at byte",
		"{\"x\": 1e999}":                         "beyond the range",
		"{\"x\": 1, \"x\": 2}":                   "twice",
		"{\"x\": " + strings.Repeat("[", 100000): "nested more than",
		strings.Repeat("{\"x\": ", 100000):       "nested more than",
		"{\"x\": [{\"y\": 1}]}":                  "object within a list",
		"\x93NUMPY\x01\x00v\x00":                 "put all .npy files into a folder",
		"PK\x03\x04 damaged":                     "not an .npz archive",
		"\x10\x00\x00\x00\x00\x00\x00\x00{\"x\":0}       ":           "header",
		"{" + manyMembers(5000) + "}":                                "more than 4096 arrays",
		"\x89HDF\r\n\x1a\n is no file that is read, of another kind": "numpy.savez",
	} {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := doctor.Read(path, nil)
		var bad *input.Error
		if !errors.As(err, &bad) || bad.File != path || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", content, err, want)
		}
	}
	if _, err := doctor.Read(filepath.Join(t.TempDir(), "none"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func manyMembers(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("\"a%d\": 1", i))
	}
	return strings.Join(list, ",")
}

func TestFolders(t *testing.T) {
	dir := t.TempDir()
	read := func(want string) {
		t.Helper()
		_, err := doctor.Read(dir, nil)
		var bad *input.Error
		if !errors.As(err, &bad) || bad.File != dir || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("notes.txt", "of no use")
	read("no .npy or .csv file")
	write("x.csv", "1,2\n3\n")
	read("array x: line 2 has 1 numbers")
	write("x.csv", "a,b\n")
	read(`"a" is no number`)
	write("x.csv", "1,2\n")
	write("x.npy", "no array")
	read("array x")
	for i := range 4100 {
		write(fmt.Sprintf("f%d", i), "")
	}
	read("more than 4096 files")
}

// Names are never paths: an array ../x stays in its file.
func TestNamesAreNoPaths(t *testing.T) {
	s, arrays := sample(t)
	named := slices.Clone(arrays)
	for i := range named {
		named[i].Name = "../" + named[i].Name
	}
	if r, err := doctor.Check(t.Context(), store(t, "json", named), s.given(t)); err != nil || r.Verdict != doctor.Right || !strings.HasPrefix(r.Arrays[0].Name, "../") {
		t.Errorf("%v, %+v", err, r)
	}
}

func TestNaNInAGradientIsNamedAndTheOthersAreJudged(t *testing.T) {
	s, arrays := sample(t)
	r, err := doctor.Judge(t.Context(), arrays, s.given(t))
	if err != nil {
		t.Fatal(err)
	}
	name := r.Understood.Names["grad_W2"]
	for _, a := range arrays {
		if a.Name == name {
			a.Values[1] = math.NaN()
		}
	}
	if r, err = doctor.Judge(t.Context(), arrays, s.given(t)); err != nil || r.Verdict != doctor.Wrong {
		t.Fatalf("%v, %+v", err, r)
	}
	for _, a := range r.Arrays {
		if a.Agrees == (a.Name == name) || a.Name == name && !strings.Contains(a.Remark, "NaN") {
			t.Errorf("%+v", a)
		}
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestMapNamesWhatNoNameSays(t *testing.T) {
	s, arrays := sample(t)
	r, err := doctor.Judge(t.Context(), arrays, s.given(t))
	if err != nil {
		t.Fatal(err)
	}
	options := s.given(t)
	options.Map = map[string]string{}
	for i, to := range []string{"x", "y", "W1", "b1", "grad_W1", "grad_b1", "W2", "b2", "grad_W2", "grad_b2"} {
		for j := range arrays {
			if arrays[j].Name == r.Understood.Names[to] {
				arrays[j].Name = fmt.Sprintf("qq%c", 'a'+i)
				options.Map[to] = arrays[j].Name
				break
			}
		}
	}
	if r, err = doctor.Judge(t.Context(), arrays, options); err != nil || r.Verdict != doctor.Right || len(r.Arrays) != 4 {
		t.Errorf("%v, %+v", err, r)
	}
	options.Map = map[string]string{"x": "nowhere"}
	if _, err := doctor.Judge(t.Context(), arrays, options); err == nil || !strings.Contains(err.Error(), "there is no array nowhere") {
		t.Errorf("%v", err)
	}
}

// Whatever the bytes, reading and judging gives a report or an error.
func FuzzCheck(f *testing.F) {
	_, arrays := sample(f)
	for _, format := range []string{"npz", "safetensors", "json"} {
		b, err := os.ReadFile(store(f, format, arrays))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"x":[[1,2],[3,4]],"y":[0,1],"W1":[[1],[2]],"b1":0,"grad_W1":[[1],[2]],"grad_b1":[0]}`))
	f.Add([]byte(`{"inputs":[[1],[2]],"y":[0,1],"Theta1":[1,2],"Theta1_grad":[1,2]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := doctor.Check(t.Context(), path, doctor.Options{})
		if err != nil {
			var bad *input.Error
			if !errors.As(err, &bad) {
				t.Errorf("an error of another kind: %v", err)
			}
			return
		}
		if _, err := json.Marshal(r); err != nil {
			t.Error(err)
		}
	})
}
