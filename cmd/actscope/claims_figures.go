package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

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

// seedsCounted says what is counted under the settings that others depart from.
func seedsCounted(r *claims.Result) string {
	return fmt.Sprintf("%s on %s", counted(r.Design.Seeds, "initial seed"), counted(len(r.Design.DataSeeds), "data set"))
}

// baseOf is the name of the setting that the others depart from.
func baseOf(r *claims.Result) string { return r.Design.Settings[0].Name }

// settingsOf names it for readers.
func settingsOf(r *claims.Result) string {
	if claims.IsArticle(baseOf(r)) {
		return "the article's settings"
	}
	return "the base settings"
}

func claimShares(r *claims.Result) figures.ClaimShares {
	d := figures.ClaimShares{Subtitle: fmt.Sprintf("Under %s: share of %s with its 95 %% interval; rings: each data set by itself.", settingsOf(r), seedsCounted(r))}
	article := false
	for _, row := range r.Claims {
		if row.Setting != baseOf(r) {
			continue
		}
		share := figures.ClaimShare{Label: row.ID, Kind: string(row.Kind), Share: float64(row.Share), Low: float64(row.Low), High: float64(row.High)}
		for _, data := range row.ByData {
			share.ByData = append(share.ByData, float64(data.Holds)/float64(data.Seeds))
		}
		share.InArticle = row.ArticleRun
		article = article || row.ArticleRun != nil
		d.Claims = append(d.Claims, share)
	}
	if article {
		d.Subtitle += " Hollow dots: false in the article's own run."
	}
	return d
}

func claimMap(r *claims.Result) figures.ClaimMap {
	m := figures.ClaimMap{Subtitle: fmt.Sprintf("Share of the seeds in which each claim holds: %s at %s, one data set for each seed elsewhere.", seedsCounted(r), settingsOf(r))}
	column := make(map[string]int)
	for i, s := range r.Design.Settings {
		if n := len(m.Groups); n == 0 || r.Design.Settings[i-1].Factor != s.Factor {
			m.Groups = append(m.Groups, figures.SettingGroup{Name: s.Factor})
		}
		g := &m.Groups[len(m.Groups)-1]
		g.Labels = append(g.Labels, settingLabel(s))
		column[s.Name] = i
	}
	for _, v := range r.Verdicts {
		row := figures.ClaimRow{
			Label: v.ID, Kind: string(v.Kind), Settled: make([]bool, len(column)),
			Shares: slices.Repeat([]float64{math.NaN()}, len(column)),
		}
		for _, c := range r.Claims {
			if c.ID == v.ID {
				row.Shares[column[c.Setting]], row.Settled[column[c.Setting]] = float64(c.Share), c.Standing != claims.Open
			}
		}
		m.Claims = append(m.Claims, row)
	}
	return m
}

// settingLabel is what a narrow column says of a setting.
func settingLabel(s claims.SettingRecord) string {
	name := s.Name[strings.LastIndex(s.Name, "=")+1:]
	const thousand = 1000
	switch {
	case s.Factor == "":
		return "as is"
	case s.Factor == "epochs" && s.Epochs%thousand == 0:
		return fmt.Sprintf("%dk", s.Epochs/thousand)
	}
	return strings.TrimPrefix(name, "0")
}

// accuracyCurves are the mean accuracies along each quantity, those with one value
// left out.
func accuracyCurves(r *claims.Result) figures.AccuracyCurves {
	base := r.Design.Settings[0]
	is := func(s claims.SettingRecord, rate float64) bool { return s.Epochs == base.Epochs && s.Rate == rate }
	d := figures.AccuracyCurves{Subtitle: "Mean over the seeds and its 95 % interval."}
	add := func(p figures.AccuracyPanel, value func(claims.SettingRecord) float64, has func(claims.SettingRecord) bool) {
		var along []claims.SettingRecord
		for _, s := range r.Design.Settings {
			if has(s) {
				along = append(along, s)
			}
		}
		slices.SortFunc(along, func(a, b claims.SettingRecord) int { return int(math.Copysign(1, value(a)-value(b))) })
		if len(along) < 2 {
			return
		}
		for _, s := range along {
			p.Values = append(p.Values, value(s))
		}
		for _, n := range sweepNetworks([]string{"sigmoid", "relu"}) {
			p.Curves = append(p.Curves, accuracyCurve(r, n, along))
		}
		d.Panels = append(d.Panels, p)
	}
	rate := fmt.Sprintf("rate %g", base.Rate)
	add(figures.AccuracyPanel{Title: rate, Label: "epochs", Log: true},
		func(s claims.SettingRecord) float64 { return float64(s.Epochs) },
		func(s claims.SettingRecord) bool { return s.Rate == base.Rate && slices.Equal(s.Hidden, base.Hidden) })
	add(figures.AccuracyPanel{Title: fmt.Sprintf("%d epochs", base.Epochs), Label: "learning rate", Log: true},
		func(s claims.SettingRecord) float64 { return s.Rate },
		func(s claims.SettingRecord) bool {
			return s.Epochs == base.Epochs && slices.Equal(s.Hidden, base.Hidden)
		})
	var rates []float64
	for _, s := range r.Design.Settings {
		if !slices.Contains(rates, s.Rate) && s.Epochs == base.Epochs {
			rates = append(rates, s.Rate)
		}
	}
	for _, rate := range rates {
		p := figures.AccuracyPanel{Title: fmt.Sprintf("rate %g, %d epochs", rate, base.Epochs), Label: "hidden layers"}
		add(p, func(s claims.SettingRecord) float64 { return float64(len(s.Hidden)) },
			func(s claims.SettingRecord) bool { return is(s, rate) && uniform(s.Hidden, base.Hidden[0]) })
	}
	return d
}

// uniform says whether all layers have so many units.
func uniform(hidden []int, units int) bool {
	return !slices.ContainsFunc(hidden, func(u int) bool { return u != units })
}

// accuracyCurve is one network's along some settings.
func accuracyCurve(r *claims.Result, n figures.Network, along []claims.SettingRecord) figures.AccuracyCurve {
	c := figures.AccuracyCurve{Network: n}
	controls := make([]float64, len(along))
	known := false
	for i, s := range along {
		controls[i] = math.NaN()
		for _, control := range r.Controls { // the later ones have more seeds
			if control.Setting == s.Name && control.Network == n.Name {
				controls[i], known = control.Accuracy, true
			}
		}
		for _, row := range r.Networks {
			if row.Setting == s.Name && row.Network == n.Name {
				c.Mean, c.Low, c.High = append(c.Mean, float64(row.TestAccuracy)), append(c.Low, float64(row.Low)), append(c.High, float64(row.High))
				one := math.NaN()
				if len(row.ByData) > 0 {
					one = float64(row.ByData[0].Accuracy)
				}
				c.OneDataset = append(c.OneDataset, one)
			}
		}
	}
	if known {
		c.Controls = controls
	} else {
		c.OneDataset = nil
	}
	return c
}
