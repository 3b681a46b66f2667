package claims

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
	"sync"

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
	Design DesignRecord  `json:"design"`
	// Kernels names the arithmetic that made the numbers, which decides their last bits.
	Kernels string  `json:"kernels"`
	Level   float64 `json:"level"`
	Rule    string  `json:"rule"`
	// Verdicts are those on whole claims; none where only some variants were asked for.
	Verdicts []Summary    `json:"verdicts"`
	Claims   []Row        `json:"claims"`
	Networks []NetworkRow `json:"networks"`
	Controls []Control    `json:"controls"`
}

// DesignRecord describes a design.
type DesignRecord struct {
	Quick     bool            `json:"quick"`
	Seeds     int             `json:"seeds"`
	DataSeeds []int64         `json:"data_seeds"`
	Variants  []VariantRecord `json:"settings"`
	// Trainings is the number of networks that were trained; one that is measured after
	// several numbers of epochs is trained once.
	Trainings int `json:"trainings"`
	// Questions is the number of claims times the variants of which they can be asked,
	// for which p-values are corrected.
	Questions int `json:"questions"`
}

// VariantRecord describes a variant.
type VariantRecord struct {
	Variant
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
	variants := d.Variants
	if !only.whole() {
		variants = d.needed(questions)
	}
	provenance, err := experiment.CurrentProvenance()
	if err != nil {
		return nil, nil, err
	}
	table, err := Run(ctx, d, variants, jobs, log, w)
	if err != nil {
		return nil, nil, err
	}
	r := d.result(variants, only)
	r.Kernels = provenance.Kernels
	r.Claims = Assess(table, questions, r.Design.Questions)
	r.Networks, r.Controls = Networks(table, variants), Controls(table)
	if len(only.Variants) == 0 {
		r.Verdicts = Summarise(d, r.Claims)
	}
	return r, table, nil
}

// result says what was asked; what came out is still to be filled in.
func (d Design) result(variants []Variant, only Selection) *Result {
	r := &Result{
		Command: commandName, Again: only.command(d), Config: d.Base, Level: Level, Rule: Rule, Verdicts: []Summary{},
		Design: DesignRecord{
			Quick: d.Quick, Seeds: d.Seeds, DataSeeds: DataSeeds,
			Trainings: len(d.Trainings(variants)), Questions: len(d.Questions()),
		},
	}
	for _, v := range variants {
		r.Design.Variants = append(r.Design.Variants, VariantRecord{v, len(d.Pairs(v))})
	}
	return r
}

// Load reads the result in a run folder back. Errors are [input.Error]s.
func Load(path string) (*Result, error) {
	r := new(Result)
	err := runfolder.ReadResult(path, r, false, func() error {
		if len(r.Design.Variants) == 0 || len(r.Config.Hidden) == 0 {
			return errors.New("has no settings")
		}
		return nil
	})
	return r, err
}

// Base is the variant that the others depart from.
func (r *Result) Base() VariantRecord { return r.Design.Variants[0] }

// OfArticle says whether the base has the article's settings.
func (r *Result) OfArticle() bool { return r.Base().Name == articleName }

// Row is that of a claim in a variant; nil where there is none.
func (r *Result) Row(id, variant string) *Row {
	for i, row := range r.Claims {
		if row.ID == id && row.Variant == variant {
			return &r.Claims[i]
		}
	}
	return nil
}

// Network is the row of a network in a variant; nil where there is none.
func (r *Result) Network(variant, network string) *NetworkRow {
	for i, row := range r.Networks {
		if row.Variant == variant && row.Network == network {
			return &r.Networks[i]
		}
	}
	return nil
}

// kernelsComment begins the line of a table that names the arithmetic.
const kernelsComment = "kernels: "

// Tables are the rows of a result as CSV, by file name: six digits, after a line that
// says how they were made.
func (r *Result) Tables() map[string][]byte {
	comments := []string{"made by: " + r.Again, kernelsComment + r.Kernels}
	return map[string][]byte{
		ClaimsFile:   writeTable(rowColumns, r.Claims, comments...),
		NetworksFile: writeTable(networkColumns, r.Networks, comments...),
		ControlsFile: writeTable(controlColumns, r.Controls, comments...),
	}
}

// findings are the tables of the default design, as its folder has them.
//
//go:embed findings
var findings embed.FS

// Committed are the findings of the default design, which are part of the program: a
// table that was made by actscope claims and is made again by it.
var Committed = sync.OnceValues(func() (*Result, error) {
	d, err := NewDesign(config.Article(), DefaultSeeds, false)
	if err != nil {
		return nil, err
	}
	r := d.result(d.Variants, Selection{})
	for _, err := range []error{
		readFindings(ClaimsFile, rowColumns, &r.Claims),
		readFindings(NetworksFile, networkColumns, &r.Networks),
		readFindings(ControlsFile, controlColumns, &r.Controls),
	} {
		if err != nil {
			return nil, err
		}
	}
	content, err := findings.ReadFile("findings/" + ClaimsFile)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(content)) {
		if kernels, ok := strings.CutPrefix(line, "# "+kernelsComment); ok {
			r.Kernels = strings.TrimSpace(kernels)
		}
	}
	r.Verdicts = Summarise(d, r.Claims)
	return r, nil
})

func readFindings[T any](name string, columns []column[T], rows *[]T) error {
	content, err := findings.ReadFile("findings/" + name)
	if err != nil {
		return err
	}
	if *rows, err = readTable(content, columns); err != nil {
		return fmt.Errorf("findings/%s: %w", name, err)
	}
	return nil
}
