package present

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"actscope/internal/runfolder"
	"actscope/viz/report"
)

// longestValue is how much of a setting or result a table shows, in characters.
const longestValue = 40

// WriteDifference says where two runs part, which go by the names first and second.
func WriteDifference(w io.Writer, d *runfolder.Difference, first, second string) error {
	if d.Equal() {
		_, err := fmt.Fprintln(w, "The runs have the same settings, results and arrays.")
		return err
	}
	alone := networksAlone(d.Results)
	gap := ""
	for _, part := range []struct {
		title   string
		changes []runfolder.Change
	}{{"setting", d.Settings}, {"origin", d.Origin}, {"result", without(d.Results, alone)}, {"array", d.Arrays}} {
		if len(part.changes) == 0 || part.title == "array" && len(d.Results) > 0 { // they are what the results are of
			continue
		}
		if _, err := io.WriteString(w, gap); err != nil {
			return err
		}
		gap = "\n"
		if err := differenceTable(part.title, part.changes, first, second).WriteText(w); err != nil {
			return err
		}
	}
	sentences := append(soleNetworks(alone, first, second), arrayCounts(d, first, second)...)
	if len(sentences) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(w, "\n"+strings.Join(sentences, "\n"))
	return err
}

// networksAlone are the networks that one run has and the other has not, with the place of the run.
func networksAlone(results []runfolder.Change) map[string]int {
	alone := map[string]int{}
	for _, c := range results {
		if c.Network != "" && c.Key == "name" && (c.Values[0] == 0 || c.Values[1] == 0) {
			alone[c.Network] = 0
			if c.Values[0] == 0 {
				alone[c.Network] = 1
			}
		}
	}
	return alone
}

func without(results []runfolder.Change, networks map[string]int) (rest []runfolder.Change) {
	for _, c := range results {
		if _, is := networks[c.Network]; !is {
			rest = append(rest, c)
		}
	}
	return rest
}

func soleNetworks(alone map[string]int, runs ...string) (sentences []string) {
	for _, name := range slices.Sorted(maps.Keys(alone)) {
		sentences = append(sentences, fmt.Sprintf("Only %s has the network %s.", runs[alone[name]], name))
	}
	return sentences
}

// arrayCounts is a sentence on arrays.npz.
func arrayCounts(d *runfolder.Difference, first, second string) []string {
	differ, only := 0, [2]int{}
	for _, c := range d.Arrays {
		switch {
		case c.Values[1] == 0:
			only[0]++
		case c.Values[0] == 0:
			only[1]++
		default:
			differ++
		}
	}
	if d.EqualArrays+len(d.Arrays) == 0 {
		return nil
	}
	text := fmt.Sprintf("Of the arrays %d are equal and %d differ", d.EqualArrays, differ)
	for i, run := range []string{first, second} {
		if only[i] > 0 {
			text += fmt.Sprintf("; %d are in %s only", only[i], run)
		}
	}
	return []string{text + "."}
}

// differenceTable has a row for each change, and a column for differences where there are any.
func differenceTable(title string, changes []runfolder.Change, first, second string) report.Table {
	t := report.Table{Columns: []string{title, first, second}}
	differs := title == "result" || title == "array"
	if differs {
		t.Columns = append(t.Columns, "difference")
	}
	for _, c := range changes {
		name := c.Key
		if c.Network != "" {
			name = c.Network + " " + c.Key
		}
		row := []string{name, shownValue(c.First, c.Values[0]), shownValue(c.Second, c.Values[1])}
		if differs {
			row = append(row, shownDifference(c))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// shownValue is a value as JSON has it, numbers in five digits; of several how many they are.
func shownValue(text json.RawMessage, values int) string {
	var number *float64
	var word string
	switch {
	case values == 0:
		return "–"
	case text == nil:
		return Counted(values, "value")
	case json.Unmarshal(text, &number) == nil && number != nil:
		if s := string(text); len(s) <= 7 {
			return s
		}
		return Digits(*number)
	case json.Unmarshal(text, &word) == nil && string(text) != "null":
		return shortened(word)
	}
	return shortened(string(text))
}

func shortened(s string) string {
	if utf8.RuneCountInString(s) <= longestValue {
		return s
	}
	return string([]rune(s)[:longestValue-1]) + "…"
}

// shownDifference says how much two numbers differ, or how many of several.
func shownDifference(c runfolder.Change) string {
	var a, b *float64
	if json.Unmarshal(c.First, &a) == nil && json.Unmarshal(c.Second, &b) == nil && a != nil && b != nil {
		return fmt.Sprintf("%+.5g", *b-*a)
	}
	if c.Values[0] == 0 || c.Values[1] == 0 || c.First != nil || c.Second != nil {
		return ""
	}
	text := fmt.Sprintf("%d of %d", c.Differing, max(c.Values[0], c.Values[1]))
	if c.At != "" {
		text += fmt.Sprintf(", by %.2g at %s", c.Greatest, c.At)
	}
	return text
}
