package data

import (
	"fmt"
	"math"
	"slices"

	"actscope/internal/input"
)

// SplitConfig describes how rows are divided into training and test rows.
type SplitConfig struct {
	TestFraction float64 // share of the rows that are tested, rounded up to whole rows
	Seed         uint32  // of the split's own stream
	// Stratify has the same share of every class tested, as nearly as whole rows allow.
	Stratify bool
}

// SplitRows divides the row numbers 0 to rows-1 as scikit-learn's
// train_test_split does: the first ceil(TestFraction * rows) of a random
// permutation are tested, the others trained on, both in the permutation's
// order. Classes, of which it knows nothing, are not balanced: see [Split]. A split that
// leaves a side without rows is an error.
func SplitRows(rows int, c SplitConfig) (train, test []int, err error) {
	tested, err := c.tested(rows)
	if err != nil {
		return nil, nil, err
	}
	if c.Stratify {
		return nil, nil, badSetting("SplitConfig.Stratify", c.Stratify, "false for rows whose classes are not known")
	}
	order := NewRandomState(c.Seed).Permutation(rows)
	return order[tested:], order[:tested:tested], nil
}

// tested is the number of test rows.
func (c SplitConfig) tested(rows int) (int, error) {
	if rows < 2 {
		return 0, fmt.Errorf("data: %d rows cannot be split: at least 2 are needed", rows)
	}
	if !(c.TestFraction > 0 && c.TestFraction < 1) {
		return 0, badSetting("SplitConfig.TestFraction", c.TestFraction, "above 0 and below 1")
	}
	tested := int(math.Ceil(c.TestFraction * float64(rows)))
	if tested >= rows {
		return 0, badSetting("SplitConfig.TestFraction", c.TestFraction,
			fmt.Sprintf("at most %v, which leaves one of the %d rows to train on", float64(rows-1)/float64(rows), rows))
	}
	return tested, nil
}

// Split divides a set into training and test rows, by SplitRows or, where this is asked for,
// with the same share of every class tested, by the numbers of scikit-learn's
// train_test_split(stratify=y). For the latter the targets have to be classes, each class
// needs two rows, and either side as many rows as there are classes. Both parts are copies.
func Split(s Set, c SplitConfig) (train, test Set, err error) {
	if err := s.Validate(); err != nil {
		return Set{}, Set{}, err
	}
	split := SplitRows
	if c.Stratify {
		split = s.stratifiedRows
	}
	trainRows, testRows, err := split(s.Rows(), c)
	if err != nil {
		return Set{}, Set{}, err
	}
	return s.Select(trainRows), s.Select(testRows), nil
}

// stratifiedRows divides the rows so that each class is divided alike, as scikit-learn's
// StratifiedShuffleSplit does.
func (s Set) stratifiedRows(rows int, c SplitConfig) (train, test []int, err error) {
	tested, err := c.tested(rows)
	if err != nil {
		return nil, nil, err
	}
	ofClass, err := s.rowsToStratify(min(tested, rows-tested))
	if err != nil {
		return nil, nil, err
	}
	counts := make([]int, len(ofClass))
	for i, of := range ofClass {
		counts[i] = len(of)
	}
	rng := NewRandomState(c.Seed)
	trained := shares(counts, rows-tested, rng)
	for i := range counts {
		counts[i] -= trained[i]
	}
	held := shares(counts, tested, rng)
	for i, of := range ofClass {
		order := rng.Permutation(len(of))
		for place, j := range order[:trained[i]+held[i]] {
			if place < trained[i] {
				train = append(train, of[j])
			} else {
				test = append(test, of[j])
			}
		}
	}
	for _, side := range [][]int{train, test} {
		rng.Shuffle(len(side), func(i, j int) { side[i], side[j] = side[j], side[i] })
	}
	return train, test, nil
}

// rowsToStratify are the rows of each class that has any, of which either side of the split has
// to have one: smaller is the number of rows of the smaller side.
func (s Set) rowsToStratify(smaller int) ([][]int, error) {
	const field = "SplitConfig.Stratify"
	if s.Targets.Task != Classification {
		return nil, input.Refuse(field, "the targets are no classes, of which the same share could be held out (task %s)", s.Targets.Task)
	}
	all := make([][]int, s.Targets.Classes())
	for i, y := range s.Y {
		all[int(y)] = append(all[int(y)], i)
	}
	var present [][]int
	for class, rows := range all {
		if len(rows) == 1 {
			return nil, input.Refuse(field, "class %d has one row, which cannot be both trained on and tested: drop that class, or do without", class)
		}
		if len(rows) > 0 {
			present = append(present, rows)
		}
	}
	if smaller < len(present) {
		return nil, input.Refuse(field, "one of training and test has %d rows for %d classes: choose another test fraction, or do without", smaller, len(present))
	}
	return present, nil
}

// shares divides a number of draws among classes in proportion to their rows: the whole parts
// first, then one each by the size of the remainders, ties broken at random (scikit-learn's
// _approximate_mode).
func shares(counts []int, draws int, rng *RandomState) []int {
	all := 0
	for _, n := range counts {
		all += n
	}
	share, remainder := make([]int, len(counts)), make([]float64, len(counts))
	left := draws
	for i, n := range counts {
		exact := float64(n) / float64(all) * float64(draws)
		share[i] = int(exact)
		remainder[i] = exact - math.Floor(exact)
		left -= share[i]
	}
	if left == 0 {
		return share
	}
	sizes := slices.Clone(remainder)
	slices.Sort(sizes)
	for _, size := range slices.Backward(slices.Compact(sizes)) {
		var tied []int
		for i, r := range remainder {
			if r == size {
				tied = append(tied, i)
			}
		}
		now := min(len(tied), left)
		for _, i := range rng.Permutation(len(tied))[:now] {
			share[tied[i]]++
		}
		if left -= now; left == 0 {
			break
		}
	}
	return share
}
