package figures

import (
	"bytes"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"actscope/viz"
)

// column is a column of a table by its name, nil where there is none.
func column(columns []viz.Column, name string) []string {
	for _, c := range columns {
		if c.Name == name {
			return c.Values
		}
	}
	return nil
}

func TestEveryFigureSaysItsNumbers(t *testing.T) {
	all := ranges()
	for name, g := range goldenFigures(t) {
		all["golden "+name] = g.drawing
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		figure, err := all[name].Figure(viz.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		columns := figure.Table(false)
		series := column(columns, "series")
		if notices := slices.ContainsFunc(figure.Panels, func(p *viz.Panel) bool { return p.Notice == "" }); len(series) == 0 && notices {
			t.Errorf("%s: no numbers", name)
		}
		if at := slices.Index(series, ""); at >= 0 {
			t.Errorf("%s: row %d belongs to no series: %v", name, at+1, row(columns, at))
		}
		if !strings.HasPrefix(name, "golden ") {
			continue
		}
		dark, err := all[name].Figure(viz.Options{Theme: viz.DarkTheme()})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(columns, dark.Table(false), func(a, b viz.Column) bool { return a.Name == b.Name && slices.Equal(a.Values, b.Values) }) {
			t.Errorf("%s: other numbers in the dark theme", name)
		}
	}
}

func row(columns []viz.Column, at int) []string {
	var values []string
	for _, c := range columns {
		values = append(values, c.Values[at])
	}
	return values
}

func TestTablesHaveTheValuesThatWereGiven(t *testing.T) {
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	curves := LossCurves{Nets: []LossCurve{{Network: Network{Name: "relu", Label: "ReLU"}, History: []float64{0.7, 0.30000000000000004, 1e-3}}}}
	f, err := curves.Figure(viz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.WriteCSV(&out); err != nil {
		t.Fatal(err)
	}
	if want := "series,Epoch,Binary cross-entropy\nReLU,1,0.7\nReLU,2,0.30000000000000004\nReLU,3,0.001\n"; out.String() != want {
		t.Errorf("loss curves: %q, want %q", out.String(), want)
	}

	d := boundaries(2, 30)
	if f, err = d.Figure(viz.Options{}); err != nil {
		t.Fatal(err)
	}
	columns := f.Table(false)
	panel, series, p := column(columns, "panel"), column(columns, "series"), column(columns, "P(class 1)")
	at := 0
	for _, n := range d.Nets {
		for _, z := range n.Grid.Z {
			for series[at] != "plane" {
				at++
			}
			if panel[at] != n.DisplayName() || number(p[at]) != z {
				t.Fatalf("row %d has %v, want %v of %s", at+1, row(columns, at), z, n.DisplayName())
			}
			at++
		}
	}

	q := quantiles(2, 2)
	if f, err = q.Figure(viz.Options{}); err != nil {
		t.Fatal(err)
	}
	columns = f.Table(false)
	low, high, median := column(columns, "low"), column(columns, "high"), column(columns, "Mean |activation|")
	b := q.Signals[0].Bands[0]
	from := slices.Index(column(columns, "series"), b.DisplayName()+", 25, 50 and 75 %")
	for i := range b.Quantiles[1] {
		got := [3]float64{number(low[from+i]), number(median[from+i]), number(high[from+i])}
		if want := [3]float64{b.Quantiles[1][i], b.Quantiles[2][i], b.Quantiles[3][i]}; got != want {
			t.Errorf("quantiles of stage %d: %v, want %v in one row", i, got, want)
		}
	}
}

func TestTablesSayWhatFiguresClipAndShift(t *testing.T) {
	d := survivals(2, 2, false)
	d.Nets[0].Layers[0].FarRank[1] = -7
	f, err := d.Figure(viz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if values := column(f.Table(true), "y"); !slices.Contains(values, "-7") {
		t.Errorf("a value below the axis is not in the table: %v", values)
	}
	k := KernelTrial{Epochs: 100, Measured: []float64{3, math.Inf(1)}, Predictions: []Prediction{{Title: "t", Label: "Predicted epochs", Values: []float64{2, 50}}}}
	if f, err = k.Figure(viz.Options{}); err != nil {
		t.Fatal(err)
	}
	if values := column(f.Table(true), "Measured epochs"); !slices.Equal(values, []string{"3", "+Inf"}) {
		t.Errorf("measured epochs are %v", values)
	}
}
