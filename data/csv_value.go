package data

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	errMissing   = errors.New("the value is missing")
	errNotNumber = errors.New("is not a number")
)

// parseNumber returns the finite decimal number in a cell. Text is errNotNumber.
func parseNumber(cell string) (float64, error) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return 0, errMissing
	}
	v, err := strconv.ParseFloat(cell, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%s is too large for a 64-bit number", quoted(cell))
	case err != nil || !decimal(cell):
		return 0, fmt.Errorf("%s %w", quoted(cell), errNotNumber)
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, fmt.Errorf("%s is not finite", quoted(cell))
	}
	return v, nil
}

// decimal tells the numbers of a table from the others that Go writes:
// hexadecimal ones, and those with digits in groups. It is strings.ContainsAny at
// a fraction of its time, which every value takes.
func decimal(number string) bool {
	for i := range len(number) {
		switch number[i] {
		case 'x', 'X', '_':
			return false
		}
	}
	return true
}

// cleanName returns the name in a cell with single spaces, fit to be shown.
func cleanName(cell string) (string, error) {
	if !utf8.ValidString(cell) {
		return "", fmt.Errorf("%s is not UTF-8", quoted(cell))
	}
	if strings.ContainsRune(cell, '\r') {
		return "", fmt.Errorf("%s holds a carriage return: lines have to end with LF or CR LF", quoted(cell))
	}
	name := singleSpaced(cell)
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", fmt.Errorf("%s holds characters that do not print", quoted(name))
	}
	return name, nil
}

// singleSpaced returns a text without space at its ends, all other space and line
// breaks made one space each.
func singleSpaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// quoted shows a cell in an error.
func quoted(cell string) string { return strconv.Quote(clipped(cell)) }

// clipped returns as much of a text as suits an error.
func clipped(text string) string {
	const most = 40
	letters := 0
	for i := range text {
		if letters == most {
			return text[:i] + "…"
		}
		letters++
	}
	return text
}
