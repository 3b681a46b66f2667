package data

import (
	"fmt"
	"math"
)

// Task says what is to be predicted of a point.
type Task int

// The tasks.
const (
	Classification Task = iota // one of two or more classes
	MultiLabel                 // of each of several labels, whether the point has it
	Regression                 // one or more numbers
)

// String names the task: "classes", "labels" or "regression".
func (t Task) String() string {
	switch t {
	case Classification:
		return "classes"
	case MultiLabel:
		return "labels"
	case Regression:
		return "regression"
	}
	return fmt.Sprintf("task %d", int(t))
}

// Targets says what the Y of a [Set] holds. The zero value is that of two classes.
type Targets struct {
	Task Task
	// Count is the number of classes, of labels or of numbers to predict; 0 stands for two
	// classes, one label or one number.
	Count int
}

// String says it in words, such as "3 classes" or "a number to predict".
func (t Targets) String() string {
	count := max(t.Count, 1)
	switch {
	case t.Task == Classification:
		return fmt.Sprintf("%d classes", t.Classes())
	case t.Task == MultiLabel:
		return fmt.Sprintf("%d labels a row", count)
	case count == 1:
		return "a number to predict"
	}
	return fmt.Sprintf("%d numbers to predict", count)
}

// Columns is how many numbers Y has of each point: one of classes, whose number it is.
func (t Targets) Columns() int {
	if t.Task == Classification {
		return 1
	}
	return max(t.Count, 1)
}

// Classes is the number of classes, 0 where the targets are none.
func (t Targets) Classes() int {
	if t.Task != Classification {
		return 0
	}
	return max(t.Count, 2)
}

// TwoClasses says that the targets are 0 or 1 for one of two classes.
func (t Targets) TwoClasses() bool { return t.Classes() == 2 }

// check reports the first target that is none.
func (t Targets) check(y []float64) error {
	columns := t.Columns()
	for i, v := range y {
		row, where := i/columns, ""
		if columns > 1 {
			where = fmt.Sprintf(", column %d,", i%columns)
		}
		switch {
		case t.Task == Regression && !(math.Abs(v) <= MaxCoordinate):
			return fmt.Errorf("data: target of row %d%s is %v: it has to be a number of at most %v", row, where, v, MaxCoordinate)
		case (t.Task == MultiLabel || t.TwoClasses()) && v != 0 && v != 1:
			return fmt.Errorf("data: label of row %d%s is %v: it has to be 0 or 1", row, where, v)
		case t.Task == Classification && !(v >= 0 && v < float64(t.Classes()) && v == math.Trunc(v)):
			return fmt.Errorf("data: class of row %d is %v: it has to be a whole number from 0 to %d", row, v, t.Classes()-1)
		}
	}
	return nil
}
