package claims

import (
	"context"
	"errors"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/runfolder"
)

// commandName is that of the command whose results these are.
const commandName = "claims"

// Result is what a run of a design has found: the content of run.json, equal byte for
// byte in every run of one design by one program, whatever the number of jobs.
type Result struct {
	Command string `json:"command"`
	// Again is the command line that gives this result again.
	Again  string        `json:"again"`
	Config config.Config `json:"config"`
	Design Record        `json:"design"`
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
	Name string `json:"name"`
	// Factor is what was changed, "" where nothing was.
	Factor string  `json:"factor"`
	Epochs int     `json:"epochs"`
	Rate   float64 `json:"rate"`
	Hidden []int   `json:"hidden"`
	// Pairs is the number of initial seeds times their data sets.
	Pairs int `json:"pairs"`
}

// Investigate trains the networks of a design, or of the selected part, jobs at a
// time, and answers its questions. Errors about the selection are
// [input.Error]s.
func Investigate(ctx context.Context, d Design, only Selection, jobs int, log *Log, w experiment.Watcher) (*Result, *Table, error) {
	questions, err := only.questions(d)
	if err != nil {
		return nil, nil, err
	}
	settings := d.Settings
	if !only.whole() {
		settings = d.Needed(questions)
	}
	provenance, err := experiment.CurrentProvenance()
	if err != nil {
		return nil, nil, err
	}
	table, err := Run(ctx, d, settings, jobs, log, w)
	if err != nil {
		return nil, nil, err
	}
	r := d.result(settings, only)
	r.Kernels = provenance.Kernels
	r.Claims = Assess(table, questions, r.Design.Questions)
	r.Networks, r.Controls = Networks(table, settings), Controls(table)
	if len(only.Settings) == 0 {
		r.Verdicts = Summarise(d, r.Claims)
	}
	return r, table, nil
}

// result says what was asked; what came out is still to be filled in.
func (d Design) result(settings []Setting, only Selection) *Result {
	r := &Result{
		Command: commandName, Again: only.command(d), Config: d.Base, Level: Level, Rule: Rule, Verdicts: []Summary{},
		Design: Record{
			Quick: d.Quick, Seeds: d.Seeds, DataSeeds: DataSeeds,
			Trainings: len(d.Trainings(settings)), Questions: len(d.Questions()),
		},
	}
	for _, s := range settings {
		r.Design.Settings = append(r.Design.Settings, SettingRecord{s.Name, s.Factor, s.Epochs, s.Rate, s.Hidden, len(d.Pairs(s))})
	}
	return r
}

// Load reads the result in a run folder back. Errors are [input.Error]s.
func Load(path string) (*Result, error) {
	r := new(Result)
	err := runfolder.ReadResult(path, r, false, func() error {
		if len(r.Design.Settings) == 0 || len(r.Config.Hidden) == 0 {
			return errors.New("has no settings")
		}
		return nil
	})
	return r, err
}
