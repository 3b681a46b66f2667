package report

import (
	"encoding/json"
	"math/rand"
	"reflect"
	"strconv"
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

func TestPagesSayWhereTheyHaveNoRoomForNumbers(t *testing.T) {
	p := samplePage(t)
	random := rand.New(rand.NewSource(1))
	long := viz.Column{Name: "x"}
	for range 200_000 {
		long.Values = append(long.Values, strconv.FormatFloat(random.Float64(), 'g', -1, 64))
	}
	first, second := *p.Figures[0].Sheet, *p.Figures[1].Sheet
	first.Numbers = []viz.Column{long}
	p.Figures[0].Sheet, p.Figures[1].Sheet = &first, &second
	page := string(written(t, p))
	if n := strings.Count(page, `class="csv" hidden`); n != 1 || strings.Count(page, "actscope figures RUN_DIR --format csv") != 1 || len(page) > 2<<20 {
		t.Errorf("%d figures have numbers to take on a page of %d bytes", n, len(page))
	}
}
