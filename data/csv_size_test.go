package data

import (
	"strings"
	"testing"
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
