package data

import (
	"fmt"
	"math"
)

// SplitConfig describes how rows are divided into training and test rows.
type SplitConfig struct {
	TestFraction float64 // share of the rows that are tested, rounded up to whole rows
	Seed         uint32  // of the split's own stream
}

// SplitRows divides the row numbers 0 to rows-1 as scikit-learn's
// train_test_split does: the first ceil(TestFraction * rows) of a random
// permutation are tested, the others trained on, both in the permutation's
// order. Classes are not balanced. A split that leaves a side without rows is an
// error.
func SplitRows(rows int, c SplitConfig) (train, test []int, err error) {
	if rows < 2 {
		return nil, nil, fmt.Errorf("data: %d rows cannot be split: at least 2 are needed", rows)
	}
	if !(c.TestFraction > 0 && c.TestFraction < 1) {
		return nil, nil, badSetting("SplitConfig.TestFraction", c.TestFraction, "above 0 and below 1")
	}
	tested := int(math.Ceil(c.TestFraction * float64(rows)))
	if tested >= rows {
		return nil, nil, badSetting("SplitConfig.TestFraction", c.TestFraction,
			fmt.Sprintf("at most %v, which leaves one of the %d rows to train on", float64(rows-1)/float64(rows), rows))
	}
	order := NewRandomState(c.Seed).Permutation(rows)
	return order[tested:], order[:tested:tested], nil
}

// Split divides a set into training and test rows by SplitRows; both are copies.
func Split(s Set, c SplitConfig) (train, test Set, err error) {
	if err := s.Validate(); err != nil {
		return Set{}, Set{}, err
	}
	trainRows, testRows, err := SplitRows(s.Rows(), c)
	if err != nil {
		return Set{}, Set{}, err
	}
	return s.Select(trainRows), s.Select(testRows), nil
}
