package claims

import (
	"fmt"
	"slices"
	"strings"

	"actscope/internal/input"
	"actscope/internal/nearest"
)

// Selection restricts a run to some claims and settings, by name; of none, to all.
// The base's settings are always among those that are asked, because verdicts refer to
// them.
type Selection struct{ Claims, Settings []string }

// command is the command line that gives the selected part of a design.
func (s Selection) command(d Design) string {
	parts := append([]string{"actscope " + commandName}, d.flags()...)
	for _, id := range s.Claims {
		parts = append(parts, "--claim "+id)
	}
	for _, name := range s.Settings {
		parts = append(parts, "--setting "+name)
	}
	return strings.Join(parts, " ")
}

// whole says whether everything is selected.
func (s Selection) whole() bool { return len(s.Claims)+len(s.Settings) == 0 }

// questions are those of a design that are selected. Names that are not known are
// errors.
func (s Selection) questions(d Design) ([]Question, error) {
	var ids, names []string
	for _, c := range Claims() {
		ids = append(ids, c.ID)
	}
	for _, setting := range d.Settings {
		names = append(names, setting.Name)
	}
	for _, check := range []struct {
		key           string
		chosen, known []string
	}{{"claim", s.Claims, ids}, {"setting", s.Settings, names}} {
		for _, name := range check.chosen {
			if !slices.Contains(check.known, name) {
				return nil, &input.Error{Key: check.key, Reason: nearest.Unknown(check.key, name, check.known).Error()}
			}
		}
	}
	var chosen []Question
	asked := make(map[string]bool) // settings that speak of something
	for _, q := range d.Questions() {
		if len(s.Claims) > 0 && !slices.Contains(s.Claims, q.Claim.ID) {
			continue
		}
		if base := q.Setting.equal(d.Settings[0]); len(s.Settings) == 0 || base || slices.Contains(s.Settings, q.Setting.Name) {
			chosen = append(chosen, q)
			asked[q.Setting.Name] = true
		}
	}
	for _, name := range s.Settings {
		if !asked[name] {
			return nil, &input.Error{Key: "setting", Reason: fmt.Sprintf("%s: %s says nothing about it", name, strings.Join(s.Claims, ", "))}
		}
	}
	return chosen, nil
}
