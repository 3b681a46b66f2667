package runfolder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"actscope/internal/atomicfile"
	"actscope/internal/input"
)

// values are those of a JSON document in its order. A list of values, and a setting, counts as one.
type values struct {
	groups []string // in order
	of     map[string][]value
	seen   map[string]int // how often a way was taken: names and keys may come twice
}

// value is a leaf of the document.
type value struct {
	network, key string // of its group
	rest         string // the way from there
	text         json.RawMessage
}

func readValues(path string) (values, error) {
	v := values{of: map[string][]value{}, seen: map[string]int{}}
	file := atomicfile.Locate(path, ResultFile)
	text, err := input.ReadRegular(file)
	if err != nil {
		return v, err
	}
	if !json.Valid(text) || !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return v, &input.Error{File: file, Reason: "is no JSON object"}
	}
	if err := v.read(text, nil); err != nil {
		return v, input.InFile(file, err)
	}
	return v, nil
}

// read takes a document apart; way leads to it.
func (v *values) read(text json.RawMessage, way []string) error {
	text = bytes.TrimSpace(text)
	setting := len(way) == 2 && way[0] == "config"
	switch {
	case setting || text[0] != '{' && text[0] != '[':
		v.add(text, way)
	case text[0] == '{':
		decoder := json.NewDecoder(bytes.NewReader(text))
		if _, err := decoder.Token(); err != nil {
			return err
		}
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				return err
			}
			var child json.RawMessage
			if err := decoder.Decode(&child); err != nil {
				return err
			}
			if err := v.read(child, append(slices.Clone(way), key.(string))); err != nil {
				return err
			}
		}
	default:
		var children []json.RawMessage
		if err := json.Unmarshal(text, &children); err != nil {
			return err
		}
		for i, child := range children {
			if err := v.read(child, append(slices.Clone(way), nameOf(child, i))); err != nil {
				return err
			}
		}
	}
	return nil
}

// nameOf is the name that an element of a list has, or its place.
func nameOf(element json.RawMessage, place int) string {
	var named struct{ Name string }
	if json.Unmarshal(element, &named) == nil && named.Name != "" {
		return named.Name
	}
	return fmt.Sprintf("[%d]", place)
}

func (v *values) add(text json.RawMessage, way []string) {
	var one value
	one.text = text
	switch {
	case way[0] == "networks" && len(way) > 2:
		one.network, one.key, way = way[1], way[2], way[3:]
	case way[0] == "config" && len(way) > 1:
		one.key, way = "config."+way[1], way[2:]
	default:
		one.key, way = way[0], way[1:]
	}
	one.rest = strings.TrimPrefix(strings.ReplaceAll("."+strings.Join(way, "."), ".[", "["), ".")
	group := one.network + "\x00" + one.key
	if v.seen[group+"\x00"+one.rest]++; v.seen[group+"\x00"+one.rest] > 1 {
		one.rest += fmt.Sprintf("#%d", v.seen[group+"\x00"+one.rest])
	}
	if _, known := v.of[group]; !known {
		v.groups = append(v.groups, group)
	}
	v.of[group] = append(v.of[group], one)
}
