package report

import (
	"encoding/json"
	"fmt"

	"actscope/viz"
)

// packColumns are a table's columns as csv.js reads them: base64 of deflated JSON, one column after the other, for what stands
// below each other is alike. It is "" of a table without rows.
func packColumns(columns []viz.Column) (string, error) {
	if len(columns) == 0 {
		return "", nil
	}
	for _, c := range columns {
		if n := len(columns[0].Values); len(c.Values) != n {
			return "", fmt.Errorf("column %q has %d rows, and the first column %d", c.Name, len(c.Values), n)
		}
	}
	raw, err := json.Marshal(columns)
	if err != nil {
		return "", err
	}
	return pack(raw)
}
