package report

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"actscope/viz"
)

func TestNumbersOfFiguresArePackedByColumn(t *testing.T) {
	columns := []viz.Column{{Name: "layer, stage", Values: []string{"z1", `the "last"`}}, {Name: "|z|", Values: []string{"0.1", "+Inf"}}}
	packed, err := packColumns(columns)
	if err != nil {
		t.Fatal(err)
	}
	var got []viz.Column
	if err := json.Unmarshal(unpack(t, packed).bytes, &got); err != nil || !reflect.DeepEqual(got, columns) {
		t.Errorf("got %v, %v, want %v", got, err, columns)
	}
	_, err = packColumns([]viz.Column{{Name: "a", Values: []string{"1", "2"}}, {Name: "b", Values: []string{"x"}}})
	if err == nil || !strings.Contains(err.Error(), `column "b" has 1 rows, and the first column 2`) {
		t.Errorf("got %v", err)
	}
	if packed, err := packColumns(nil); packed != "" || err != nil {
		t.Errorf("no columns give %q, %v", packed, err)
	}
}
