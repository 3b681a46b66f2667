package npz_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"actscope/internal/npz"
)

// What an archive claims or inflates to must not decide over memory.
func TestBombsAreRefusedWithoutTheMemoryTheyAskFor(t *testing.T) {
	zeros := func(count int) entry {
		header := fmt.Sprintf("{'descr': '|u1', 'fortran_order': True, 'shape': (%d,)}", count)
		return entry{"zeros.npy", npy(header, make([]byte, count)...)}
	}
	many := make([]entry, 100)
	for i := range many {
		many[i] = entry{fmt.Sprintf("zeros%d.npy", i), zeros(1 << 18).content}
	}
	const ask = 1 << 40
	claim := npy(fmt.Sprintf("{'descr': '<f8', 'fortran_order': False, 'shape': (%d,)}", ask))
	for _, c := range []struct {
		name    string
		archive []byte
	}{
		{"one array of zeros", archive(t, zeros(1<<26))},
		{"many arrays of zeros", archive(t, many...)},
		{"more zeros than the header announces", archive(t, entry{"zeros.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", make([]byte, 1<<26)...)})},
		{"a directory that lies", lie(t, claim, uint64(len(claim))+8*ask)},
		{"a directory that lies within the allowance", lie(t, npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000,)}"), 16_000_069)},
	} {
		t.Run(c.name, func(t *testing.T) {
			size := len(c.archive)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := npz.Read(bytes.NewReader(c.archive), int64(size))
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), `array "`) {
				t.Errorf("error %v", err)
			}
			allocated := after.TotalAlloc - before.TotalAlloc
			if limit := uint64(2 * (17<<20 + 32*size)); allocated > limit {
				t.Errorf("an archive of %d bytes made Read allocate %d", size, allocated)
			}
		})
	}
}

// lie is an archive whose directory gives its entry a false length.
func lie(t *testing.T, content []byte, length uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{
		Name:               "claim.npy",
		Method:             zip.Store,
		CRC32:              crc32.ChecksumIEEE(content),
		CompressedSize64:   uint64(len(content)),
		UncompressedSize64: length,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Zeros compress a thousandfold: a small deflated array of them is no bomb.
func TestDeflatedZerosAreRead(t *testing.T) {
	const count = 1 << 20
	header := fmt.Sprintf("{'descr': '<f8', 'fortran_order': False, 'shape': (%d,)}", count)
	b := archive(t, entry{"grad_W1.npy", npy(header, make([]byte, 8*count)...)})
	arrays, err := npz.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(arrays[0].Values) != count {
		t.Errorf("%d arrays, error %v", len(arrays), err)
	}
}

// Whatever is written reads back, however well it would have compressed.
func TestLargeWrittenArraysReadBack(t *testing.T) {
	arrays := npz.Arrays{
		{Name: "zeros", Shape: []int{1 << 21}, Values: make([]float64, 1<<21)},
		{Name: "flags", Shape: []int{1 << 22}, Type: npz.Bool, Values: make([]float64, 1<<22)},
	}
	b := write(t, arrays)
	got, err := npz.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range arrays {
		if !slices.Equal(a.Values, got[i].Values) {
			t.Errorf("%s differs", a.Name)
		}
	}
}

// checkRead holds for any bytes: arrays that are read fill their shapes, stay
// within the memory allowed, and can be written and read again.
func checkRead(t *testing.T, b []byte) {
	arrays, err := npz.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return
	}
	total := 0
	for _, a := range arrays {
		total += 8 * len(a.Values)
	}
	if limit := 16<<20 + 32*len(b); total > limit {
		t.Errorf("%d bytes of values from a file of %d", total, len(b))
	}
	var again bytes.Buffer
	if err := npz.Write(&again, arrays); err != nil {
		if strings.Contains(err.Error(), "int64") { // rounded beyond the type's range
			return
		}
		t.Fatal(err)
	}
	got, err := npz.Read(bytes.NewReader(again.Bytes()), int64(again.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(arrays, got, cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("-first +second:\n%s", diff)
	}
}

func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.npz")
	if err != nil || len(paths) == 0 {
		f.Fatal("no archives in testdata", err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(checkRead)
}

// FuzzReadEntry gets past the archive's checksums to the entry's own format.
func FuzzReadEntry(f *testing.F) {
	for _, dtype := range []string{"<f8", ">f4", "<i2", "|b1"} {
		for _, order := range []string{"False", "True"} {
			f.Add(npy(fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (1, 2), }\n", dtype, order), make([]byte, 16)...))
		}
	}
	f.Add(binary.LittleEndian.AppendUint32([]byte("\x93NUMPY\x02\x00"), math.MaxUint32))
	f.Fuzz(func(t *testing.T, content []byte) {
		checkRead(t, archive(t, entry{"a.npy", content}))
	})
}
