package npz_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"actscope/internal/npz"
)

func write(t testing.TB, arrays []npz.Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npz.Write(&b, arrays); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// samples has an array of every type and of several shapes.
func samples() npz.Arrays {
	arrays := npz.Arrays{
		{Name: "scalar", Values: []float64{2.5}},
		{Name: "empty", Shape: []int{0, 3}},
		{Name: "nonfinite", Shape: []int{4}, Values: []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}},
		{Name: "dir/grüße", Shape: []int{1, 1, 1}, Values: []float64{math.SmallestNonzeroFloat64}},
		{Name: "long", Shape: []int{3000}, Values: make([]float64, 3000)},
	}
	for i := range arrays[4].Values {
		arrays[4].Values[i] = float64(i) / 3
	}
	for dtype := npz.Float64; dtype <= npz.Bool; dtype++ {
		values := []float64{0, 1, 2, 3, 100, 101}
		if dtype == npz.Bool {
			values = []float64{0, 1, 1, 1, 0, 1}
		}
		arrays = append(arrays, npz.Array{Name: dtype.String(), Shape: []int{2, 3}, Type: dtype, Values: values})
	}
	return arrays
}

func TestWrittenArraysReadBack(t *testing.T) {
	b := write(t, samples())
	got, err := npz.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(samples(), got, cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if v := got[2].Values[3]; !math.Signbit(v) {
		t.Errorf("negative zero became %v", v)
	}
}

func TestWriteGivesTheSameBytes(t *testing.T) {
	if !bytes.Equal(write(t, samples()), write(t, samples())) {
		t.Error("two archives of the same arrays differ")
	}
}

// An entry holds byte for byte what NumPy puts there.
func TestEntriesEqualNumPys(t *testing.T) {
	const path = "testdata/stored.npz"
	arrays, err := npz.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	b := write(t, arrays)
	ours, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if len(ours.File) != len(theirs.File) {
		t.Fatalf("%d entries, want %d", len(ours.File), len(theirs.File))
	}
	for i, entry := range theirs.File {
		if got := ours.File[i].Name; got != entry.Name {
			t.Errorf("entry %d is %s, want %s", i, got, entry.Name)
		}
		if !bytes.Equal(content(t, ours.File[i]), content(t, entry)) {
			t.Errorf("%s differs", entry.Name)
		}
	}
}

func content(t *testing.T, entry *zip.File) []byte {
	t.Helper()
	r, err := entry.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Readers in C take an entry's sizes from the header in front of it; its date is
// the same always, and one that exists.
func TestEntriesAnnounceSizeAndDate(t *testing.T) {
	b := write(t, []npz.Array{{Name: "a", Shape: []int{2}, Values: []float64{1, 2}}})
	const flags, date, sizes = 6, 12, 18
	if b[flags]&8 != 0 {
		t.Error("sizes follow the data")
	}
	if got := b[date : date+2]; !bytes.Equal(got, []byte{0x21, 0}) {
		t.Errorf("date is %v, want 1 January 1980", got)
	}
	if got := b[sizes : sizes+8]; !bytes.Equal(got, []byte{144, 0, 0, 0, 144, 0, 0, 0}) {
		t.Errorf("compressed and uncompressed size are %v, want 144 twice", got)
	}
}

func TestNumPyReadsWhatIsWritten(t *testing.T) {
	python := pythonWithNumPy()
	if python == "" {
		t.Skip("needs Python 3 with NumPy")
	}
	path := filepath.Join(t.TempDir(), "written.npz")
	if err := os.WriteFile(path, write(t, samples()), 0o666); err != nil {
		t.Fatal(err)
	}
	const script = `
import sys, numpy
for name, a in numpy.load(sys.argv[1]).items():
    print(name, a.dtype, a.shape, a.ravel()[:6].astype(float).tolist())
`
	out, err := exec.Command(python, "-c", script, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, line := range []string{
		"scalar float64 () [2.5]\n",
		"empty float64 (0, 3) []\n",
		"nonfinite float64 (4,) [nan, inf, -inf, -0.0]\n",
		"dir/grüße float64 (1, 1, 1) [5e-324]\n",
		"float32 float32 (2, 3) [0.0, 1.0, 2.0, 3.0, 100.0, 101.0]\n",
		"uint64 uint64 (2, 3) [0.0, 1.0, 2.0, 3.0, 100.0, 101.0]\n",
		"bool bool (2, 3) [0.0, 1.0, 1.0, 1.0, 0.0, 1.0]\n",
	} {
		if !strings.Contains(string(out), line) {
			t.Errorf("%q is missing in\n%s", line, out)
		}
	}
}

// pythonWithNumPy returns an interpreter, "" where there is none. A
// distribution's NumPy belongs to its own Python, which may not be first.
func pythonWithNumPy() string {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import numpy").Run() == nil {
			return python
		}
	}
	return ""
}

func TestWriteRefusesBeforeWriting(t *testing.T) {
	fine := npz.Array{Name: "fine", Shape: []int{1}, Values: []float64{1}}
	for _, c := range []struct {
		array   npz.Array
		message string
	}{
		{npz.Array{Values: []float64{1}}, `array "": the name is empty`},
		{fine, `array "fine": the name occurs twice`},
		{npz.Array{Name: strings.Repeat("n", 1<<16), Values: []float64{1}}, "bytes long"},
		{npz.Array{Name: "W1", Shape: []int{2, 2}, Values: []float64{1}}, `array "W1": shape [2 2] has 4 elements but there are 1 values`},
		{npz.Array{Name: "W1", Shape: []int{-1, -1}, Values: []float64{1}}, "negative"},
		{npz.Array{Name: "W1", Shape: make([]int, 33)}, "33 dimensions"},
		{npz.Array{Name: "W1", Shape: []int{1 << 40, 1 << 40}}, "more elements"},
		{npz.Array{Name: "W1", Type: 200, Values: []float64{1}}, "DType(200)"},
		{npz.Array{Name: "y", Shape: []int{2, 2}, Type: npz.Int64, Values: []float64{0, 1, 1, 0.5}}, "value 0.5 at index [1 1] does not fit int64"},
		{npz.Array{Name: "y", Type: npz.Bool, Values: []float64{2}}, "does not fit bool"},
		{npz.Array{Name: "y", Type: npz.Int32, Values: []float64{math.NaN()}}, "does not fit int32"},
		{npz.Array{Name: "y", Type: npz.Uint8, Values: []float64{-1}}, "does not fit uint8"},
		{npz.Array{Name: "y", Type: npz.Int64, Values: []float64{1 << 63}}, "does not fit int64"},
		{npz.Array{Name: "y", Type: npz.Uint64, Values: []float64{1 << 64}}, "does not fit uint64"},
		{npz.Array{Name: "y", Type: npz.Float32, Values: []float64{1e39}}, "does not fit float32"},
	} {
		var b bytes.Buffer
		err := npz.Write(&b, []npz.Array{fine, c.array})
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("error %v, want one with %q", err, c.message)
		}
		if b.Len() != 0 {
			t.Errorf("%q: %d bytes were written", c.message, b.Len())
		}
	}
}

func TestExtremeIntegersAreExact(t *testing.T) {
	arrays := []npz.Array{
		{Name: "i8", Shape: []int{2}, Type: npz.Int64, Values: []float64{-1 << 63, 1<<63 - 1<<10}},
		{Name: "u8", Type: npz.Uint64, Values: []float64{1<<64 - 1<<11}},
	}
	b := write(t, arrays)
	got, err := npz.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(npz.Arrays(arrays), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A full disk shows as an error wherever it strikes.
func TestWriteReportsAFailingWriter(t *testing.T) {
	total := len(write(t, samples()))
	for room := 0; room < total; room += 97 {
		if err := npz.Write(&disk{room}, samples()); !errors.Is(err, errFull) {
			t.Errorf("room for %d of %d bytes: error %v", room, total, err)
		}
	}
}

var errFull = errors.New("disk full")

type disk struct{ room int }

func (d *disk) Write(p []byte) (int, error) {
	n := min(len(p), d.room)
	d.room -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func ExampleWrite() {
	var file bytes.Buffer
	err := npz.Write(&file, []npz.Array{
		{Name: "W1", Shape: []int{2, 3}, Values: []float64{1, 2, 3, 4, 5, 6}},
		{Name: "y", Shape: []int{4}, Type: npz.Int64, Values: []float64{0, 1, 1, 0}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	arrays, err := npz.Read(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range arrays {
		fmt.Println(a.Name, a.Type, a.Shape, a.Values)
	}
	// Output:
	// W1 float64 [2 3] [1 2 3 4 5 6]
	// y int64 [4] [0 1 1 0]
}
