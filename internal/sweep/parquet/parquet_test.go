package parquet_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	reader "github.com/parquet-go/parquet-go"

	"actscope/internal/experiment"
	"actscope/internal/sweep"
	"actscope/internal/sweep/parquet"
)

// nobody watches.
type nobody struct{}

func (nobody) Start(int, int, int) {}
func (nobody) Done(bool)           {}

// grid has rows without a second layer, and one of trials that diverge.
const grid = "activations: [relu, sigmoid]\nsamples: 40\nhidden: [\"3\", \"3,2\"]\nepochs: 3\nlearning-rate: [0.5, 1e300]\nseed: 1..2\n"

// trained is a small sweep.
func trained(t *testing.T) *sweep.Records {
	t.Helper()
	g, err := sweep.ReadGrid("grid.yaml", []byte(grid))
	if err != nil {
		t.Fatal(err)
	}
	provenance, err := experiment.CurrentProvenance()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := sweep.NewPlan(t.Context(), g, provenance)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := sweep.Create(filepath.Join(t.TempDir(), "sweep"), plan)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sweep.Run(t.Context(), folder, sweep.Whole, 2, nobody{}); err != nil {
		t.Fatal(err)
	}
	records, err := folder.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// both are the two forms of a table.
func both(t *testing.T, records *sweep.Records) (rows [][]string, text, file []byte) {
	t.Helper()
	var table, columnar, again bytes.Buffer
	for _, err := range []error{
		records.WriteTable(t.Context(), &table), parquet.Write(t.Context(), &columnar, records), parquet.Write(t.Context(), &again, records),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(columnar.Bytes(), again.Bytes()) {
		t.Error("equal plans give other bytes")
	}
	rows, err := csv.NewReader(bytes.NewReader(table.Bytes())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows, table.Bytes(), columnar.Bytes()
}

func TestParquetHasTheCellsOfTheTable(t *testing.T) {
	records := trained(t)
	rows, _, content := both(t, records)
	file, err := reader.OpenFile(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for i, field := range file.Schema().Fields() {
		if field.Name() != rows[0][i] {
			t.Errorf("column %d is %s, want %s", i, field.Name(), rows[0][i])
		}
	}
	if v, has := file.Lookup("program"); !has || v != records.Plan.Provenance.Version {
		t.Errorf("the program is %q", v)
	}
	if file.NumRows() != int64(len(rows)-1) || len(rows) != 17 {
		t.Fatalf("%d rows, want %d", file.NumRows(), len(rows)-1)
	}
	var read []reader.Row
	for _, group := range file.RowGroups() {
		r := group.Rows()
		buffer := make([]reader.Row, 100)
		n, _ := r.ReadRows(buffer)
		for _, row := range buffer[:n] {
			read = append(read, row.Clone())
		}
		r.Close()
	}
	nulls := 0
	for i, row := range read {
		for j, v := range row {
			want := rows[i+1][j]
			got := v.String()
			switch {
			case v.IsNull():
				got, nulls = "", nulls+1
			case v.Kind() == reader.Double:
				f, err := strconv.ParseFloat(want, 64)
				if err == nil && math.Float64bits(f) == math.Float64bits(v.Double()) {
					got = want
				}
			}
			if got != want {
				t.Errorf("row %d, %s: %s, want %s", i, rows[0][j], got, want)
			}
		}
	}
	if nulls == 0 {
		t.Error("nothing is null: the layers that are not there should be")
	}
}

// script compares what pandas makes of the files.
const script = `
import sys, pandas
table = pandas.read_csv(sys.argv[1])
print(len(table), table["trial"].dtype, table["final_loss"].dtype, table["learning-rate"].dtype, table["plan"].nunique())
try:
    import pyarrow
except ImportError:
    print("no pyarrow")
    sys.exit()
columnar = pandas.read_parquet(sys.argv[2])
assert list(columnar.columns) == list(table.columns)
for name in table.columns:
    a, b = table[name], columnar[name]
    if b.dtype.kind in "if":
        assert a.dtype == b.dtype or a.isna().all(), (name, a.dtype, b.dtype)
        assert ((a == b) | (a.isna() & b.isna())).all(), name
    else:
        assert (a.fillna("").astype(str) == b.astype(str)).all(), name
print("equal")
`

func TestPandasReadsBothFormsAsTheyAre(t *testing.T) {
	python := ""
	for _, name := range []string{"python3", "/usr/bin/python3"} { // Debian's beside another
		if exec.Command(name, "-c", "import pandas").Run() == nil {
			python = name
		}
	}
	if python == "" {
		t.Skip("no pandas here (package python3-pandas)")
	}
	_, text, content := both(t, trained(t))
	dir := t.TempDir()
	table, columnar := filepath.Join(dir, "t.csv"), filepath.Join(dir, "t.parquet")
	for name, content := range map[string][]byte{table: text, columnar: content} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said, err := exec.Command(python, "-c", script, table, columnar).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	if err != nil || lines[0] != "16 int64 float64 float64 1" {
		t.Fatalf("%v\n%s", err, said)
	}
	if lines[1] == "no pyarrow" {
		t.Skip("no pyarrow here to read Parquet with; pandas read the CSV")
	}
}
