package data

import (
	"errors"
	"fmt"
	"strings"
)

var errThirdClass = errors.New("is a third class")

// classNames numbers two classes as their names come along.
type classNames struct {
	known   int
	written [2]string // as first met
	numeric [2]bool
	value   [2]float64 // of numeric names
}

// number returns the class of a label, 0 or 1. The numbers 1 and 1.0 are one
// class.
func (c *classNames) number(label string) (float64, error) {
	for i := range c.known {
		if label == c.written[i] {
			return float64(i), nil
		}
	}
	name, err := cleanName(label)
	if err != nil {
		return 0, err
	}
	value, err := parseNumber(name)
	numeric := err == nil
	if err != nil && !errors.Is(err, errNotNumber) {
		return 0, err
	}
	for i := range c.known {
		if name == c.written[i] || numeric && c.numeric[i] && value == c.value[i] {
			return float64(i), nil
		}
	}
	if c.known == len(c.written) {
		return 0, fmt.Errorf("%s %w beside %s and %s", quoted(name), errThirdClass, quoted(c.written[0]), quoted(c.written[1]))
	}
	i := c.known
	c.written[i], c.numeric[i], c.value[i] = strings.Clone(name), numeric, value
	c.known++
	return float64(i), nil
}

// sort puts both classes into sorted order and tells whether they changed
// places.
func (c *classNames) sort() bool {
	sorted := c.written[0] < c.written[1]
	if c.numeric[0] && c.numeric[1] {
		sorted = c.value[0] < c.value[1]
	}
	if !sorted {
		c.written[0], c.written[1] = c.written[1], c.written[0]
		c.numeric[0], c.numeric[1] = c.numeric[1], c.numeric[0]
		c.value[0], c.value[1] = c.value[1], c.value[0]
	}
	return !sorted
}
