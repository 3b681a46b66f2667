package data_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"actscope/data"
)

// endless is a reader of a text again and again.
type endless string

func (e endless) Read(p []byte) (int, error) {
	n := 0
	for len(p)-n >= len(e) {
		n += copy(p[n:], e)
	}
	return n, nil
}

func TestCSVRowWithoutEndIsRefused(t *testing.T) {
	for _, c := range []struct {
		name, begin, forever string
		line                 int
	}{
		{"header", "", "x", 1},
		{"header of nothing", "", ",", 1},
		{"header of zero bytes", "", "\x00", 1},
		{"row", "x,y\n1,0\n", "1", 3},
		{"quote left open", "x,y\n1,0\n2,\"", "text\n", 3},
		{"quote left open in the first column", "x,y\n1,0\n\"", "text\n", 3},
	} {
		_, _, err := data.ReadCSV(io.MultiReader(strings.NewReader(c.begin), endless(c.forever)), data.CSVConfig{})
		var fault *data.InputError
		if !errors.As(err, &fault) || fault.Line != c.line || !strings.Contains(err.Error(), "the row is longer than 4194304 bytes") {
			t.Errorf("%s: error %v, want one about a long row on line %d", c.name, err, c.line)
		}
	}
}

func TestCSVOfManyColumns(t *testing.T) {
	const columns = 100_000
	var header, row strings.Builder
	for j := range columns {
		fmt.Fprintf(&header, "x%d,", j)
		fmt.Fprintf(&row, "%d.25,", j)
	}
	text := header.String() + "y\n" + row.String() + "a\n" + row.String() + "b\n"
	set, names, err := data.ReadCSV(strings.NewReader(text), data.CSVConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if set.Columns != columns || len(names.Inputs) != columns || set.Row(1)[columns-1] != columns-0.75 {
		t.Errorf("%d columns with %d names", set.Columns, len(names.Inputs))
	}
}

// millionRows is a file of 10^6 rows: the row's number, its half, its class.
func millionRows() io.Reader {
	pipe, w := io.Pipe()
	go func() {
		text := bytes.NewBufferString("number,half,class\n")
		for i := range 1_000_000 {
			row := strconv.AppendInt(text.AvailableBuffer(), int64(i), 10)
			row = append(row, ',')
			row = strconv.AppendFloat(row, float64(i)/2, 'f', -1, 64)
			row = append(row, ',', 'a'+byte(i%2), '\n')
			text.Write(row)
			if text.Len() > 1<<16 {
				w.Write(text.Bytes())
				text.Reset()
			}
		}
		w.Write(text.Bytes())
		w.Close()
	}()
	return pipe
}

// The set is all that stays: 24 bytes a row, and what the slices have spare.
func TestCSVOfAMillionRowsKeepsOnlyTheSet(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	set, _, err := data.ReadCSV(millionRows(), data.CSVConfig{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if set.Rows() != 1_000_000 {
		t.Fatalf("%d rows", set.Rows())
	}
	for i, y := range set.Y {
		if p := set.Row(i); p[0] != float64(i) || p[1] != float64(i)/2 || y != float64(i%2) {
			t.Fatalf("row %d is %v of class %v", i, p, y)
		}
	}
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 36e6 {
		t.Errorf("%d bytes are kept", kept)
	}
}

func BenchmarkReadCSV(b *testing.B) {
	text, err := io.ReadAll(millionRows())
	if err != nil {
		b.Fatal(err)
	}
	for _, label := range []string{"class", "number"} {
		b.Run(label, func(b *testing.B) {
			text := text
			if label == "number" {
				text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte(",a\n"), []byte(",0\n")), []byte(",b\n"), []byte(",1\n"))
			}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := data.ReadCSV(bytes.NewReader(text), data.CSVConfig{Label: label}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
