package doctor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"actscope/internal/input"
)

// readJSON reads an object whose values are numbers, truth values or nested lists of these; null is NaN, and other values
// are left out.
func readJSON(r io.Reader) ([]Array, error) {
	d := &jsonReader{decoder: json.NewDecoder(io.LimitReader(r, mostBytes)), seen: map[string]bool{}, parts: map[string][]Array{}}
	d.decoder.UseNumber()
	token, err := d.decoder.Token()
	if err != nil {
		return nil, d.broken(err)
	}
	if token != json.Delim('{') {
		return nil, errors.New("the JSON is no object: write {\"x\": [[...]], \"y\": [...], \"W1\": ..., \"grad_W1\": ...}")
	}
	if err := d.object(""); err != nil {
		return nil, err
	}
	return d.layered(), nil
}

// layered are the arrays with the lists of all layers' parameters taken apart, weights_0, weights_1, where some list is one:
// of arrays of different sizes.
func (d *jsonReader) layered() []Array {
	var list []Array
	layers := 0
	for _, a := range d.arrays {
		if parts, ok := d.parts[a.Name]; ok {
			layers = len(parts)
		}
	}
	for _, a := range d.arrays {
		parts, ok := d.parts[a.Name]
		if !ok && layers > 0 && len(a.Shape) > 1 && a.Shape[0] == layers && ofLayers(a.Name) {
			size := len(a.Values) / layers
			for l := range layers {
				parts = append(parts, Array{Shape: a.Shape[1:], Values: a.Values[l*size : (l+1)*size]})
			}
		}
		if parts == nil {
			list = append(list, a)
		}
		for l, part := range parts {
			part.Name = fmt.Sprintf("%s_%d", a.Name, l)
			list = append(list, part)
		}
	}
	return list
}

// ofLayers tells a name of parameters or their gradients without a number, which may be those of all layers.
func ofLayers(name string) bool {
	_, numbered := number(name)
	_, _, gradient := derived(name)
	r := roleOf(name)
	return !numbered && (gradient || r == weightRole || r == biasRole)
}

type jsonReader struct {
	decoder *json.Decoder
	arrays  []Array
	seen    map[string]bool
	cells   int
	parts   map[string][]Array // of the lists of arrays of different sizes
}

func (d *jsonReader) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON ends too early")
	}
	return fmt.Errorf("not JSON at byte %d: %w (write null for NaN)", d.decoder.InputOffset(), err)
}

// object reads the members of an object whose brace is read; a nested one's names follow its own and a dot.
func (d *jsonReader) object(prefix string) error {
	for d.decoder.More() {
		token, err := d.decoder.Token()
		if err != nil {
			return d.broken(err)
		}
		name := prefix + token.(string)
		if d.seen[name] {
			return input.Refuse("array "+name, "it is in the JSON twice")
		}
		d.seen[name] = true
		if len(d.seen) > mostArrays {
			return fmt.Errorf("more than %d arrays", mostArrays)
		}
		if token, err = d.decoder.Token(); err != nil {
			return d.broken(err)
		}
		if token == json.Delim('{') {
			if strings.Count(name, ".") >= mostDepth {
				return input.Refuse("array "+name, "objects are nested more than %d deep", mostDepth)
			}
			if err := d.object(name + "."); err != nil {
				return err
			}
			continue
		}
		a := Array{Name: name}
		var text bool
		if token == json.Delim('[') && ofLayers(name) {
			text, err = d.ofAllLayers(&a)
		} else {
			text, err = d.value(&a, token, 0)
		}
		if err != nil {
			return err
		}
		if !text {
			d.arrays = append(d.arrays, a)
		}
	}
	if _, err := d.decoder.Token(); err != nil {
		return d.broken(err)
	}
	return nil
}

// ofAllLayers reads a list whose bracket is read, and which may hold an array for each layer.
func (d *jsonReader) ofAllLayers(a *Array) (text bool, err error) {
	var parts []Array
	for d.decoder.More() {
		token, err := d.decoder.Token()
		if err != nil {
			return false, d.broken(err)
		}
		if len(parts) == mostLists {
			return false, input.Refuse("array "+a.Name, "more than %d rows: save it as .npz", mostLists)
		}
		part := Array{Name: a.Name}
		t, err := d.value(&part, token, 0)
		if err != nil {
			return false, err
		}
		text = text || t
		parts = append(parts, part)
	}
	if _, err := d.decoder.Token(); err != nil {
		return false, d.broken(err)
	}
	a.Shape = []int{len(parts)}
	for i, part := range parts {
		switch {
		case slices.Equal(part.Shape, parts[0].Shape):
		case text || len(part.Shape) == 0 || len(part.Shape) != len(parts[0].Shape):
			return text, input.Refuse("array "+a.Name, "its lists are not nested to the same depth")
		default:
			d.parts[a.Name] = parts
			return false, nil
		}
		if i == 0 {
			a.Shape = append(a.Shape, part.Shape...)
		}
		a.Values = append(a.Values, part.Values...)
	}
	return text, nil
}

// value appends a value that begins with a token to an array, at a depth of lists. It tells whether there is text in it.
func (d *jsonReader) value(a *Array, token json.Token, depth int) (text bool, err error) {
	v := math.NaN()
	switch t := token.(type) {
	case json.Number:
		if v, err = t.Float64(); err != nil {
			return false, input.Refuse("array "+a.Name, "%s is beyond the range of numbers", t)
		}
	case bool:
		if v = 0; t {
			v = 1
		}
	case nil:
	case json.Delim:
		if t != '[' {
			return false, input.Refuse("array "+a.Name, "an object within a list")
		}
		return d.list(a, depth)
	default:
		return true, nil
	}
	if depth != len(a.Shape) {
		return false, input.Refuse("array "+a.Name, "its lists are not nested to the same depth")
	}
	if d.cells++; d.cells > mostCells {
		return false, fmt.Errorf("more than %d numbers: save them as .npz", mostCells)
	}
	a.Values = append(a.Values, v)
	return false, nil
}

// list reads a list whose bracket is read.
func (d *jsonReader) list(a *Array, depth int) (text bool, err error) {
	if depth == mostDepth {
		return false, input.Refuse("array "+a.Name, "lists are nested more than %d deep", mostDepth)
	}
	first := depth == len(a.Shape)
	if first {
		if len(a.Values) > 0 {
			return false, input.Refuse("array "+a.Name, "its lists are not nested to the same depth")
		}
		a.Shape = append(a.Shape, -1)
	}
	count := 0
	for d.decoder.More() {
		token, err := d.decoder.Token()
		if err != nil {
			return false, d.broken(err)
		}
		t, err := d.value(a, token, depth+1)
		if err != nil {
			return false, err
		}
		text = text || t
		count++
	}
	if _, err := d.decoder.Token(); err != nil {
		return false, d.broken(err)
	}
	switch {
	case a.Shape[depth] < 0:
		a.Shape[depth] = count
	case a.Shape[depth] != count && !text:
		return false, input.Refuse("array "+a.Name, "its rows have %d and %d numbers: all rows must be as long", a.Shape[depth], count)
	}
	return text, nil
}
