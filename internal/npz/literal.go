package npz

import (
	"bytes"
	"fmt"
	"strconv"
)

// literal scans the Python literals that a .npy header consists of. The first
// error stays and leaves nothing to scan, so that a parse can be written without
// asking after every step.
type literal struct {
	rest []byte
	err  error
}

func (p *literal) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
		p.rest = nil
	}
}

// peek returns the next byte that is not a blank, 0 at the end.
func (p *literal) peek() byte {
	p.rest = bytes.TrimLeft(p.rest, " \t\r\n")
	if len(p.rest) == 0 {
		return 0
	}
	return p.rest[0]
}

// accept consumes a word if it comes next.
func (p *literal) accept(word string) bool {
	p.peek()
	rest, found := bytes.CutPrefix(p.rest, []byte(word))
	p.rest = rest
	return found
}

func (p *literal) expect(word string) {
	if !p.accept(word) {
		p.fail("%s is missing", word)
	}
}

// quoted reads a string in single or double quotes, without escapes.
func (p *literal) quoted() string {
	quote := p.peek()
	if quote != '\'' && quote != '"' {
		p.fail("a string is missing")
		return ""
	}
	text, rest, ends := bytes.Cut(p.rest[1:], []byte{quote})
	if !ends {
		p.fail("a string does not end")
		return ""
	}
	p.rest = rest
	return string(text)
}

// boolean reads True or False.
func (p *literal) boolean() bool {
	if p.accept("True") {
		return true
	}
	p.expect("False")
	return false
}

// tuple reads whole numbers in parentheses: (), (3,), (3, 4).
func (p *literal) tuple() []int {
	var numbers []int
	p.expect("(")
	for p.err == nil && !p.accept(")") {
		numbers = append(numbers, p.number())
		if p.accept(")") {
			break
		}
		p.expect(",")
	}
	return numbers
}

func (p *literal) number() int {
	p.peek()
	digits := 0
	for digits < len(p.rest) && '0' <= p.rest[digits] && p.rest[digits] <= '9' {
		digits++
	}
	if digits == 0 {
		p.fail("a whole number is missing")
		return 0
	}
	n, err := strconv.Atoi(string(p.rest[:digits]))
	if err != nil {
		p.fail("%s is too large", p.rest[:digits])
		return 0
	}
	p.rest = p.rest[digits:]
	return n
}
