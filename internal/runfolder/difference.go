package runfolder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"actscope/internal/input"
	"actscope/internal/npz"
)

// Difference is where two runs part, in the order in which the first has it.
type Difference struct {
	// Settings are keys under config in run.json, Origin which program, kernels and points the runs
	// come from.
	Settings []Change `json:"settings"`
	Origin   []Change `json:"origin"`
	// Results are those of single networks, by name, and of the runs as wholes.
	Results []Change `json:"results"`
	// Arrays names what differs in arrays.npz, and EqualArrays counts what does not; none of runs
	// without that file.
	Arrays      []Change `json:"arrays"`
	EqualArrays int      `json:"equal_arrays"`
}

// Equal says that the runs differ in nothing.
func (d *Difference) Equal() bool {
	return len(d.Settings)+len(d.Origin)+len(d.Results)+len(d.Arrays) == 0
}

// Change is one value, or several that belong together, of which two runs have others.
type Change struct {
	// Network is the one that it is of, "" of the run as a whole.
	Network string `json:"network,omitempty"`
	Key     string `json:"key"`
	// First and Second are the values as JSON; nil where a run has none, and where the key stands
	// for several.
	First  json.RawMessage `json:"first,omitempty"`
	Second json.RawMessage `json:"second,omitempty"`
	// Values counts those that the key stands for in the first run and the second, Differing those
	// of them that differ or that only one run has.
	Values    [2]int `json:"values"`
	Differing int    `json:"differing"`
	// Greatest is the greatest difference between two numbers, at the place At; 0 where none is
	// between numbers.
	Greatest float64 `json:"greatest_difference"`
	At       string  `json:"at,omitempty"`
}

// origin are the keys of run.json that say where a run comes from: see experiment.Origin.
var origin = []string{"command", "version", "commit", "kernels", "data_sha256"}

// Compare says where two run folders differ. Numbers count as equal where they are within the
// tolerance of each other, relative to the greater: 0 wants each digit. What keeps a folder from
// being read is an [input.Error].
func Compare(first, second string, tolerance float64) (*Difference, error) {
	if !(tolerance >= 0 && tolerance < 1) {
		return nil, input.Refuse("within", "%v is no share from 0 to below 1", tolerance)
	}
	var runs [2]values
	for i, path := range []string{first, second} {
		var err error
		if runs[i], err = readValues(path); err != nil {
			return nil, err
		}
	}
	d := &Difference{}
	for _, c := range compare(runs[0], runs[1], tolerance) {
		switch key, isSetting := strings.CutPrefix(c.Key, "config."); {
		case isSetting:
			c.Key = key
			d.Settings = append(d.Settings, c)
		case c.Network == "" && slices.Contains(origin, c.Key):
			d.Origin = append(d.Origin, c)
		default:
			d.Results = append(d.Results, c)
		}
	}
	return d, d.compareArrays(first, second, tolerance)
}

// compareArrays reads arrays.npz of both runs, where both have it.
func (d *Difference) compareArrays(first, second string, tolerance float64) error {
	var runs [2]map[string]npz.Array
	var names []string
	for i, path := range []string{first, second} {
		if _, err := os.Stat(ArraysFile(path)); err != nil {
			return nil
		}
		arrays, _, err := ReadArrays(path)
		if err != nil {
			return err
		}
		runs[i] = map[string]npz.Array{}
		for _, a := range arrays {
			runs[i][a.Name] = a
			if i == 0 || !slices.Contains(names, a.Name) {
				names = append(names, a.Name)
			}
		}
	}
	for _, name := range names {
		a, inFirst := runs[0][name]
		b, inSecond := runs[1][name]
		c := Change{Key: name, Values: [2]int{len(a.Values), len(b.Values)}}
		if inFirst && inSecond && slices.Equal(a.Shape, b.Shape) {
			for i, v := range a.Values {
				c.see(v, b.Values[i], tolerance, func() string { return fmt.Sprint(a.Index(i)) })
			}
			if c.Differing == 0 {
				d.EqualArrays++
				continue
			}
		} else {
			c.Differing = max(len(a.Values), len(b.Values))
		}
		d.Arrays = append(d.Arrays, c)
	}
	return nil
}

// see counts two numbers that are not equal.
func (c *Change) see(a, b, tolerance float64, at func() string) {
	gap := math.Abs(a - b)
	if a == b || math.IsNaN(a) && math.IsNaN(b) || gap <= tolerance*max(math.Abs(a), math.Abs(b)) {
		return
	}
	if c.Differing++; gap > c.Greatest && !math.IsInf(gap, 0) {
		c.Greatest, c.At = gap, at()
	}
}

// compare goes through the groups of both runs.
func compare(first, second values, tolerance float64) []Change {
	var changes []Change
	groups := slices.Clone(first.groups)
	for _, g := range second.groups {
		if _, known := first.of[g]; !known {
			groups = append(groups, g)
		}
	}
	for _, g := range groups {
		a, b := first.of[g], second.of[g]
		some := append(slices.Clone(a), b...)[0]
		c := Change{Network: some.network, Key: some.key, Values: [2]int{len(a), len(b)}}
		others := map[string]value{}
		for _, v := range b {
			others[v.rest] = v
		}
		for _, v := range a {
			other, both := others[v.rest]
			delete(others, v.rest)
			if !both {
				c.Differing++
				continue
			}
			c.seeText(v, other, tolerance)
		}
		if c.Differing += len(others); c.Differing == 0 {
			continue
		}
		if len(a) <= 1 && len(b) <= 1 && some.rest == "" {
			c.First, c.Second = text(a), text(b)
		}
		changes = append(changes, c)
	}
	return changes
}

func text(v []value) json.RawMessage {
	if len(v) == 0 {
		return nil
	}
	var compact bytes.Buffer
	if json.Compact(&compact, v[0].text) != nil {
		return v[0].text
	}
	return compact.Bytes()
}

// seeText counts two values that are not equal, as numbers where both are.
func (c *Change) seeText(a, b value, tolerance float64) {
	var x, y *float64
	if json.Unmarshal(a.text, &x) == nil && json.Unmarshal(b.text, &y) == nil && x != nil && y != nil {
		c.see(*x, *y, tolerance, func() string { return a.rest })
		return
	}
	var left, right bytes.Buffer
	if json.Compact(&left, a.text) != nil || json.Compact(&right, b.text) != nil || !bytes.Equal(left.Bytes(), right.Bytes()) {
		c.Differing++
	}
}
