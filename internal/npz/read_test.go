package npz_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"actscope/internal/input"
	"actscope/internal/npz"
)

func readFile(t *testing.T, path string) npz.Arrays {
	t.Helper()
	arrays, err := npz.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return arrays
}

func TestEveryTypeAndByteOrderIsRead(t *testing.T) {
	for _, path := range []string{"testdata/stored.npz", "testdata/deflated.npz", "testdata/big_endian.npz"} {
		arrays := readFile(t, path)
		var want npz.Arrays
		for _, a := range samples() {
			if a.Name == a.Type.String() {
				want = append(want, a)
			}
		}
		// NumPy's cast to bool makes 100 true.
		want[len(want)-1].Values = []float64{0, 1, 1, 1, 1, 1}
		if diff := cmp.Diff(want, arrays); diff != "" {
			t.Errorf("%s: -want +got:\n%s", path, diff)
		}
	}
}

func TestFortranOrderIsRead(t *testing.T) {
	cube, view := make([]float64, 24), make([]float64, 24)
	for i := range 2 {
		for j := range 3 {
			for k := range 4 {
				v := float64((i*3+j)*4 + k)
				cube[(i*3+j)*4+k] = v
				view[(k*2+i)*3+j] = v
			}
		}
	}
	want := npz.Arrays{
		{Name: "matrix", Shape: []int{2, 3}, Type: npz.Int64, Values: []float64{0, 1, 2, 3, 100, 101}},
		{Name: "cube", Shape: []int{2, 3, 4}, Values: cube},
		{Name: "view", Shape: []int{4, 2, 3}, Values: view},
	}
	if diff := cmp.Diff(want, readFile(t, "testdata/fortran.npz")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestExtremesAreRead(t *testing.T) {
	want := npz.Arrays{
		{Name: "scalar", Values: []float64{2.5}},
		{Name: "empty", Shape: []int{0, 3}},
		{Name: "nonfinite", Shape: []int{4}, Values: []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0}},
		{Name: "tiny", Shape: []int{2}, Values: []float64{math.SmallestNonzeroFloat64, math.MaxFloat64}},
		{Name: "float32", Shape: []int{3}, Type: npz.Float32, Values: []float64{float64(float32(0.1)), math.MaxFloat32, math.SmallestNonzeroFloat32}},
		{Name: "int64", Shape: []int{3}, Type: npz.Int64, Values: []float64{-1 << 63, 1 << 63, 1 << 53}},
		{Name: "uint64", Shape: []int{1}, Type: npz.Uint64, Values: []float64{1 << 64}},
		{Name: "int8", Shape: []int{2}, Type: npz.Int8, Values: []float64{-128, 127}},
		{Name: "positional", Shape: []int{1, 1, 1, 1}, Values: []float64{1}},
	}
	if diff := cmp.Diff(want, readFile(t, "testdata/extremes.npz"), cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEveryVersionOfTheFormatIsRead(t *testing.T) {
	for i, a := range readFile(t, "testdata/headers.npz") {
		want := npz.Array{Name: fmt.Sprintf("version%d", i+1), Shape: []int{2}, Type: npz.Int16, Values: []float64{1, 2}}
		if diff := cmp.Diff(want, a); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

func TestArraysKeepTheFilesOrder(t *testing.T) {
	arrays := readFile(t, "testdata/positional.npz")
	if got := arrays.Names(); !slices.Equal(got, []string{"arr_0", "arr_1"}) {
		t.Errorf("names %v", got)
	}
	if a, ok := arrays.Lookup("arr_1"); !ok || !slices.Equal(a.Values, []float64{0, 1}) {
		t.Errorf("arr_1 is %v", a)
	}
	if _, ok := arrays.Lookup("arr_2"); ok {
		t.Error("arr_2 was found")
	}
}

func TestUnusableArraysAreNamedWithTheirFile(t *testing.T) {
	for array, message := range map[string]string{
		"objects":    `elements of type "|O"`,
		"structured": "structured",
		"strings":    `elements of type "<U5"`,
		"complex":    `elements of type "<c16"`,
	} {
		path := "testdata/" + array + ".npz"
		_, err := npz.ReadFile(path)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), message) {
			t.Errorf("error %v, want one with %s and %q", err, path, message)
		}
		var broken *input.Error
		if !errors.As(err, &broken) || broken.Key != fmt.Sprintf("array %q", array) || broken.File != path {
			t.Errorf("error %v does not name array %s", err, array)
		}
	}
}

func TestReadFileRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := npz.ReadFile(filepath.Join(dir, "missing.npz")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: error %v", err)
	}
	if _, err := npz.ReadFile(dir); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a directory: error %v", err)
	}
	if _, err := npz.ReadFile(os.DevNull); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a device: error %v", err)
	}
}

// Cut anywhere, an archive is refused: its directory stands at the end.
func TestTruncatedArchivesAreRefused(t *testing.T) {
	b := write(t, samples())
	for n := 0; n < len(b); n += 53 {
		if _, err := npz.Read(bytes.NewReader(b[:n]), int64(n)); err == nil || !strings.Contains(err.Error(), ".npz") {
			t.Errorf("%d of %d bytes: error %v", n, len(b), err)
		}
	}
}

func TestDamagedValuesFailTheChecksum(t *testing.T) {
	b := write(t, []npz.Array{{Name: "W1", Shape: []int{500}, Values: make([]float64, 500)}})
	b[1000] ^= 1
	if _, err := npz.Read(bytes.NewReader(b), int64(len(b))); !errors.Is(err, zip.ErrChecksum) || !strings.Contains(err.Error(), `array "W1"`) {
		t.Errorf("error %v", err)
	}
}

// npy is an entry in version 1 of NumPy's format.
func npy(header string, data ...byte) []byte {
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	return append(append(b, header...), data...)
}

type entry struct {
	name    string
	content []byte
}

// archive is a zip file with these entries.
func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestMalformedEntriesAreRefused(t *testing.T) {
	for _, c := range []struct {
		message string
		content []byte
	}{
		{"ends within the header", nil},
		{"ends within the header", []byte("\x93NUMPY\x01")},
		{"ends within the header", []byte("\x93NUMPY\x01\x00v")},
		{"ends within the header", []byte("\x93NUMPY\x01\x00v\x00{'descr'")},
		{"not in NumPy's", []byte("PK\x03\x04 and more")},
		{"version 4", []byte("\x93NUMPY\x04\x00v\x00{}")},
		{"too long", []byte("\x93NUMPY\x02\x00\xff\xff\xff\xff{}")},
		{`{ is missing`, npy("")},
		{"is missing", npy("{}")},
		{", is missing", npy("{'descr': '<f8', 'fortran_order': False, 'shape': ()")},
		{"occurs twice", npy("{'descr': '<f8', 'descr': '<f8', 'shape': ()}")},
		{`key "order" is unknown`, npy("{'order': 1}")},
		{"text after", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), } + 1")},
		{"text after", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }\x00")},
		{"string is missing", npy("{descr: '<f8'}")},
		{"string does not end", npy("{'descr': '<f8}")},
		{"False is missing", npy("{'fortran_order': 0}")},
		{"( is missing", npy("{'shape': 3}")},
		{", is missing", npy("{'shape': (3 4)}")},
		{"whole number is missing", npy("{'shape': (3,")},
		{"whole number", npy("{'shape': (-3,)}")},
		{"too large", npy("{'shape': (99999999999999999999,)}")},
		{`type ""`, npy("{'descr': '', 'fortran_order': False, 'shape': ()}")},
		{`type "<f2"`, npy("{'descr': '<f2', 'fortran_order': False, 'shape': ()}")},
		{"33 dimensions", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (" + strings.Repeat("1,", 33) + ")}")},
		{"more elements", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}")},
		{"more elements", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296)}")},
		{"truncated: 1000000000000000 elements", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,)}")},
		{"truncated: 1 elements", npy("{'descr': '<f8', 'fortran_order': False, 'shape': ()}", 1, 2, 3, 4, 5, 6, 7)},
		{"1 bytes follow", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", 1, 2, 3)},
	} {
		b := archive(t, entry{"fine.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", 1)}, entry{"W1.npy", c.content})
		_, err := npz.Read(bytes.NewReader(b), int64(len(b)))
		if err == nil || !strings.Contains(err.Error(), c.message) || !strings.Contains(err.Error(), `array "W1"`) {
			t.Errorf("%q:\nerror %v, want one with %q", c.content, err, c.message)
		}
	}
}

func TestEntriesNeedDistinctArrayNames(t *testing.T) {
	fine := npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", 1)
	for _, c := range []struct {
		message string
		entries []entry
	}{
		{"occurs twice", []entry{{"W1.npy", fine}, {"W1.npy", fine}}},
		{"empty", []entry{{".npy", fine}}},
		{`"W1.txt" is not an array`, []entry{{"W1.txt", fine}}},
		{`"W1/" is not an array`, []entry{{"W1/", nil}}},
	} {
		b := archive(t, c.entries...)
		if _, err := npz.Read(bytes.NewReader(b), int64(len(b))); err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("error %v, want one with %q", err, c.message)
		}
	}
}

// Names are keys and never paths.
func TestNamesThatLookLikePathsAreRead(t *testing.T) {
	b := archive(t, entry{"../W1.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", 1)})
	arrays, err := npz.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil || arrays[0].Name != "../W1" {
		t.Errorf("arrays %v, error %v", arrays, err)
	}
}
