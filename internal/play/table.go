package play

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strconv"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
)

// setData takes a table as the points, whose targets are those of its last column until a setting says
// something else.
func (l *Laboratory) setData(c command) (outcome, error) {
	if c.CSV == nil {
		return outcome{}, input.Refuse("csv", "no table: its text is needed")
	}
	if len(*c.CSV) > mostText {
		return outcome{}, input.Refuse("csv", "longer than %d MiB: a laboratory takes %d rows at most", mostText>>20, mostRows)
	}
	fresh := copied(l.config)
	table := &csvText{nameOfTable(c.Name), []byte(*c.CSV)}
	fresh.Dataset, fresh.Label, fresh.Task = table.dataset(), "", ""
	followDataset(l.config, &fresh, nil)
	return l.takeTable(fresh, table)
}

// takeTable begins with the points of a table.
func (l *Laboratory) takeTable(fresh config.Config, table *csvText) (outcome, error) {
	fresh.Classes, fresh.ClassShare = 0, 0
	begun := l.epoch > 0 || len(l.log) > 0
	d, err := l.load(fresh, table)
	if err != nil {
		return outcome{}, err
	}
	l.csv = table
	if err := l.begin(fresh, d); err != nil {
		return outcome{}, err
	}
	l.pointAtFirst()
	return outcome{state: true, reset: begun}, nil
}

// drawnName is the name of a table of points that were drawn.
const drawnName = "drawn.csv"

// draw adds points to those that are there and takes others away, by their rows in the whole table.
func (l *Laboratory) draw(c command) (outcome, error) {
	d := l.data
	if !drawable(d) {
		return outcome{}, input.Refuse("add", "points are drawn in a plane, of one class or number each, and these have %d columns and %v", d.Raw.Columns, d.Raw.Targets)
	}
	if len(c.Add) == 0 && len(c.Remove) == 0 && !c.Clear {
		return outcome{}, input.Refuse("add", "there is nothing to draw")
	}
	for _, row := range c.Remove {
		if row < 0 || row >= d.Raw.Rows() {
			return outcome{}, input.Refuse("remove", "%d: there are rows 0 to %d", row, d.Raw.Rows()-1)
		}
	}
	for _, p := range c.Add {
		if len(p) != 3 {
			return outcome{}, input.Refuse("add", "%v: a point is two coordinates and its class or number", p)
		}
		if math.Abs(p[0]) > data.MaxCoordinate || math.Abs(p[1]) > data.MaxCoordinate {
			return outcome{}, input.Refuse("add", "(%v, %v) is beyond all points", p[0], p[1])
		}
		if class := int(p[2]); !l.regression() && (p[2] < 0 || p[2] >= mostOutputs || float64(class) != p[2]) {
			return outcome{}, input.Refuse("add", "%v is no class: they are 0 to %d", p[2], mostOutputs-1)
		}
	}
	var removed []int
	if removed = c.Remove; c.Clear {
		removed = allRows(d)
	}
	table := &csvText{drawnName, tableOf(d, removed, c.Add)}
	fresh := copied(l.config)
	fresh.Dataset, fresh.Label, fresh.Task = table.dataset(), "", ""
	if l.regression() {
		fresh.Task = "regression"
	}
	return l.takeTable(fresh, table)
}

func allRows(d *experiment.Dataset) (rows []int) {
	for row := range d.Raw.Rows() {
		rows = append(rows, row)
	}
	return rows
}

// tableOf are the points of a set as a table, without some rows and with more points after them.
func tableOf(d *experiment.Dataset, removed []int, added [][]float64) []byte {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	names := slices.Clone(columnNames(d.Raw.Columns, d.Inputs))
	targets := d.Names.Targets
	if len(targets) != d.Raw.Targets.Columns() {
		targets = []string{"class"}
		for i := 1; d.Raw.Targets.Columns() > 1 && i < d.Raw.Targets.Columns(); i++ {
			targets = append(targets, "class"+strconv.Itoa(i+1))
		}
		if d.Raw.Targets.Task == data.Regression {
			targets[0] = "y"
		}
	}
	w.Write(append(names, targets...))
	plain := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	target := func(v float64) string {
		if d.Raw.Targets.Task == data.Classification {
			return className(d.Names, int(v))
		}
		return plain(v)
	}
	gone := make([]bool, d.Raw.Rows())
	for _, row := range removed {
		gone[row] = true
	}
	write := func(x, y []float64) {
		var row []string
		for _, v := range x {
			row = append(row, plain(v))
		}
		for _, v := range y {
			row = append(row, target(v))
		}
		w.Write(row)
	}
	for row := range gone {
		if !gone[row] {
			write(d.Raw.Row(row), d.Raw.Target(row))
		}
	}
	for _, p := range added {
		write(p[:2], p[2:])
	}
	w.Flush()
	return text.Bytes()
}
