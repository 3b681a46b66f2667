package npz_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"actscope/internal/npz"
)

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
