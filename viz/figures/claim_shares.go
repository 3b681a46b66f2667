package figures

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"actscope/viz"
)

// ClaimShares shows for each claim in which share of the seeds it holds, with its
// interval, and on each data set by itself.
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
	// ByData are the shares on each data set.
	ByData []float64
	// InArticle says whether the claim holds in the article's own run; nil where that
	// is not known.
	InArticle *bool
}

// Figure draws the shares.
func (c ClaimShares) Figure(o viz.Options) (*viz.Figure, error) {
	if len(c.Claims) == 0 {
		return nil, errors.New("figures: claim shares: no claim is given")
	}
	f := viz.NewFigure(o, "claim_shares", "In how many seeds does it hold?")
	f.Subtitle = c.Subtitle
	t := f.Theme
	kinds := kindsOf(c.Claims)
	styles := claimColors(t)
	p := &viz.Panel{X: viz.Axis{Label: "share of the seeds, percent", Scale: viz.Linear(0, 1), Ticks: percentTicks, Grid: true}}
	rows := make([]ClaimRow, len(c.Claims))
	for i, claim := range c.Claims {
		rows[i] = ClaimRow{Label: claim.Label, Kind: claim.Kind}
	}
	spaced := spacedRows(rows)
	labels := make([]string, len(spaced))
	next, facts := 0, []string{}
	var data, bars, dots []viz.Series
	for i, r := range spaced {
		y := len(spaced) - 1 - i
		if r == nil {
			continue
		}
		labels[y] = r.Label
		claim := c.Claims[next]
		next++
		color := styles[slices.Index(kinds, claim.Kind)%len(styles)]
		at := func(share float64) viz.Point { return viz.Pt(share, float64(y)) }
		for _, share := range claim.ByData {
			data = append(data, viz.Scatter{Points: []viz.Point{at(share)}, Marker: viz.Marker{Shape: viz.Ring, Radius: 3.2, Edge: viz.Fade(color, 0.6), EdgeWidth: 1.1}})
		}
		bars = append(bars, viz.Line{Points: []viz.Point{at(claim.Low), at(claim.High)}, Stroke: viz.Stroke{Color: color, Width: 3}})
		dot := viz.Marker{Radius: 5, Fill: color, Edge: t.Rim, EdgeWidth: 1}
		if claim.InArticle != nil && !*claim.InArticle {
			dot.Fill, dot.Edge, dot.EdgeWidth = t.Paper, color, 2
		}
		dots = append(dots, viz.Scatter{Points: []viz.Point{at(claim.Share)}, Marker: dot})
		facts = append(facts, fmt.Sprintf("%s %s", claim.Label, viz.Percent(claim.Share, 0)))
	}
	half := viz.Line{Points: []viz.Point{viz.Pt(0.5, -0.5), viz.Pt(0.5, float64(len(spaced))-0.5)}, Stroke: viz.Stroke{Color: t.Spine, Width: 1.2, Dash: []float64{4, 3}}}
	p.Series = slices.Concat([]viz.Series{half}, data, bars, dots)
	p.Y = viz.Axis{Scale: viz.Categories(labels...), Ticks: rowTicks(labels)}
	p.Aspect = 0.036 * float64(len(spaced)+1)
	f.Panels = []*viz.Panel{p}
	for i, kind := range kinds {
		f.Legend = append(f.Legend, viz.Key{Text: kind, Line: viz.Stroke{Color: styles[i%len(styles)], Width: 3}, Marker: viz.Marker{Radius: 5, Fill: styles[i%len(styles)]}})
	}
	f.Description = "Dots with intervals: " + strings.Join(facts, "; ") + "."
	return f, nil
}

// kindsOf are the kinds of claims in their order.
func kindsOf(claims []ClaimShare) []string {
	var kinds []string
	for _, c := range claims {
		if !slices.Contains(kinds, c.Kind) {
			kinds = append(kinds, c.Kind)
		}
	}
	return kinds
}

// claimColors tell kinds of claims apart; they are those of no network shown beside.
func claimColors(t viz.Theme) []viz.Color {
	return []viz.Color{t.Networks["elu"], t.Networks["silu"], t.Networks["gelu"], t.Networks["leakyrelu"], t.Networks["tanh"]}
}

// percentTicks are at every fifth.
var percentTicks = func() []viz.Tick {
	var ticks []viz.Tick
	for i := range 6 {
		share := float64(i) / 5
		ticks = append(ticks, viz.Tick{Value: share, Label: wholePercent(share)})
	}
	return ticks
}()
