package claims

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"actscope/internal/number"
)

// Names of the tables of a run, in its folder; all but the trials are among the committed
// findings.
const (
	ClaimsFile        = "claims.csv"
	NetworksFile      = "networks.csv"
	ControlsFile      = "controls.csv"
	GridFile          = "grid.csv"
	InterventionsFile = "interventions.csv"
	TrialsFile        = "trials.csv"
)

var rowColumns = []column[Row]{
	textColumn("id", func(r *Row) *string { return &r.ID }),
	textColumn("kind", func(r *Row) *Kind { return &r.Kind }),
	textColumn("setting", func(r *Row) *string { return &r.Variant }),
	countColumn("seeds", func(r *Row) *int { return &r.Seeds }),
	countColumn("data_sets", func(r *Row) *int { return &r.DataSets }),
	countColumn("holds", func(r *Row) *int { return &r.Holds }),
	countColumn("failed", func(r *Row) *int { return &r.Failed }),
	countsColumn("holds_by_sample", func(r *Row) *[]int { return &r.HoldsBySample }),
	countColumn("ties", func(r *Row) *int { return &r.Ties }),
	listColumn("sensitivity", func(r *Row) *[]ThresholdCount { return &r.Sensitivity }, ThresholdCount.String, parseThresholdCount),
	numberColumn("share", func(r *Row) *number.Float { return &r.Share }),
	numberColumn("low", func(r *Row) *number.Float { return &r.Low }),
	numberColumn("high", func(r *Row) *number.Float { return &r.High }),
	numberColumn("design_effect", func(r *Row) *number.Float { return &r.DesignEffect }),
	numberColumn("effective", func(r *Row) *number.Float { return &r.Effective }),
	textColumn("standing", func(r *Row) *Standing { return &r.Standing }),
	numberColumn("power", func(r *Row) *number.Float { return &r.Power }),
	numberColumn("detectable", func(r *Row) *number.Float { return &r.Detectable }),
	textColumn("verdict", func(r *Row) *Verdict { return &r.Verdict }),
	{"article_run", func(r *Row) string {
		if r.ArticleRun == nil {
			return ""
		}
		return strconv.FormatBool(*r.ArticleRun)
	}, func(r *Row, s string) error {
		if s == "" {
			return nil
		}
		holds, err := strconv.ParseBool(s)
		r.ArticleRun = &holds
		return err
	}},
	textColumn("effect_of", func(r *Row) *string { return &r.Effect.Of }),
	numberColumn("effect", func(r *Row) *number.Float { return &r.Effect.Mean }),
	numberColumn("effect_low", func(r *Row) *number.Float { return &r.Effect.Low }),
	numberColumn("effect_high", func(r *Row) *number.Float { return &r.Effect.High }),
	numberColumn("cliffs_delta", func(r *Row) *number.Float { return &r.Effect.Delta }),
	textColumn("command", func(r *Row) *string { return &r.Command }),
}

// String is the count as tables have it: threshold and holds.
func (c ThresholdCount) String() string { return fmt.Sprintf("%g:%d", c.Threshold, c.Holds) }

func parseThresholdCount(s string) (c ThresholdCount, err error) {
	_, err = fmt.Sscanf(s, "%g:%d", &c.Threshold, &c.Holds)
	return c, err
}

var networkColumns = []column[NetworkRow]{
	textColumn("setting", func(r *NetworkRow) *string { return &r.Variant }),
	countColumn("epochs", func(r *NetworkRow) *int { return &r.Epochs }),
	numberColumn("rate", func(r *NetworkRow) *float64 { return &r.Rate }),
	countsColumn("hidden", func(r *NetworkRow) *[]int { return &r.Hidden }),
	textColumn("network", func(r *NetworkRow) *string { return &r.Network }),
	countColumn("trained", func(r *NetworkRow) *int { return &r.Trained }),
	countColumn("failed", func(r *NetworkRow) *int { return &r.Failed }),
	countColumn("boundaries", func(r *NetworkRow) *int { return &r.Boundaries }),
	numberColumn("accuracy", func(r *NetworkRow) *number.Float { return &r.Accuracy }),
	numberColumn("low", func(r *NetworkRow) *number.Float { return &r.Low }),
	numberColumn("high", func(r *NetworkRow) *number.Float { return &r.High }),
	numberColumn("deviation", func(r *NetworkRow) *number.Float { return &r.Deviation }),
	numberColumn("test_accuracy", func(r *NetworkRow) *number.Float { return &r.TestAccuracy }),
	numberColumn("test_deviation", func(r *NetworkRow) *number.Float { return &r.TestDeviation }),
	numberColumn("train_accuracy", func(r *NetworkRow) *number.Float { return &r.TrainAccuracy }),
	numberColumn("final_loss", func(r *NetworkRow) *number.Float { return &r.FinalLoss }),
	numbersColumn("spread", func(r *NetworkRow) *[]number.Float { return &r.Spread }),
	numbersColumn("first_gradients", func(r *NetworkRow) *[]number.Float { return &r.FirstGradients }),
	numbersColumn("distance_correlation", func(r *NetworkRow) *[]number.Float { return &r.Kept }),
	numbersColumn("distance_correlation_pooled", func(r *NetworkRow) *[]number.Float { return &r.KeptPooled }),
	numbersColumn("growth", func(r *NetworkRow) *[]number.Float { return &r.Growth }),
	numberColumn("levels", func(r *NetworkRow) *number.Float { return &r.Levels }),
	numbersColumn("far_rank", func(r *NetworkRow) *[]number.Float { return &r.FarRank }),
}

var controlColumns = []column[Control]{
	textColumn("setting", func(c *Control) *string { return &c.Variant }),
	textColumn("network", func(c *Control) *string { return &c.Network }),
	textColumn("source", func(c *Control) *string { return &c.Source }),
	countColumn("seeds", func(c *Control) *int { return &c.Seeds }),
	numberColumn("accuracy", func(c *Control) *float64 { return &c.Accuracy }),
	numberColumn("deviation", func(c *Control) *float64 { return &c.Deviation }),
	numberColumn("mean", func(c *Control) *number.Float { return &c.Mean }),
	numberColumn("low", func(c *Control) *number.Float { return &c.Low }),
	numberColumn("high", func(c *Control) *number.Float { return &c.High }),
	numberColumn("measured_deviation", func(c *Control) *number.Float { return &c.MeasuredDeviation }),
	{"agrees", func(c *Control) string { return strconv.FormatBool(c.Agrees) }, func(c *Control, s string) (err error) {
		c.Agrees, err = strconv.ParseBool(s)
		return err
	}},
}

var gridColumns = []column[GridRow]{
	textColumn("function", func(r *GridRow) *string { return &r.Function }),
	textColumn("changed", func(r *GridRow) *string { return &r.Changed }),
	textColumn("init", func(r *GridRow) *string { return &r.Init }),
	numberColumn("rate", func(r *GridRow) *float64 { return &r.Rate }),
	countColumn("trained", func(r *GridRow) *int { return &r.Trained }),
	countColumn("failed", func(r *GridRow) *int { return &r.Failed }),
	numberColumn("accuracy", func(r *GridRow) *number.Float { return &r.Accuracy }),
	numberColumn("low", func(r *GridRow) *number.Float { return &r.Low }),
	numberColumn("high", func(r *GridRow) *number.Float { return &r.High }),
	numberColumn("deviation", func(r *GridRow) *number.Float { return &r.Deviation }),
	numberColumn("final_loss", func(r *GridRow) *number.Float { return &r.FinalLoss }),
	numberColumn("growth", func(r *GridRow) *number.Float { return &r.Growth }),
	numberColumn("levels", func(r *GridRow) *number.Float { return &r.Levels }),
}

var interventionColumns = []column[Intervention]{
	textColumn("from", func(i *Intervention) *string { return &i.From }),
	textColumn("change", func(i *Intervention) *string { return &i.Change }),
	textColumn("to", func(i *Intervention) *string { return &i.To }),
	textColumn("init", func(i *Intervention) *string { return &i.Init }),
	numberColumn("rate", func(i *Intervention) *float64 { return &i.Rate }),
	countColumn("pairs", func(i *Intervention) *int { return &i.Pairs }),
	countColumn("failed", func(i *Intervention) *int { return &i.Failed }),
	numberColumn("effect", func(i *Intervention) *number.Float { return &i.Effect }),
	numberColumn("low", func(i *Intervention) *number.Float { return &i.Low }),
	numberColumn("high", func(i *Intervention) *number.Float { return &i.High }),
	countColumn("grown", func(i *Intervention) *int { return &i.Grown }),
	numberColumn("growth", func(i *Intervention) *number.Float { return &i.Growth }),
	numberColumn("growth_low", func(i *Intervention) *number.Float { return &i.GrowthLow }),
	numberColumn("growth_high", func(i *Intervention) *number.Float { return &i.GrowthHigh }),
	shareColumn("share_of_gap", func(s *ShareOfGap) *number.Float { return &s.Share }),
	shareColumn("share_low", func(s *ShareOfGap) *number.Float { return &s.Low }),
	shareColumn("share_high", func(s *ShareOfGap) *number.Float { return &s.High }),
}

// shareColumn is a column of shares of the gap, empty where there is no share.
func shareColumn(name string, field func(*ShareOfGap) *number.Float) column[Intervention] {
	return column[Intervention]{name, func(i *Intervention) string {
		if i.Share == nil {
			return ""
		}
		return shortNumber(float64(*field(i.Share)))
	}, func(i *Intervention, s string) error {
		if s == "" {
			return nil
		}
		if i.Share == nil {
			i.Share = new(ShareOfGap)
		}
		v, err := parseNumber(s)
		*field(i.Share) = number.Float(v)
		return err
	}}
}

// trial is what one network of a variant has shown.
type trial struct {
	variant Variant
	pair    Pair
	network string
	*Measurement
}

// trialColumns are written only. Where there is a value for each layer or stage, they are
// separated by spaces.
var trialColumns = []column[trial]{
	{name: "setting", get: func(t *trial) string { return t.variant.Name }},
	{name: "epochs", get: func(t *trial) string { return strconv.Itoa(t.variant.Epochs) }},
	{name: "rate", get: func(t *trial) string { return allDigits(t.variant.Rate) }},
	{name: "hidden", get: func(t *trial) string { return strings.Trim(fmt.Sprint(t.variant.Hidden), "[]") }},
	{name: "init", get: func(t *trial) string { return t.variant.Init }},
	{name: "data_seed", get: func(t *trial) string { return strconv.FormatInt(t.pair.DataSeed, 10) }},
	{name: "seed", get: func(t *trial) string { return strconv.FormatInt(t.pair.Seed, 10) }},
	{name: "network", get: func(t *trial) string { return t.network }},
	{name: "failure", get: func(t *trial) string { return t.Failure }},
	measuredColumn("accuracy", func(m *Measurement) []float64 { return []float64{m.Accuracy()} }),
	measuredColumn("test_accuracy", func(m *Measurement) []float64 { return []float64{m.TestAccuracy} }),
	measuredColumn("train_accuracy", func(m *Measurement) []float64 { return []float64{m.TrainAccuracy} }),
	measuredColumn("loss_1_4", func(m *Measurement) []float64 { return m.Loss[0:1] }),
	measuredColumn("loss_2_4", func(m *Measurement) []float64 { return m.Loss[1:2] }),
	measuredColumn("loss_3_4", func(m *Measurement) []float64 { return m.Loss[2:3] }),
	measuredColumn("loss_4_4", func(m *Measurement) []float64 { return m.Loss[3:4] }),
	measuredColumn("input_spread", func(m *Measurement) []float64 { return []float64{m.InputSpread} }),
	measuredColumn("spread", func(m *Measurement) []float64 { return m.Spread }),
	measuredColumn("trace_class0", func(m *Measurement) []float64 { return m.Trace[0] }),
	measuredColumn("trace_class1", func(m *Measurement) []float64 { return m.Trace[1] }),
	measuredColumn("first_gradients", func(m *Measurement) []float64 { return m.FirstGradients }),
	measuredColumn("distance_correlation", func(m *Measurement) []number.Float { return m.Kept }),
	measuredColumn("distance_correlation_pooled", func(m *Measurement) []number.Float { return m.KeptPooled }),
	measuredColumn("growth", func(m *Measurement) []number.Float { return m.Growth }),
	measuredColumn("levels", func(m *Measurement) []number.Float { return []number.Float{m.Levels} }),
	measuredColumn("far_rank", func(m *Measurement) []number.Float { return m.FarRank[:] }),
}

// measuredColumn is a column of what was measured, at full precision; empty of a network
// that failed.
func measuredColumn[F ~float64](name string, values func(*Measurement) []F) column[trial] {
	return column[trial]{name: name, get: func(t *trial) string {
		if t.Failed() {
			return ""
		}
		return allDigits(values(t.Measurement)...)
	}}
}

func allDigits[F ~float64](values ...F) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = strconv.FormatFloat(float64(v), 'g', -1, 64)
	}
	return strings.Join(parts, " ")
}

// Trials writes every measurement of a table as CSV with a header: a row for each network
// in each of its variants.
func Trials(t *Table) []byte {
	var trials []trial
	for _, training := range t.trainings {
		for _, v := range training.at {
			trials = append(trials, trial{v, training.pair, training.network, t.Get(v, training.pair, training.network)})
		}
	}
	return writeTable(trialColumns, trials)
}

// column is a column of a table of rows T: its name, a value as text, and back.
type column[T any] struct {
	name string
	get  func(*T) string
	set  func(*T, string) error
}

// textColumn is a column of text.
func textColumn[T any, S ~string](name string, field func(*T) *S) column[T] {
	return column[T]{name, func(r *T) string { return string(*field(r)) }, func(r *T, s string) error {
		*field(r) = S(s)
		return nil
	}}
}

// countColumn is a column of whole numbers.
func countColumn[T any](name string, field func(*T) *int) column[T] {
	return column[T]{name, func(r *T) string { return strconv.Itoa(*field(r)) }, func(r *T, s string) (err error) {
		*field(r), err = strconv.Atoi(s)
		return err
	}}
}

// tableDigits is the precision of numbers in a table: what the last bits of arithmetic
// change is not seen.
const tableDigits = 6

// numberColumn is a column of numbers, empty where there is none.
func numberColumn[T any, F ~float64](name string, field func(*T) *F) column[T] {
	return column[T]{name, func(r *T) string { return shortNumber(float64(*field(r))) }, func(r *T, s string) error {
		v, err := parseNumber(s)
		*field(r) = F(v)
		return err
	}}
}

func shortNumber(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', tableDigits, 64)
}

func parseNumber(s string) (float64, error) {
	if s == "" {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(s, 64)
}

// listColumn is a column of several values, separated by spaces; "-" is one that is
// missing.
func listColumn[T, V any](name string, field func(*T) *[]V, get func(V) string, set func(string) (V, error)) column[T] {
	return column[T]{name, func(r *T) string {
		var parts []string
		for _, v := range *field(r) {
			if s := get(v); s != "" {
				parts = append(parts, s)
			} else {
				parts = append(parts, "-")
			}
		}
		return strings.Join(parts, " ")
	}, func(r *T, s string) error {
		*field(r) = nil
		for _, part := range strings.Fields(s) {
			if part == "-" {
				part = ""
			}
			v, err := set(part)
			if err != nil {
				return err
			}
			*field(r) = append(*field(r), v)
		}
		return nil
	}}
}

// numbersColumn is a list of numbers.
func numbersColumn[T any](name string, field func(*T) *[]number.Float) column[T] {
	return listColumn(name, field, func(v number.Float) string { return shortNumber(float64(v)) },
		func(s string) (number.Float, error) {
			v, err := parseNumber(s)
			return number.Float(v), err
		})
}

// countsColumn is a list of whole numbers.
func countsColumn[T any](name string, field func(*T) *[]int) column[T] {
	return listColumn(name, field, strconv.Itoa, strconv.Atoi)
}

// writeTable writes rows as CSV with a header, after lines of comment.
func writeTable[T any](columns []column[T], rows []T, comments ...string) []byte {
	var content bytes.Buffer // which takes everything: there are no errors
	for _, c := range comments {
		fmt.Fprintf(&content, "# %s\n", c)
	}
	table := csv.NewWriter(&content)
	record := make([]string, len(columns))
	for i, c := range columns {
		record[i] = c.name
	}
	table.Write(record)
	for i := range rows {
		for j, c := range columns {
			record[j] = c.get(&rows[i])
		}
		table.Write(record)
	}
	table.Flush()
	return content.Bytes()
}

// readTable reads what writeTable wrote.
func readTable[T any](content []byte, columns []column[T]) ([]T, error) {
	table := csv.NewReader(bytes.NewReader(content))
	table.Comment = '#'
	table.FieldsPerRecord = len(columns)
	records, err := table.ReadAll()
	if err == nil && len(records) == 0 {
		err = errors.New("has no header")
	}
	if err != nil {
		return nil, err
	}
	var rows []T
	for i, record := range records {
		var row T
		for j, c := range columns {
			if i == 0 {
				if record[j] != c.name {
					return nil, fmt.Errorf("column %d is %q, want %q", j+1, record[j], c.name)
				}
				continue
			}
			if err := c.set(&row, record[j]); err != nil {
				return nil, fmt.Errorf("row %d, column %s: %w", i, c.name, err)
			}
		}
		if i > 0 {
			rows = append(rows, row)
		}
	}
	return rows, nil
}
