package play

import (
	"path"
	"slices"
	"strings"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
)

// What a laboratory takes at most: beyond, an epoch or a frame would take so long that nothing moves.
const (
	mostDepth    = 12
	mostWidth    = 64
	mostRows     = 5000
	mostNetworks = 4
	mostColumns  = 64
	mostOutputs  = 20
	mostSeeds    = 20
	mostParts    = 6
	mostFormula  = 300 // letters
)

// checkConfig refuses networks beyond the limits.
func checkConfig(c config.Config) error {
	if n := len(c.Activations); n > mostNetworks {
		return input.Refuse("activations", "%d networks: a laboratory shows %d at most, compare takes more", n, mostNetworks)
	}
	if n := len(c.Hidden); n > mostDepth {
		return input.Refuse("hidden", "%d hidden layers: a laboratory takes %d at most, compare more", n, mostDepth)
	}
	for _, name := range append(slices.Clone(c.Activations), c.Output) {
		if len(name) > mostFormula {
			return input.Refuse("activations", "a formula of %d letters: a laboratory takes %d at most", len(name), mostFormula)
		}
	}
	if n := len(c.Parts); n > mostParts {
		return input.Refuse("parts", "%d of them: a laboratory takes %d at most", n, mostParts)
	}
	for i, units := range c.Hidden {
		if units > mostWidth {
			return input.Refuse("hidden", "layer %d has %d units: a laboratory takes %d at most, compare more", i+1, units, mostWidth)
		}
	}
	return nil
}

// checkPoints refuses data beyond the limits before they are made, and names of data that are not here:
// no command reads a file.
func checkPoints(p config.Points, text *csvText) error {
	file, isFile := p.File()
	switch {
	case isFile && (text == nil || file != text.name):
		return input.Refuse("dataset", "%q is not a table of this page: drop the file on it", p.Dataset)
	case isFile:
		return nil
	case !slices.Contains(data.GeneratorNames(), p.Dataset) && !data.IsFormula(p.Dataset):
		_, err := data.Generate(data.GeneratorConfig{Name: p.Dataset, Samples: 2})
		return config.OfData(err)
	case p.Samples > mostRows:
		return input.Refuse("samples", "%d points: a laboratory takes %d at most, compare more", p.Samples, mostRows)
	case len(p.Dataset) > 1000:
		return input.Refuse("dataset", "a formula of %d letters: take 1,000 at most", len(p.Dataset))
	}
	if data.IsFormula(p.Dataset) {
		names, err := data.FormulaNames(p.Dataset)
		if err != nil {
			return config.OfData(err)
		}
		if n := len(names.Inputs); n > mostColumns {
			return input.Refuse("dataset", "a formula of %d variables: a laboratory takes %d at most", n, mostColumns)
		}
	}
	return nil
}

// checkData refuses data beyond the limits.
func checkData(d *experiment.Dataset) error {
	if rows := d.Raw.Rows(); rows > mostRows {
		return input.Refuse("dataset", "%d rows: a laboratory takes %d at most, compare more; take every %s row", rows, mostRows, ordinal((rows+mostRows-1)/mostRows))
	}
	if d.Raw.Columns > mostColumns {
		return input.Refuse("dataset", "%d columns: a laboratory takes %d at most, compare more", d.Raw.Columns, mostColumns)
	}
	if outputs := max(d.Raw.Targets.Classes(), d.Raw.Targets.Columns()); outputs > mostOutputs {
		return input.Refuse("label", "%d classes or targets: a laboratory takes %d at most, compare more", outputs, mostOutputs)
	}
	return nil
}

func ordinal(n int) string {
	switch n {
	case 2:
		return "second"
	case 3:
		return "third"
	}
	return "n-th"
}

// nameOfTable is the name of a file without its folders, without what settings could not hold.
func nameOfTable(file string) string {
	name := path.Base(strings.ReplaceAll(file, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"'<>|:*?`, r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 100 {
		name = string(runes[:100])
	}
	if name == "" || name == "." || name == ".." || name == "/" {
		return "data.csv"
	}
	return name
}
