package data

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The limit itself would take a gigabyte.
func TestCSVWithTooManyNumbersIsRefused(t *testing.T) {
	const text = "x1,x2,y\n1,2,0\n3,4,1\n5,6,1\n"
	if set, _, err := readCSV(strings.NewReader(text), CSVConfig{}, 6); err != nil || set.Rows() != 3 {
		t.Errorf("%d rows, error %v", set.Rows(), err)
	}
	_, _, err := readCSV(strings.NewReader(text), CSVConfig{}, 5)
	if err == nil || err.Error() != "CSV:4: the file is too large: at most 5 numbers are read beside the labels" {
		t.Errorf("error %v", err)
	}
}

func TestNamesAreCutAndStayDistinct(t *testing.T) {
	long := strings.Repeat("ä", 100_000)
	header := strings.Join([]string{long + "1", "short", long + "2", "y"}, ",")
	text := header + "\n1,2,3," + long + "a\n4,5,6," + long + "b\n4,5,6," + long + "c\n7,8,9,short\n"
	set, names, err := ReadCSV(strings.NewReader(text), CSVConfig{})
	if err != nil || set.Rows() != 4 {
		t.Fatal(set, err)
	}
	cut := strings.Repeat("ä", MaxName-1) + "…"
	want := Names{Inputs: []string{cut, "short", cut + " (column 3)"}, Targets: []string{"y"}, Classes: []string{"short", cut, cut + " (class 2)", cut + " (class 3)"}}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	for label, column := range map[string]string{long + "1": cut, cut: cut, cut + " (column 3)": cut + " (column 3)"} {
		_, names, err := ReadCSV(strings.NewReader(header+"\n0,1,0,1\n1,2,1,2\n"), CSVConfig{Label: label})
		if err != nil || names.Targets[0] != column {
			t.Errorf("label %q, %v", names.Targets, err)
		}
	}
}
