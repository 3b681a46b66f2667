package claims

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"actscope/internal/nearest"
	"actscope/internal/study"
)

// Result is what a run of a design has found: the content of run.json, equal byte for
// byte in every run of one design by one program, whatever the number of jobs.
type Result struct {
	Command string       `json:"command"`
	Config  study.Config `json:"config"`
	Design  Record       `json:"design"`
	// Kernels names the arithmetic that made the numbers, which decides their last bits.
	Kernels string  `json:"kernels"`
	Level   float64 `json:"level"`
	Rule    string  `json:"rule"`
	// Verdicts are those on whole claims; none where only some settings were asked for.
	Verdicts []Summary    `json:"verdicts"`
	Claims   []Row        `json:"claims"`
	Networks []NetworkRow `json:"networks"`
	Controls []Control    `json:"controls"`
}

// Record describes a design.
type Record struct {
	Quick     bool            `json:"quick"`
	Seeds     int             `json:"seeds"`
	DataSeeds []int64         `json:"data_seeds"`
	Settings  []SettingRecord `json:"settings"`
	// Trainings is the number of networks that were trained; one that is measured after
	// several numbers of epochs is trained once.
	Trainings int `json:"trainings"`
	// Questions is the number of claims times the settings that they speak of, for which
	// p-values are corrected.
	Questions int `json:"questions"`
}

// SettingRecord describes a setting.
type SettingRecord struct {
	Name   string  `json:"name"`
	Epochs int     `json:"epochs"`
	Rate   float64 `json:"rate"`
	Hidden []int   `json:"hidden"`
	// Pairs is the number of initial seeds times their data sets.
	Pairs int `json:"pairs"`
}

// Selection restricts a run to some claims and settings, by name; of none, to all.
// The base's settings are always among those that are asked, because verdicts refer to
// them.
type Selection struct{ Claims, Settings []string }

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
				return nil, &study.ConfigError{Key: check.key, Reason: nearest.Unknown(check.key, name, check.known).Error()}
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
			return nil, &study.ConfigError{Key: "setting", Reason: fmt.Sprintf("%s: %s says nothing about it", name, strings.Join(s.Claims, ", "))}
		}
	}
	return chosen, nil
}

// Investigate trains the networks of a design, or of the selected part, jobs at a
// time, and answers its questions. Errors about the selection are
// [study.ConfigError]s.
func Investigate(ctx context.Context, d Design, only Selection, jobs int, w Watcher) (*Result, *Table, error) {
	questions, err := only.questions(d)
	if err != nil {
		return nil, nil, err
	}
	settings := d.Settings
	if !only.whole() {
		settings = d.Needed(questions)
	}
	provenance, err := study.CurrentProvenance()
	if err != nil {
		return nil, nil, err
	}
	table, err := Run(ctx, d, settings, jobs, w)
	if err != nil {
		return nil, nil, err
	}
	family := len(d.Questions())
	r := &Result{
		Command: "claims", Config: d.Base, Kernels: provenance.Kernels, Level: Level, Rule: Rule,
		Design: Record{
			Quick: d.Quick, Seeds: d.Seeds, DataSeeds: DataSeeds,
			Trainings: len(d.Trainings(settings)), Questions: family,
		},
		Verdicts: []Summary{}, Claims: Assess(table, questions, family),
		Networks: Networks(table, settings), Controls: Controls(table),
	}
	for _, s := range settings {
		r.Design.Settings = append(r.Design.Settings, SettingRecord{s.Name, s.Epochs, s.Rate, s.Hidden, len(d.Pairs(s))})
	}
	if len(only.Settings) == 0 {
		r.Verdicts = Summarise(table, r.Claims)
	}
	return r, table, nil
}
