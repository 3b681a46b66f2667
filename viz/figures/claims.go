package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// ClaimMap shows in which share of the seeds each claim holds at each setting: a row
// a claim, a column a setting.
type ClaimMap struct {
	// Groups are the settings by what was changed, in the order of the columns.
	Groups []SettingGroup
	// Claims are the rows, from the top; those of one kind stand together.
	Claims []ClaimRow
	// Subtitle says what is counted.
	Subtitle string
}

// SettingGroup is a run of columns with a heading.
type SettingGroup struct {
	Name   string
	Labels []string // one a column, as short as can be
}

// ClaimRow is one claim over all settings.
type ClaimRow struct {
	Label, Kind string
	// Shares are from 0 to 1, one a column; NaN where the claim says nothing.
	Shares []float64
	// Settled says where the share is surely above or below one half.
	Settled []bool
}

func (m ClaimMap) Figure(o viz.Options) (*viz.Figure, error) {
	var names []string
	for _, g := range m.Groups {
		names = append(names, g.Labels...)
	}
	if len(m.Claims) == 0 || len(names) == 0 {
		return nil, errors.New("figures: claim map: no claim or no setting is given")
	}
	for _, c := range m.Claims {
		if len(c.Shares) != len(names) || len(c.Settled) != len(names) {
			return nil, fmt.Errorf("figures: claim map: %s has %d shares and %d marks for %d settings", c.Label, len(c.Shares), len(c.Settled), len(names))
		}
	}
	f := viz.NewFigure(o, "claims_by_setting", "Where each claim holds")
	f.Subtitle = m.Subtitle
	rows := spacedRows(m.Claims, func(c ClaimRow) string { return c.Kind })
	rows = append([]*ClaimRow{nil}, rows...) // room for the headings
	slices.Reverse(rows)                     // the vertical axis goes up
	var labels []string
	cells := viz.Cells{Name: "share of the seeds", Scale: viz.Linear(0, 1), Ramp: f.Theme.Probability()}
	for _, r := range rows {
		if r == nil {
			labels = append(labels, "")
			cells.Values = append(cells.Values, slices.Repeat([]float64{math.NaN()}, len(names)))
			continue
		}
		labels = append(labels, r.Label)
		cells.Values = append(cells.Values, r.Shares)
	}
	cells.Text = func(y, x int) viz.Span {
		s := viz.Span{Text: wholePercent(rows[y].Shares[x]), Color: f.Theme.Muted}
		if rows[y].Settled[x] {
			s.Color, s.Bold = f.Theme.Text, true
		}
		return s
	}
	headings, dividers := groupHeadings(f.Theme, m.Groups, len(rows))
	f.Panels = []*viz.Panel{{
		X:      viz.Axis{Scale: viz.Categories(names...), Ticks: namedTicks(names)},
		Y:      viz.Axis{Scale: viz.Categories(labels...), Ticks: namedTicks(labels)},
		Series: []viz.Series{cells, viz.Restated{Series: dividers}, headings},
		Aspect: 0.038 * float64(len(rows)),
	}}
	f.Footnotes = []string{"Numbers are percent of the seeds. Strong ones are surely above or below one half, with all questions taken into account; pale ones may be either."}
	f.Description = fmt.Sprintf("Heat map of the share of seeds in which each of %s holds at %s.", count(len(m.Claims), "claim"), count(len(names), "setting"))
	return f, nil
}

// groupHeadings name groups of columns in the uppermost of some rows of cells, with a line
// between any two.
func groupHeadings(t viz.Theme, groups []SettingGroup, rows int) (viz.Notes, viz.Line) {
	var headings viz.Notes
	dividers := viz.Line{Stroke: viz.Stroke{Color: t.Spine, Width: 1.5}}
	column := 0
	for i, g := range groups {
		if left := float64(column) - 0.5; i > 0 {
			dividers.Points = append(dividers.Points, viz.Pt(left, -0.5), viz.Pt(left, float64(rows)-0.5), viz.Pt(math.NaN(), 0))
		}
		middle := float64(column) + float64(len(g.Labels)-1)/2
		headings = append(headings, viz.Note{At: viz.Pt(middle, float64(rows-1)), Text: viz.Span{Text: g.Name, Color: t.Muted}, Anchor: viz.Pt(0.5, 0.5)})
		column += len(g.Labels)
	}
	return headings, dividers
}

// spacedRows are the claims with an empty row, nil, between kinds.
func spacedRows[C any](claims []C, kind func(C) string) []*C {
	var rows []*C
	for i := range claims {
		if i > 0 && kind(claims[i]) != kind(claims[i-1]) {
			rows = append(rows, nil)
		}
		rows = append(rows, &claims[i])
	}
	return rows
}

// namedTicks name the rows or columns that have a name.
func namedTicks(labels []string) []viz.Tick {
	var ticks []viz.Tick
	for i, label := range labels {
		if label != "" {
			ticks = append(ticks, viz.Tick{Value: float64(i), Label: label})
		}
	}
	return ticks
}

func wholePercent(share float64) string { return fmt.Sprintf("%.0f", 100*share) }

// ClaimShares shows for each claim in which share of the seeds it holds, with its
// interval.
type ClaimShares struct {
	// Claims are the rows, from the top; those of one kind stand together.
	Claims []ClaimShare
	// Subtitle says what is counted.
	Subtitle string
}

// ClaimShare is one row.
type ClaimShare struct {
	Label, Kind string
	// Share is from 0 to 1, Low and High bound it.
	Share, Low, High float64
	// InArticle says whether the claim holds in the article's own run; nil where that
	// is not known.
	InArticle *bool
}

func (c ClaimShares) Figure(o viz.Options) (*viz.Figure, error) {
	if len(c.Claims) == 0 {
		return nil, errors.New("figures: claim shares: no claim is given")
	}
	f := viz.NewFigure(o, "claim_shares", "In how many seeds does it hold?")
	f.Subtitle = c.Subtitle
	t := f.Theme
	// Kinds of claims have the colours of networks that no figure shows beside them.
	colors := []viz.Color{t.Networks["elu"], t.Networks["silu"], t.Networks["gelu"], t.Networks["leakyrelu"], t.Networks["tanh"]}
	p := &viz.Panel{X: viz.Axis{Label: "share of the seeds, percent", Scale: viz.Linear(0, 1), Grid: true}}
	for i := range 6 {
		share := float64(i) / 5
		p.X.Ticks = append(p.X.Ticks, viz.Tick{Value: share, Label: wholePercent(share)})
	}
	rows := spacedRows(c.Claims, func(c ClaimShare) string { return c.Kind })
	labels := make([]string, len(rows))
	var kinds, facts []string
	var bars, dots []viz.Series
	for i, claim := range rows {
		if claim == nil {
			continue
		}
		y := len(rows) - 1 - i
		labels[y] = claim.Label
		if !slices.Contains(kinds, claim.Kind) {
			kinds = append(kinds, claim.Kind)
		}
		color := colors[slices.Index(kinds, claim.Kind)%len(colors)]
		at := func(share float64) viz.Point { return viz.Pt(share, float64(y)) }
		bar := viz.Line{Points: []viz.Point{at(claim.Low), at(claim.High)}, Stroke: viz.Stroke{Color: color, Width: 3}}
		bars = append(bars, viz.Restated{Series: bar, As: []viz.Number{{Series: claim.Kind, X: claim.Share, Y: float64(y), Low: claim.Low, High: claim.High, Value: math.NaN()}}})
		dot := viz.Marker{Radius: 5, Fill: color, Edge: t.Rim, EdgeWidth: 1}
		if claim.InArticle != nil && !*claim.InArticle {
			dot.Fill, dot.Edge, dot.EdgeWidth = t.Paper, color, 2
		}
		dots = append(dots, viz.Restated{Series: viz.Scatter{Points: []viz.Point{at(claim.Share)}, Marker: dot}})
		facts = append(facts, fmt.Sprintf("%s %s", claim.Label, viz.Percent(claim.Share, 0)))
	}
	half := viz.Line{Points: []viz.Point{viz.Pt(0.5, -0.5), viz.Pt(0.5, float64(len(rows))-0.5)}, Stroke: viz.Stroke{Color: t.Spine, Width: 1.2, Dash: []float64{4, 3}}}
	p.Series = slices.Concat([]viz.Series{viz.Restated{Series: half}}, bars, dots)
	p.Y = viz.Axis{Scale: viz.Categories(labels...), Ticks: namedTicks(labels)}
	p.Aspect = 0.036 * float64(len(rows)+1)
	f.Panels = []*viz.Panel{p}
	for i, kind := range kinds {
		color := colors[i%len(colors)]
		f.Legend = append(f.Legend, viz.Key{Text: kind, Line: viz.Stroke{Color: color, Width: 3}, Marker: viz.Marker{Radius: 5, Fill: color}})
	}
	f.Description = "Dots with intervals: " + strings.Join(facts, "; ") + "."
	return f, nil
}
