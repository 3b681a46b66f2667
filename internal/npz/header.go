package npz

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The .npy format: magic, version, length of the header, the header (a Python
// dictionary, padded so that the data begin on a multiple of 64), the data.
const (
	magic     = "\x93NUMPY"
	alignment = 64
	// maxHeader is what numpy.load accepts (_MAX_HEADER_SIZE in numpy/lib/format.py).
	maxHeader = 10_000
)

// header describes the data of a .npy entry.
type header struct {
	descr   string
	fortran bool // first index fastest
	shape   []int
}

// appendTo appends magic, version, length and dictionary.
func (h header) appendTo(b []byte) []byte {
	order := "False"
	if h.fortran {
		order = "True"
	}
	sides := make([]string, len(h.shape))
	for i, side := range h.shape {
		sides[i] = strconv.Itoa(side)
	}
	shape := strings.Join(sides, ", ")
	if len(sides) == 1 {
		shape += ","
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", h.descr, order, shape)
	const prefix = len(magic) + 2 + 2
	padding := (alignment - (prefix+len(dict)+1)%alignment) % alignment
	dict += strings.Repeat(" ", padding) + "\n"

	b = append(b, magic...)
	b = append(b, 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(dict)))
	return append(b, dict...)
}

// readHeader reads up to the first byte of the data and returns how many bytes
// that were.
func readHeader(r io.Reader) (h header, size int, err error) {
	var start [len(magic) + 2]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return header{}, 0, truncated(err)
	}
	if string(start[:len(magic)]) != magic {
		return header{}, 0, errors.New("not in NumPy's .npy format")
	}
	var length [4]byte
	width := 4
	switch version := start[len(magic)]; version {
	case 1:
		width = 2
	case 2, 3:
	default:
		return header{}, 0, fmt.Errorf("version %d of NumPy's format is unknown", version)
	}
	if _, err := io.ReadFull(r, length[:width]); err != nil {
		return header{}, 0, truncated(err)
	}
	n := binary.LittleEndian.Uint32(length[:]) // for version 1 the upper half is zero
	if n > maxHeader {
		return header{}, 0, fmt.Errorf("header of %d bytes is too long: at most %d are read", n, maxHeader)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return header{}, 0, truncated(err)
	}
	h, err = parseHeader(text)
	return h, len(start) + width + len(text), err
}

func truncated(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("truncated: ends within the header")
	}
	return err
}

// parseHeader reads the dictionary: the three keys in any order, each once.
func parseHeader(text []byte) (header, error) {
	p := &literal{rest: text}
	var h header
	seen := map[string]bool{}
	p.expect("{")
	for p.err == nil && !p.accept("}") {
		key := p.quoted()
		p.expect(":")
		switch {
		case p.err != nil:
		case seen[key]:
			p.fail("key %q occurs twice", key)
		case key == "descr":
			if p.peek() == '[' {
				return header{}, errors.New("structured elements cannot be used: save each field as an array of its own")
			}
			h.descr = p.quoted()
		case key == "fortran_order":
			h.fortran = p.boolean()
		case key == "shape":
			h.shape = p.tuple()
		default:
			p.fail("key %q is unknown", key)
		}
		seen[key] = true
		if p.accept("}") {
			break
		}
		p.expect(",")
	}
	if p.peek(); len(p.rest) > 0 {
		p.fail("text after the dictionary")
	}
	if len(seen) != 3 {
		p.fail("descr, fortran_order or shape is missing")
	}
	if p.err != nil {
		return header{}, fmt.Errorf("header is malformed: %w", p.err)
	}
	return h, nil
}

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
