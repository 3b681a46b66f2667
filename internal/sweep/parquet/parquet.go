// Package parquet writes the table of a sweep as an Apache Parquet file.
package parquet

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"actscope/internal/sweep"
)

// Ending is that of the files' names.
const Ending = ".parquet"

// rowGroup is how many rows are in memory at a time.
const rowGroup = 1 << 14

// Write writes the table of [sweep.Records.WriteTable], in its columns and rows, with columns of integers,
// doubles and texts, null where nothing was measured. The plan, the program and the kernels are in the
// file's metadata, too. Equal plans give equal bytes. Errors are those of [sweep.Records.Walk].
func Write(ctx context.Context, w io.Writer, r *sweep.Records) error {
	columns, err := r.Columns()
	if err != nil {
		return err
	}
	out := parquet.NewWriter(w, schema(columns),
		parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(rowGroup), parquet.CreatedBy("actscope", r.Plan.Provenance.Version, ""),
		parquet.KeyValueMetadata("plan", r.Plan.Hash()), parquet.KeyValueMetadata("program", r.Plan.Provenance.Version), parquet.KeyValueMetadata("kernels", r.Plan.Provenance.Kernels))
	row := make(parquet.Row, len(columns))
	err = r.Rows(ctx, func(cells []string) error {
		for i, c := range columns {
			v, err := value(c, cells[i])
			if err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
			defined := 1
			if v.IsNull() {
				defined = 0
			}
			row[i] = v.Level(0, defined, i)
		}
		_, err := out.WriteRows([]parquet.Row{row})
		return err
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// schema has the columns in their order, which that of a struct's fields keeps.
func schema(columns []sweep.Column) *parquet.Schema {
	fields := make([]reflect.StructField, len(columns))
	for i, c := range columns {
		of := map[sweep.ColumnKind]reflect.Type{sweep.Text: reflect.TypeFor[string](), sweep.Integer: reflect.TypeFor[int64](), sweep.Number: reflect.TypeFor[float64]()}[c.Kind]
		fields[i] = reflect.StructField{Name: fmt.Sprintf("C%d", i), Type: of, Tag: reflect.StructTag(fmt.Sprintf("parquet:%q", c.Name+",optional"))}
	}
	return parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
}

// value is a cell, null for an empty one that is no text.
func value(c sweep.Column, cell string) (parquet.Value, error) {
	switch {
	case c.Kind == sweep.Text:
		return parquet.ByteArrayValue([]byte(cell)), nil
	case cell == "":
		return parquet.NullValue(), nil
	case c.Kind == sweep.Integer:
		v, err := strconv.ParseInt(cell, 10, 64)
		return parquet.Int64Value(v), err
	}
	v, err := strconv.ParseFloat(cell, 64)
	return parquet.DoubleValue(v), err
}
