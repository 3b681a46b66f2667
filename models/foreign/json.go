package foreign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"actscope/internal/input"
)

// jsonFormat is an object of nested lists by the names of arrays, such as scikit-learn's
// attributes.
var jsonFormat = format{
	name: "JSON",
	recognises: func(head []byte, _ string) bool {
		text := bytes.TrimLeft(head, " \t\r\n\ufeff")
		return len(text) > 0 && (text[0] == '{' || text[0] == '[')
	},
	read: readJSON,
}

// Limits of JSON, which takes more memory than the text.
const (
	mostJSON  = 1 << 26 // bytes
	mostDepth = 8       // of lists and of objects
	mostLists = 1 << 20 // lists of lists in all
)

func readJSON(s source, o Options) (Understood, *chain, error) {
	if s.content != nil {
		p, err := parseJSON(bytes.NewReader(s.content))
		if err != nil {
			return Understood{}, nil, err
		}
		return p.chain(o)
	}
	f, size, err := input.OpenRegular(s.path)
	if err != nil {
		return Understood{}, nil, err
	}
	defer f.Close()
	if size > mostJSON {
		return Understood{}, nil, fmt.Errorf("%d MiB of JSON, at most %d are read: save it with np.savez", size>>20, mostJSON>>20)
	}
	p, err := parseJSON(f)
	if err != nil {
		return Understood{}, nil, err
	}
	return p.chain(o)
}

// jsonReader reads an object.
type jsonReader struct {
	decoder *json.Decoder
	parameters
	seen  map[string]bool
	lists int
}

// parseJSON reads the arrays of an object and the words beside them.
func parseJSON(r io.Reader) (parameters, error) {
	text := bufio.NewReader(r)
	if mark, err := text.Peek(3); err == nil && string(mark) == "\ufeff" {
		text.Discard(3)
	}
	j := &jsonReader{decoder: json.NewDecoder(text), parameters: parameters{format: "JSON"}, seen: make(map[string]bool)}
	token, err := j.decoder.Token()
	if err != nil {
		return j.parameters, j.broken(err)
	}
	if token != json.Delim('{') {
		return j.parameters, errors.New(`the JSON is no object, such as {"coefs_": [...], "intercepts_": [...]}`)
	}
	if err := j.object("", 0); err != nil {
		return j.parameters, err
	}
	if _, err := j.decoder.Token(); !errors.Is(err, io.EOF) {
		return j.parameters, errors.New("text follows the JSON's object")
	}
	return j.parameters, nil
}

func (j *jsonReader) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("truncated: the JSON ends too early")
	}
	return fmt.Errorf("not JSON at byte %d: %w", j.decoder.InputOffset(), err)
}

// object reads the members of an object whose brace is read; a nested one's names follow its own
// and a dot.
func (j *jsonReader) object(prefix string, depth int) error {
	for j.decoder.More() {
		token, err := j.decoder.Token()
		if err != nil {
			return j.broken(err)
		}
		name := prefix + token.(string)
		if j.seen[name] {
			return input.Refuse(name, "it is in the JSON twice")
		}
		j.seen[name] = true
		if token, err = j.decoder.Token(); err != nil {
			return j.broken(err)
		}
		if token == json.Delim('{') {
			if depth == mostDepth {
				return input.Refuse(name, "objects are nested more than %d deep", mostDepth)
			}
			if err := j.object(name+".", depth+1); err != nil {
				return err
			}
			continue
		}
		v, err := j.value(name, token, 0)
		if err != nil {
			return err
		}
		if err := j.take(name, v); err != nil {
			return err
		}
	}
	if _, err := j.decoder.Token(); err != nil {
		return j.broken(err)
	}
	return nil
}

// jsonValue is a text, or numbers of a shape, or else a list.
type jsonValue struct {
	text    string
	isText  bool
	numbers []float64
	shape   []int
	items   []jsonValue
}

// value reads a value that begins with a token.
func (j *jsonReader) value(name string, token json.Token, depth int) (jsonValue, error) {
	switch t := token.(type) {
	case float64:
		return jsonValue{numbers: []float64{t}}, nil
	case bool:
		if t {
			return jsonValue{numbers: []float64{1}}, nil
		}
		return jsonValue{numbers: []float64{0}}, nil
	case nil:
		return jsonValue{numbers: []float64{math.NaN()}}, nil
	case string:
		return jsonValue{text: t, isText: true}, nil
	}
	if token != json.Delim('[') {
		return jsonValue{}, input.Refuse(name, "an object within a list: name the arrays such as W1, b1, W2, b2")
	}
	if depth == mostDepth {
		return jsonValue{}, input.Refuse(name, "lists are nested more than %d deep", mostDepth)
	}
	list := jsonValue{numbers: []float64{}, shape: []int{0}}
	for j.decoder.More() {
		token, err := j.decoder.Token()
		if err != nil {
			return list, j.broken(err)
		}
		if number, ok := token.(float64); ok && list.items == nil {
			list.numbers = append(list.numbers, number)
			continue
		}
		item, err := j.value(name, token, depth+1)
		if err != nil {
			return list, err
		}
		if j.lists++; j.lists > mostLists {
			return list, input.Refuse(name, "more than %d lists: save the arrays with np.savez", mostLists)
		}
		if list.items == nil && len(list.numbers) > 0 && !item.isText && item.shape == nil {
			list.numbers = append(list.numbers, item.numbers...) // null or a truth value
			continue
		}
		if list.items == nil && len(list.numbers) > 0 {
			return list, input.Refuse(name, "a list of numbers has something else in it")
		}
		list.items = append(list.items, item)
	}
	if _, err := j.decoder.Token(); err != nil {
		return list, j.broken(err)
	}
	list.shape[0] = len(list.numbers)
	if len(list.items) > 0 && !slices.ContainsFunc(list.items, func(v jsonValue) bool {
		return v.isText || v.numbers == nil || !slices.Equal(v.shape, list.items[0].shape)
	}) { // all items are arrays of one shape
		list.shape = append([]int{len(list.items)}, list.items[0].shape...)
		for _, v := range list.items {
			list.numbers = append(list.numbers, v.numbers...)
		}
		list.items = nil
	} else if len(list.items) > 0 {
		list.numbers, list.shape = nil, nil
	}
	return list, nil
}

// split is a value's parts along its first axis.
func (v jsonValue) split() []jsonValue {
	if v.items != nil || len(v.shape) == 0 || v.shape[0] == 0 {
		return v.items
	}
	var parts []jsonValue
	size := len(v.numbers) / v.shape[0]
	for i := range v.shape[0] {
		parts = append(parts, jsonValue{numbers: v.numbers[i*size : (i+1)*size], shape: v.shape[1:]})
	}
	return parts
}

// take notes an array, or the arrays of all layers in a list, or a word about the network.
func (j *jsonReader) take(name string, v jsonValue) error {
	last := name[strings.LastIndex(name, ".")+1:]
	switch {
	case v.isText:
		return j.word(last, v.text)
	case last == "classes_" || last == "classes":
		j.classNames = textsOf(v)
		return nil
	case last == "feature_names_in_" || last == "feature_names":
		j.inputNames = textsOf(v)
		return nil
	}
	n := nameOf(name)
	perLayer := len(numbersOf(n.stem)) == 0 && (n.role == weightRole && len(v.shape) != 2 || n.role == biasRole && len(v.shape) != 1) && (v.items != nil || len(v.shape) > 1)
	if perLayer && (strings.HasSuffix(n.word, "s") || len(n.word) == 1) {
		for i, part := range v.split() {
			if err := j.add(fmt.Sprintf("%s[%d]", name, i), part); err != nil {
				return err
			}
		}
		return nil
	}
	return j.add(name, v)
}

func (j *jsonReader) add(name string, v jsonValue) error {
	if v.numbers == nil {
		if r := nameOf(name).role; r != ignoredRole && r != unknownRole || v.items == nil {
			return input.Refuse(name, "rows of different lengths, or words: arrays of numbers are read")
		}
		return nil
	}
	j.arrays = append(j.arrays, array{name, v.shape, v.numbers})
	return nil
}

// textsOf are a list's entries as texts.
func textsOf(v jsonValue) []string {
	var list []string
	for _, item := range v.items {
		list = append(list, item.text)
	}
	if v.items == nil {
		for _, n := range v.numbers {
			list = append(list, fmt.Sprint(n))
		}
	}
	return list
}

// activationWords are scikit-learn's and other names of activations.
var activationWords = map[string]string{"logistic": "sigmoid", "linear": "identity", "swish": "silu"}

// word takes what the file says of activations.
func (j *jsonReader) word(name, text string) error {
	text = strings.ToLower(text)
	if ours, known := activationWords[text]; known {
		text = ours
	}
	switch name {
	case "activation", "hidden_activation":
		j.activation = text
	case "out_activation_", "out_activation", "output_activation":
		if text == "identity" {
			text = string(NoFinal)
		}
		final, err := ParseFinal(text)
		if err != nil {
			return input.Under(name, errors.Unwrap(err))
		}
		j.final = final
	}
	return nil
}
