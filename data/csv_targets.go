package data

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// targetReader reads the target columns of a table row by row and knows at its end what they
// hold.
type targetReader struct {
	table *table
	task  string
	begin int // line of the first row
	// classes are those of one column, until it turns out to hold numbers.
	classes classNames
	// numbers are those of each column, nil while one column holds classes.
	numbers []numberColumn
}

// numberColumn is what is known of a column of numbers.
type numberColumn struct {
	first         float64
	begun, varies bool // there is a first; not all are equal to it
	other         bool // not all are 0 or 1
}

func newTargetReader(t *table, task string) (*targetReader, error) {
	r := &targetReader{table: t, task: task}
	switch task {
	case "", taskAuto:
		r.task = taskAuto
	case Classification.String(), Regression.String():
	default:
		return nil, badSetting("CSVConfig.Task", task, fmt.Sprintf("one of %s, %s, %s", taskAuto, Classification, Regression))
	}
	if len(t.targets) > 1 || task == Regression.String() {
		r.numbers = make([]numberColumn, len(t.targets))
	}
	return r, nil
}

// taskAuto has the targets' look decide.
const taskAuto = "auto"

// add appends the targets of a row, the number of its class in the order in which they come
// along.
func (r *targetReader) add(row []string, y []float64) ([]float64, error) {
	t := r.table
	if r.begin == 0 {
		r.begin = t.line
	}
	if r.numbers != nil {
		for k, j := range t.targets {
			v, err := r.number(k, row[j])
			if err != nil {
				return nil, t.valueFault(j, err)
			}
			y = append(y, v)
		}
		return y, nil
	}
	j := t.targets[0]
	class, isNew, err := r.classes.number(row[j])
	if err != nil {
		return nil, t.valueFault(j, err)
	}
	y = append(y, float64(class))
	if isNew {
		r.classes.list[class].line, _ = t.records.FieldPos(j)
		if r.task == taskAuto && r.classes.numeric > MaxNumericClasses {
			return y, r.turnIntoNumbers(y)
		}
	}
	return y, nil
}

// number reads a number of the target column k.
func (r *targetReader) number(k int, cell string) (float64, error) {
	v, err := parseCoordinate(cell)
	if errors.Is(err, errNotNumber) {
		switch {
		case len(r.numbers) > 1:
			err = fmt.Errorf("%w: several target columns hold numbers, or 0 and 1 for labels", err)
		case r.task == Regression.String():
			err = fmt.Errorf("%w: %s", err, textInNumbers)
		default:
			err = fmt.Errorf("%w among more than %d different numbers: %s", err, MaxNumericClasses, textInNumbers)
		}
	}
	if err != nil {
		return 0, err
	}
	c := &r.numbers[k]
	if v != 0 && v != 1 {
		if len(r.numbers) > 1 && r.task == Classification.String() {
			return 0, fmt.Errorf("%s is neither 0 nor 1: several target columns of the task %s are labels that a row has or has not", quoted(cell), Classification)
		}
		c.other = true
	}
	if !c.begun {
		c.first, c.begun = v, true
	}
	c.varies = c.varies || v != c.first
	return v, nil
}

const textInNumbers = "regression needs numbers; --task classes reads texts"

// turnIntoNumbers makes numbers of classes that are too many numbers to be classes. A text
// among them is an error.
func (r *targetReader) turnIntoNumbers(y []float64) error {
	t := r.table
	r.numbers = make([]numberColumn, 1)
	values := make([]float64, len(r.classes.list))
	for i, c := range r.classes.list {
		var err error
		if values[i], err = r.number(0, c.name); err != nil {
			return t.fault(c.line, t.targets[0], err)
		}
	}
	for i, class := range y {
		y[i] = values[int(class)]
	}
	return nil
}

// finish says what the targets are, after the last row, and puts classes into order.
func (r *targetReader) finish(y []float64) (Targets, []string, error) {
	t := r.table
	if len(y) == 0 {
		return Targets{}, nil, t.lineFault(t.line, errors.New("no rows follow the header"))
	}
	if r.numbers == nil {
		if len(r.classes.list) < 2 {
			return Targets{}, nil, t.fault(r.begin, t.targets[0], fmt.Errorf("%s is the class of every row from here on: two classes are needed", quoted(r.classes.list[0].name)))
		}
		r.classes.sort(y)
		return ofClasses(len(r.classes.list)), r.classes.short(), nil
	}
	targets := Targets{Task: Regression, Count: len(r.numbers)}
	if len(r.numbers) > 1 && r.task != Regression.String() && !slices.ContainsFunc(r.numbers, func(c numberColumn) bool { return c.other }) {
		targets.Task = MultiLabel
	}
	for k, c := range r.numbers {
		if !c.varies {
			return Targets{}, nil, t.fault(r.begin, t.targets[k], fmt.Errorf("%v is the target of every row from here on: there is nothing to predict", c.first))
		}
	}
	return targets, nil, nil
}

// ofClasses are the targets of so many classes; those of two are the zero value.
func ofClasses(k int) Targets {
	if k == 2 {
		return Targets{}
	}
	return Targets{Task: Classification, Count: k}
}

var errManyClasses = errors.New("is a class too many")

// classNames numbers classes as their names come along.
type classNames struct {
	list    []class
	numeric int // how many of them are numbers
	// texts and values find a class: by what is in a cell, of which a class may have several,
	// and by the number that this is.
	texts  map[string]int
	values map[float64]int
	bytes  int // of texts
}

// class is one as first met.
type class struct {
	name    string
	numeric bool
	value   float64 // of a numeric name
	line    int     // where it is first met
}

// maxWrittenNumber is how long numbers may be that name a class as the file writes them.
const maxWrittenNumber = 12

// What is kept of the cells of classes: all names, which may have so many bytes in all, and
// other texts while there are few.
const (
	maxClassBytes = 1 << 24
	maxClassTexts = 4 * MaxClasses
)

// number returns the class of a label in the order in which they come along, and whether it
// is the first of it. The numbers 1 and 1.0 are one class.
func (c *classNames) number(label string) (class int, isNew bool, err error) {
	if i, ok := c.texts[label]; ok {
		return i, false, nil
	}
	name, err := cleanName(label)
	if err != nil {
		return 0, false, err
	}
	value, err := parseNumber(name)
	numeric := err == nil
	if err != nil && !errors.Is(err, errNotNumber) {
		return 0, false, err
	}
	i, known := c.texts[name]
	if !known && numeric {
		i, known = c.values[value]
	}
	if !known {
		if i, err = c.add(name, value, numeric); err != nil {
			return 0, false, err
		}
	}
	if len(c.texts) < maxClassTexts && c.bytes+len(label) <= maxClassBytes {
		c.keep(label, i)
	}
	return i, !known, nil
}

// add numbers a new class.
func (c *classNames) add(name string, value float64, numeric bool) (int, error) {
	i := len(c.list)
	const advice = "is it a column of names or identifiers? Choose another --label"
	switch {
	case i == MaxClasses && c.numeric == i && numeric:
		return 0, fmt.Errorf("%s %w, there are at most %d: %s, or --task regression for numbers", quoted(name), errManyClasses, MaxClasses, advice)
	case i == MaxClasses:
		return 0, fmt.Errorf("%s %w, there are at most %d: %s", quoted(name), errManyClasses, MaxClasses, advice)
	case i >= 2 && c.bytes+len(name) > maxClassBytes:
		return 0, fmt.Errorf("%s %w: the names of classes have at most %d bytes in all: %s", quoted(name), errManyClasses, maxClassBytes, advice)
	}
	if c.texts == nil {
		c.texts, c.values = make(map[string]int), make(map[float64]int)
	}
	name = c.keep(name, i)
	c.list = append(c.list, class{name: name, numeric: numeric, value: value})
	if numeric {
		c.values[value] = i
		c.numeric++
	}
	return i, nil
}

// keep has a text find its class.
func (c *classNames) keep(text string, i int) string {
	if _, kept := c.texts[text]; !kept {
		text = strings.Clone(text)
		c.texts[text] = i
		c.bytes += len(text)
	}
	return text
}

// sort puts the classes into sorted order, and their numbers in y.
func (c *classNames) sort(y []float64) {
	order := make([]int, len(c.list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if c.numeric == len(c.list) {
			return cmp.Compare(c.list[a].value, c.list[b].value)
		}
		return strings.Compare(c.list[a].name, c.list[b].name)
	})
	sorted, rank := make([]class, len(order)), make([]float64, len(order))
	for place, i := range order {
		sorted[place], rank[i] = c.list[i], float64(place)
	}
	c.list = sorted
	for i := range y {
		y[i] = rank[int(y[i])]
	}
}

// short are the names as they are kept: long ways of writing a number, such as NumPy's
// 1.000000000000000000e+00, become its shortest.
func (c *classNames) short() []string {
	names, taken := make([]string, len(c.list)), make(map[string]bool, len(c.list))
	for i, class := range c.list {
		if plain := strconv.FormatFloat(class.value, 'g', -1, 64); class.numeric && len(class.name) > maxWrittenNumber && len(plain) < len(class.name) {
			class.name = plain
		}
		if names[i] = shortened(class.name); taken[names[i]] {
			names[i] += fmt.Sprintf(" (class %d)", i) // longer than any other name
		}
		taken[names[i]] = true
	}
	return names
}
