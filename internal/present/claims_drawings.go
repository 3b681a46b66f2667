package present

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/internal/article"
	"actscope/internal/claims"
	"actscope/viz"
	"actscope/viz/figures"
)

// claimDrawings are the figures of what a design has found. A part of a design, whose
// questions are few, has its shares only.
func claimDrawings(r *claims.Result) []viz.Drawing {
	drawings := []viz.Drawing{claimShares(r)}
	if len(r.Verdicts) > 0 {
		drawings = append(drawings, claimMap(r))
	}
	if curves := accuracyCurves(r); len(curves.Panels) > 0 {
		drawings = append(drawings, curves)
	}
	return drawings
}

func claimShares(r *claims.Result) figures.ClaimShares {
	d := figures.ClaimShares{Subtitle: fmt.Sprintf("Under %s: share of %s with its 95 %% interval; rings: each data set by itself.", baseSettings(r), seedsCounted(r))}
	shown := false
	for _, row := range r.Claims {
		if row.Variant != r.Base().Name {
			continue
		}
		share := figures.ClaimShare{Label: row.ID, Kind: string(row.Kind), Share: float64(row.Share), Low: float64(row.Low), High: float64(row.High)}
		for _, data := range row.ByData {
			share.ByData = append(share.ByData, float64(data.Holds)/float64(data.Seeds))
		}
		share.InArticle = row.ArticleRun
		shown = shown || row.ArticleRun != nil
		d.Claims = append(d.Claims, share)
	}
	if shown {
		d.Subtitle += " Hollow dots: false in the article's own run."
	}
	return d
}

func claimMap(r *claims.Result) figures.ClaimMap {
	m := figures.ClaimMap{Subtitle: fmt.Sprintf("Share of the seeds in which each claim holds: %s at %s, one data set for each seed elsewhere.", seedsCounted(r), baseSettings(r))}
	column := make(map[string]int)
	for i, v := range r.Design.Variants {
		if n := len(m.Groups); n == 0 || r.Design.Variants[i-1].Factor != v.Factor {
			m.Groups = append(m.Groups, figures.SettingGroup{Name: v.Factor})
		}
		g := &m.Groups[len(m.Groups)-1]
		g.Labels = append(g.Labels, variantLabel(v))
		column[v.Name] = i
	}
	for _, v := range r.Verdicts {
		row := figures.ClaimRow{
			Label: v.ID, Kind: string(v.Kind), Settled: make([]bool, len(column)),
			Shares: slices.Repeat([]float64{math.NaN()}, len(column)),
		}
		for _, c := range r.Claims {
			if c.ID == v.ID {
				row.Shares[column[c.Variant]], row.Settled[column[c.Variant]] = float64(c.Share), c.Standing != claims.Open
			}
		}
		m.Claims = append(m.Claims, row)
	}
	return m
}

// variantLabel is what a narrow column says of a variant.
func variantLabel(v claims.VariantRecord) string {
	name := v.Name[strings.LastIndex(v.Name, "=")+1:]
	const thousand = 1000
	switch {
	case v.Factor == "":
		return "as is"
	case v.Factor == "epochs" && v.Epochs%thousand == 0:
		return fmt.Sprintf("%dk", v.Epochs/thousand)
	}
	return strings.TrimPrefix(name, "0")
}

// accuracyCurves are the mean accuracies along each quantity, those with one value
// left out.
func accuracyCurves(r *claims.Result) figures.AccuracyCurves {
	base := r.Base()
	d := figures.AccuracyCurves{Subtitle: "Mean over the seeds and its 95 % interval."}
	add := func(p figures.AccuracyPanel, value func(claims.VariantRecord) float64, has func(claims.VariantRecord) bool) {
		along := slices.DeleteFunc(slices.Clone(r.Design.Variants), func(v claims.VariantRecord) bool { return !has(v) })
		if len(along) < 2 {
			return
		}
		slices.SortFunc(along, func(a, b claims.VariantRecord) int { return cmp.Compare(value(a), value(b)) })
		for _, v := range along {
			p.Values = append(p.Values, value(v))
		}
		for _, n := range networks([]string{article.Sigmoid, article.ReLU}) {
			p.Curves = append(p.Curves, accuracyCurve(r, n, along))
		}
		d.Panels = append(d.Panels, p)
	}
	add(figures.AccuracyPanel{Title: fmt.Sprintf("rate %g", base.Rate), Label: "epochs", Log: true},
		func(v claims.VariantRecord) float64 { return float64(v.Epochs) },
		func(v claims.VariantRecord) bool { return v.Rate == base.Rate && slices.Equal(v.Hidden, base.Hidden) })
	add(figures.AccuracyPanel{Title: fmt.Sprintf("%d epochs", base.Epochs), Label: "learning rate", Log: true},
		func(v claims.VariantRecord) float64 { return v.Rate },
		func(v claims.VariantRecord) bool {
			return v.Epochs == base.Epochs && slices.Equal(v.Hidden, base.Hidden)
		})
	var rates []float64
	for _, v := range r.Design.Variants {
		if !slices.Contains(rates, v.Rate) && v.Epochs == base.Epochs {
			rates = append(rates, v.Rate)
		}
	}
	for _, rate := range rates {
		add(figures.AccuracyPanel{Title: fmt.Sprintf("rate %g, %d epochs", rate, base.Epochs), Label: "hidden layers"},
			func(v claims.VariantRecord) float64 { return float64(len(v.Hidden)) },
			func(v claims.VariantRecord) bool {
				return v.Epochs == base.Epochs && v.Rate == rate && uniform(v.Hidden, base.Hidden[0])
			})
	}
	return d
}

// uniform says whether all layers have the given number of units.
func uniform(hidden []int, units int) bool {
	return !slices.ContainsFunc(hidden, func(u int) bool { return u != units })
}

// accuracyCurve is one network's along some variants.
func accuracyCurve(r *claims.Result, n figures.Network, along []claims.VariantRecord) figures.AccuracyCurve {
	c := figures.AccuracyCurve{Network: n}
	controls := make([]float64, len(along))
	known := false
	for i, v := range along {
		controls[i] = math.NaN()
		for _, control := range r.Controls { // the later ones have more seeds
			if control.Variant == v.Name && control.Network == n.Name {
				controls[i], known = control.Accuracy, true
			}
		}
		if row := r.Network(v.Name, n.Name); row != nil {
			c.Mean, c.Low, c.High = append(c.Mean, float64(row.TestAccuracy)), append(c.Low, float64(row.Low)), append(c.High, float64(row.High))
			one := math.NaN()
			if len(row.ByData) > 0 {
				one = float64(row.ByData[0].Accuracy)
			}
			c.OneDataset = append(c.OneDataset, one)
		}
	}
	if known {
		c.Controls = controls
	} else {
		c.OneDataset = nil
	}
	return c
}
