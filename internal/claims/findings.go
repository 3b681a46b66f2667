package claims

import (
	"bytes"
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"actscope/internal/config"
	"actscope/internal/number"
)

// Names of the tables of a result, in its folder and in the committed findings.
const (
	ClaimsFile   = "claims.csv"
	NetworksFile = "networks.csv"
	ControlsFile = "controls.csv"
)

// findings are the tables of the default design, as its folder has them.
//
//go:embed findings
var findings embed.FS

// kernelsComment begins the line that names the arithmetic.
const kernelsComment = "kernels: "

var rowColumns = []column[Row]{
	textColumn("id", func(r *Row) *string { return &r.ID }),
	textColumn("kind", func(r *Row) *Kind { return &r.Kind }),
	textColumn("setting", func(r *Row) *string { return &r.Setting }),
	countColumn("seeds", func(r *Row) *int { return &r.Seeds }),
	countColumn("holds", func(r *Row) *int { return &r.Holds }),
	countColumn("failed", func(r *Row) *int { return &r.Failed }),
	countsColumn("holds_by_sample", func(r *Row) *[]int { return &r.HoldsBySample }),
	listColumn("by_data_seed", func(r *Row) *[]DataCount { return &r.ByData }, DataCount.String, parseDataCount),
	numberColumn("share", func(r *Row) *number.Float { return &r.Share }),
	numberColumn("low", func(r *Row) *number.Float { return &r.Low }),
	numberColumn("high", func(r *Row) *number.Float { return &r.High }),
	numberColumn("design_effect", func(r *Row) *number.Float { return &r.DesignEffect }),
	numberColumn("p", func(r *Row) *number.Float { return &r.P }),
	numberColumn("p_holm", func(r *Row) *number.Float { return &r.PHolm }),
	textColumn("standing", func(r *Row) *Standing { return &r.Standing }),
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

// String is the count as tables have it: data seed, holds and seeds.
func (c DataCount) String() string { return fmt.Sprintf("%d:%d/%d", c.DataSeed, c.Holds, c.Seeds) }

func parseDataCount(s string) (c DataCount, err error) {
	_, err = fmt.Sscanf(s, "%d:%d/%d", &c.DataSeed, &c.Holds, &c.Seeds)
	return c, err
}

var networkColumns = []column[NetworkRow]{
	textColumn("setting", func(r *NetworkRow) *string { return &r.Setting }),
	countColumn("epochs", func(r *NetworkRow) *int { return &r.Epochs }),
	numberColumn("rate", func(r *NetworkRow) *float64 { return &r.Rate }),
	countsColumn("hidden", func(r *NetworkRow) *[]int { return &r.Hidden }),
	textColumn("network", func(r *NetworkRow) *string { return &r.Network }),
	countColumn("trained", func(r *NetworkRow) *int { return &r.Trained }),
	countColumn("failed", func(r *NetworkRow) *int { return &r.Failed }),
	countColumn("boundaries", func(r *NetworkRow) *int { return &r.Boundaries }),
	numberColumn("test_accuracy", func(r *NetworkRow) *number.Float { return &r.TestAccuracy }),
	numberColumn("low", func(r *NetworkRow) *number.Float { return &r.Low }),
	numberColumn("high", func(r *NetworkRow) *number.Float { return &r.High }),
	numberColumn("deviation", func(r *NetworkRow) *number.Float { return &r.Deviation }),
	listColumn("by_data_seed", func(r *NetworkRow) *[]DataMean { return &r.ByData }, DataMean.String, parseDataMean),
	numberColumn("train_accuracy", func(r *NetworkRow) *number.Float { return &r.TrainAccuracy }),
	numberColumn("final_loss", func(r *NetworkRow) *number.Float { return &r.FinalLoss }),
	numbersColumn("spread", func(r *NetworkRow) *[]number.Float { return &r.Spread }),
	numbersColumn("first_gradients", func(r *NetworkRow) *[]number.Float { return &r.FirstGradients }),
	numbersColumn("distance_correlation", func(r *NetworkRow) *[]number.Float { return &r.Kept }),
}

// String is the mean as tables have it: data seed and test accuracy.
func (m DataMean) String() string {
	return fmt.Sprintf("%d:%s", m.DataSeed, shortNumber(float64(m.Accuracy)))
}

func parseDataMean(s string) (m DataMean, err error) {
	seed, accuracy, _ := strings.Cut(s, ":")
	if m.DataSeed, err = strconv.ParseInt(seed, 10, 64); err != nil {
		return m, err
	}
	v, err := parseNumber(accuracy)
	m.Accuracy = number.Float(v)
	return m, err
}

var controlColumns = []column[Control]{
	textColumn("setting", func(c *Control) *string { return &c.Setting }),
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

// Tables are the rows of a result as CSV, by file name: six digits, after a line that
// says how they were made.
func (r *Result) Tables() (map[string][]byte, error) {
	comments := []string{"made by: " + r.Again, kernelsComment + r.Kernels}
	var claims, networks, controls bytes.Buffer
	for _, err := range []error{
		writeTable(&claims, rowColumns, r.Claims, comments...),
		writeTable(&networks, networkColumns, r.Networks, comments...),
		writeTable(&controls, controlColumns, r.Controls, comments...),
	} {
		if err != nil {
			return nil, err
		}
	}
	return map[string][]byte{ClaimsFile: claims.Bytes(), NetworksFile: networks.Bytes(), ControlsFile: controls.Bytes()}, nil
}

// Committed are the findings of the default design, which are part of the program: a
// table that was made by actscope claims and is made again by it.
var Committed = sync.OnceValues(func() (*Result, error) {
	d, err := NewDesign(config.Article(), DefaultSeeds, false)
	if err != nil {
		return nil, err
	}
	r := d.result(d.Settings, Selection{})
	files := make(map[string][]byte)
	for _, name := range []string{ClaimsFile, NetworksFile, ControlsFile} {
		if files[name], err = findings.ReadFile("findings/" + name); err != nil {
			return nil, err
		}
	}
	for line := range strings.Lines(string(files[ClaimsFile])) {
		if kernels, ok := strings.CutPrefix(line, "# "+kernelsComment); ok {
			r.Kernels = strings.TrimSpace(kernels)
		}
	}
	if r.Claims, err = readTable(bytes.NewReader(files[ClaimsFile]), rowColumns); err != nil {
		return nil, fmt.Errorf("findings/%s: %w", ClaimsFile, err)
	}
	if r.Networks, err = readTable(bytes.NewReader(files[NetworksFile]), networkColumns); err != nil {
		return nil, fmt.Errorf("findings/%s: %w", NetworksFile, err)
	}
	if r.Controls, err = readTable(bytes.NewReader(files[ControlsFile]), controlColumns); err != nil {
		return nil, fmt.Errorf("findings/%s: %w", ControlsFile, err)
	}
	r.Verdicts = Summarise(d, r.Claims)
	return r, nil
})

// Row is that of a claim at a setting; nil where there is none.
func (r *Result) Row(id, setting string) *Row {
	for i, row := range r.Claims {
		if row.ID == id && row.Setting == setting {
			return &r.Claims[i]
		}
	}
	return nil
}

// Network is the row of a network at a setting; nil where there is none.
func (r *Result) Network(setting, network string) *NetworkRow {
	for i, row := range r.Networks {
		if row.Setting == setting && row.Network == network {
			return &r.Networks[i]
		}
	}
	return nil
}
