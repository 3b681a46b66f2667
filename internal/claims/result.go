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
	// Origin says which program, kernels and file of points it comes from.
	experiment.Origin
	Level float64 `json:"level"`
	Rule  string  `json:"rule"`
	// Accuracy says on which points accuracies are judged.
	Accuracy AccuracyRecord `json:"accuracy"`
	// Verdicts are those on whole claims; none where only some variants were asked for.
	Verdicts []Summary    `json:"verdicts"`
	Claims   []Row        `json:"claims"`
	Networks []NetworkRow `json:"networks"`
	Controls []Control    `json:"controls"`
	// Grid has every cell of the interventions and Interventions their effects; both are
	// empty where only a part was asked for. Aliases says which of them are one.
	Grid          []GridRow      `json:"grid"`
	Interventions []Intervention `json:"interventions"`
	Aliases       string         `json:"aliases"`
}

// AccuracyRecord says on which points accuracies are judged.
type AccuracyRecord struct {
	// Fresh says that the points are drawn from the law of the data set, one set for each data
	// seed, and else that they are its test rows. Points is their number.
	Fresh  bool `json:"fresh"`
	Points int  `json:"points"`
	// Rule says how they come about.
	Rule string `json:"rule"`
}

// Ways to judge accuracies.
const (
	freshRule = "on fresh points from the law of each data set, its seed with the highest bit changed, " +
		"which all networks on that data set share; a tie is the same number of right points"
	testRule = "on the test rows of each split of the file, because the law of its points is not known; a tie is the same number of right rows. " +
		"Splits of one file overlap: all intervals speak of this file only"
)

// DesignRecord describes a design.
type DesignRecord struct {
	Quick bool `json:"quick"`
	// Seeds is the number of data seeds on the base.
	Seeds    int             `json:"seeds"`
	Variants []VariantRecord `json:"settings"`
	// Trainings is the number of networks that were trained; one that is measured after
	// several numbers of epochs is trained once.
	Trainings int `json:"trainings"`
	// Questions is the number of claims times the variants of which they can be asked, and
	// Confidence that of the interval of each share, which is corrected for them.
	Questions  int     `json:"questions"`
	Confidence float64 `json:"confidence"`
}

// VariantRecord describes a variant.
type VariantRecord struct {
	Variant
	// Pairs is the number of networks of each activation that are judged, DataSeeds the
	// first and the last of the data sets that they are on.
	Pairs     int      `json:"pairs"`
	DataSeeds [2]int64 `json:"data_seeds"`
}

// Investigate trains the networks of a design, or of the selected part, jobs at a
// time, and answers its questions. Errors about the selection are
// [input.Error]s.
func Investigate(ctx context.Context, d Design, only Selection, jobs int, log *Log, w experiment.Watcher) (*Result, *Table, error) {
	questions, err := only.questions(d)
	if err != nil {
		return nil, nil, err
	}
	intervene := only.whole() && !d.Recast()
	trainings := d.Trainings(questions, intervene)
	if err := d.checkSplits(ctx, trainings); err != nil {
		return nil, nil, err
	}
	table, err := Run(ctx, d, trainings, jobs, log, w)
	if err != nil {
		return nil, nil, err
	}
	r, err := d.result(ctx, questions, only)
	if err != nil {
		return nil, nil, err
	}
	r.Design.Trainings = len(trainings)
	r.Claims = Assess(table, questions, r.Design.Questions)
	r.Networks, r.Controls = Networks(table, d.asked(questions)), Controls(table)
	if intervene {
		r.Grid, r.Interventions = grid(table), interventions(table)
	}
	if len(only.Variants) == 0 {
		r.Verdicts = Summarise(d, r.Claims)
	}
	return r, table, nil
}

// result says what was asked; what came out is still to be filled in.
func (d Design) result(ctx context.Context, questions []Question, only Selection) (*Result, error) {
	asked := len(d.Questions())
	r := &Result{
		Command: commandName, Again: only.command(d), Config: d.Base, Level: Level, Rule: Rule, Verdicts: []Summary{},
		Design: DesignRecord{Quick: d.Quick, Seeds: d.Seeds, Questions: asked, Confidence: IntervalLevel(asked)},
		Grid:   []GridRow{}, Interventions: []Intervention{}, Aliases: Aliases,
	}
	data, err := experiment.Load(ctx, d.Base.Points)
	if err != nil {
		return nil, err
	}
	r.Origin = experiment.NewOrigin(data.SHA256)
	fresh, err := data.Fresh()
	if err != nil {
		return nil, err
	}
	r.Accuracy = AccuracyRecord{Fresh: true, Points: fresh.Rows(), Rule: freshRule}
	if fresh.Rows() == 0 {
		r.Accuracy = AccuracyRecord{Points: data.Test.Rows(), Rule: testRule}
	}
	for _, v := range d.asked(questions) {
		pairs := d.Pairs(v)
		r.Design.Variants = append(r.Design.Variants, VariantRecord{v, len(pairs), [2]int64{pairs[0].DataSeed, pairs[len(pairs)-1].DataSeed}})
	}
	return r, nil
}

// Load reads the result in a run folder back. Errors are [input.Error]s.
func Load(path string) (*Result, error) {
	r := new(Result)
	if err := runfolder.ReadResult(path, r, false, r.check); err != nil {
		return r, err
	}
	for i := range r.Networks {
		if n := &r.Networks[i]; len(n.KeptPooled) == 0 { // of an earlier version, which had these under that name
			n.Kept, n.KeptPooled = nil, n.Kept
		}
	}
	return r, nil
}

// check reports what a run does not leave behind, as those of versions before lack.
func (r *Result) check() error {
	if len(r.Design.Variants) == 0 || len(r.Config.Hidden) == 0 {
		return errors.New("has no settings")
	}
	known := make(map[string]bool)
	for _, v := range r.Design.Variants {
		if v.Name == "" || known[v.Name] || len(v.Hidden) == 0 || v.Epochs < 1 || !(v.Rate > 0) || v.Pairs < 1 {
			return fmt.Errorf("design: the setting %q is there twice or lacks a part", v.Name)
		}
		known[v.Name] = true
		for _, network := range both {
			if r.Network(v.Name, network) == nil {
				return fmt.Errorf("networks: those of %s at the setting %s are missing", network, v.Name)
			}
		}
	}
	switch {
	case len(r.Claims) == 0:
		return errors.New("claims: missing")
	case r.Rule == "" || r.Accuracy.Points < 1 || r.Accuracy.Rule == "":
		return errors.New("rule or accuracy: missing, as in runs of versions before: ask anew")
	case r.Design.Questions < 1 || !(0 < r.Design.Confidence && r.Design.Confidence < 1):
		return errors.New("design: questions or confidence: missing")
	case (len(r.Grid) == 0) != (len(r.Interventions) == 0):
		return errors.New("grid or interventions: missing")
	}
	asked := make(map[string]bool)
	for _, row := range r.Claims {
		if !known[row.Variant] {
			return fmt.Errorf("claims: %s is asked of a setting %q that the design does not have", row.ID, row.Variant)
		}
		asked[row.ID] = true
	}
	for _, v := range r.Verdicts {
		if !asked[v.ID] {
			return fmt.Errorf("verdicts: %q is not among the claims", v.ID)
		}
	}
	return nil
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

// Intervention is that of a change at one end at the base's rate; nil where there is none.
func (r *Result) Intervention(from, change string) *Intervention {
	for i, n := range r.Interventions {
		if n.From == from && n.Change == change && n.Rate == r.Config.LearningRate {
			return &r.Interventions[i]
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
		ClaimsFile:        writeTable(rowColumns, r.Claims, comments...),
		NetworksFile:      writeTable(networkColumns, r.Networks, comments...),
		ControlsFile:      writeTable(controlColumns, r.Controls, comments...),
		GridFile:          writeTable(gridColumns, r.Grid, comments...),
		InterventionsFile: writeTable(interventionColumns, r.Interventions, comments...),
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
	r, err := d.result(context.Background(), d.Questions(), Selection{})
	if err != nil {
		return nil, err
	}
	r.Design.Trainings = len(d.Trainings(d.Questions(), true))
	for _, err := range []error{
		readFindings(ClaimsFile, rowColumns, &r.Claims),
		readFindings(NetworksFile, networkColumns, &r.Networks),
		readFindings(ControlsFile, controlColumns, &r.Controls),
		readFindings(GridFile, gridColumns, &r.Grid),
		readFindings(InterventionsFile, interventionColumns, &r.Interventions),
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
