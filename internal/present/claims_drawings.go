package present

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/article"
	"actscope/internal/claims"
	"actscope/viz"
	"actscope/viz/figures"
)

// claimDrawings are the figures of what a design has found. A part of a design, whose
// questions are few, has its shares only.
func claimDrawings(r *claims.Result) []viz.Drawing {
	var drawings []viz.Drawing
	if shares := claimShares(r); len(shares.Claims) > 0 { // one claim is not asked of the base
		drawings = append(drawings, explained{shares, sharesFinding(r), "A row a claim: in which share of the seeds it holds, with its interval. Left of the dashed line it holds in fewer than half. Printed claims have the article's digits in them, which other seeds rarely meet."})
	}
	if len(r.Interventions) > 0 {
		drawings = append(drawings,
			explained{interventionEffects(r), effectsFinding(r), "A row a change of the activation or its initial weights: how many points of accuracy it adds. An interval that holds 0 shows no effect."},
			explained{interventionGrid(r), gridFinding(r), "A row a function, a column a way to draw the initial weights at a learning rate: the mean accuracy in percent."})
	}
	if curves := accuracyCurves(r); len(curves.Panels) > 0 {
		drawings = append(drawings, explained{curves, curvesFinding(curves), "Each panel follows one setting, all others as in its title: the mean accuracy with its 95 % interval. Where intervals overlap, no difference is shown."})
	}
	if len(r.Verdicts) > 0 {
		drawings = append(drawings, explained{claimMap(r), mapFinding(r), "A row a claim, a column a setting: the percentage of the seeds in which it holds. Strong numbers are surely above or below one half, pale ones may be either."})
	}
	return drawings
}

// sharesFinding counts the claims under the base settings.
func sharesFinding(r *claims.Result) string {
	var asked, most, few int
	for _, row := range r.Claims {
		if row.Variant != r.Base().Name || row.Seeds == 0 {
			continue
		}
		asked++
		switch row.Standing {
		case claims.Most:
			most++
		case claims.Few:
			few++
		}
	}
	return fmt.Sprintf("Under %s %d of %s hold in most seeds, %d in few, and %d are open", baseSettings(r), most, Counted(asked, "claim"), few, asked-most-few)
}

// effectsFinding is the change that moves the accuracy most at the base's rate, from either end.
func effectsFinding(r *claims.Result) string {
	var parts []string
	for _, from := range []string{article.Sigmoid, article.ReLU} {
		var most *claims.Intervention
		for i, n := range r.Interventions {
			if e := math.Abs(float64(n.Effect)); n.From == from && n.Rate == r.Config.LearningRate && isFinite(e) && (most == nil || e > math.Abs(float64(most.Effect))) {
				most = &r.Interventions[i]
			}
		}
		if most != nil {
			parts = append(parts, fmt.Sprintf("“%s” moves %s most, by %s points (%s)", most.Change, graph.ActivationTitle(from), points(most.Effect), interval(points, most.Low, most.High)))
		}
	}
	if len(parts) == 0 {
		return "No change has an effect that could be measured"
	}
	return strings.Join(parts, "; ") + ", at rate " + Digits(r.Config.LearningRate)
}

// gridFinding are the largest and the least mean accuracy.
func gridFinding(r *claims.Result) string {
	var cells []of
	for _, g := range r.Grid {
		if isFinite(float64(g.Accuracy)) {
			cells = append(cells, of{fmt.Sprintf("%s (%s, rate %s)", g.Function, g.Init, Digits(g.Rate)), float64(g.Accuracy)})
		}
	}
	if len(cells) == 0 {
		return "Every network failed"
	}
	least, most := extremes(cells)
	return fmt.Sprintf("Mean accuracies go from %s of %s to %s of %s", percent(least.value), least.name, percent(most.value), most.name)
}

// curvesFinding follows the first panel from end to end.
func curvesFinding(d figures.AccuracyCurves) string {
	p := d.Panels[0]
	last := len(p.Values) - 1
	var from, to []of
	for _, c := range p.Curves {
		if len(c.Mean) == len(p.Values) && isFinite(c.Mean[0]) && isFinite(c.Mean[last]) {
			from, to = append(from, of{" under " + c.DisplayName(), c.Mean[0]}), append(to, of{" under " + c.DisplayName(), c.Mean[last]})
		}
	}
	if len(from) == 0 {
		return "How the accuracy hangs on the settings"
	}
	return fmt.Sprintf("At %s %s the accuracy is %s; at %s it is %s", viz.Num(p.Values[0], 4), p.Label, listed(from, percent[float64]), viz.Num(p.Values[last], 4), listed(to, percent[float64]))
}

// mapFinding counts the claims that hang on the settings.
func mapFinding(r *claims.Result) string {
	hang := 0
	for _, v := range r.Verdicts {
		if len(v.Most) > 0 && len(v.Few) > 0 {
			hang++
		}
	}
	return fmt.Sprintf("%d of %s hold in most seeds at some settings and in few at others", hang, Counted(len(r.Verdicts), "claim"))
}

func claimShares(r *claims.Result) figures.ClaimShares {
	d := figures.ClaimShares{Subtitle: fmt.Sprintf("Under %s: share of %s with its %s.", baseSettings(r), seedsCounted(r), shareLevel(r))}
	shown := false
	for _, row := range r.Claims {
		if row.Variant != r.Base().Name || row.Seeds == 0 {
			continue
		}
		d.Claims = append(d.Claims, figures.ClaimShare{
			Label: row.ID, Kind: string(row.Kind), Share: float64(row.Share), Low: float64(row.Low), High: float64(row.High), InArticle: row.ArticleRun,
		})
		shown = shown || row.ArticleRun != nil
	}
	if shown {
		d.Subtitle += " Hollow dots: false in the article's own run."
	}
	return d
}

func claimMap(r *claims.Result) figures.ClaimMap {
	m := figures.ClaimMap{Subtitle: fmt.Sprintf("Share of the seeds in which each claim holds: %s at %s, one on each of other data sets elsewhere.", seedsCounted(r), baseSettings(r))}
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
	d := figures.AccuracyCurves{Subtitle: "Mean over the data sets and its 95 % interval."}
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
	for _, v := range along {
		if row := r.Network(v.Name, n.Name); row != nil {
			c.Mean, c.Low, c.High = append(c.Mean, float64(row.Accuracy)), append(c.Low, float64(row.Low)), append(c.High, float64(row.High))
		}
	}
	return c
}

// interventionGrid is the accuracy of every function with every initialisation.
func interventionGrid(r *claims.Result) figures.InterventionGrid {
	d := figures.InterventionGrid{Subtitle: "Mean accuracy, percent; shades from the least to the largest."}
	column := make(map[string]int)
	for _, g := range r.Grid {
		heading := "rate " + Digits(g.Rate)
		if n := len(d.Groups); n == 0 || d.Groups[n-1].Name != heading {
			d.Groups = append(d.Groups, figures.SettingGroup{Name: heading})
		}
		key := heading + g.Init
		if _, known := column[key]; !known {
			column[key] = len(column)
			group := &d.Groups[len(d.Groups)-1]
			group.Labels = append(group.Labels, g.Init)
		}
	}
	for _, g := range r.Grid {
		i := slices.IndexFunc(d.Rows, func(row figures.InterventionRow) bool { return row.Function == g.Function })
		if i < 0 {
			i = len(d.Rows)
			d.Rows = append(d.Rows, figures.InterventionRow{Function: g.Function, Accuracy: slices.Repeat([]float64{math.NaN()}, len(column))})
		}
		d.Rows[i].Accuracy[column["rate "+Digits(g.Rate)+g.Init]] = float64(g.Accuracy)
	}
	return d
}

// interventionEffects are what each change does, from both ends.
func interventionEffects(r *claims.Result) figures.InterventionEffects {
	d := figures.InterventionEffects{Subtitle: "Points of accuracy that a change adds on the same data and initial seed, with intervals that are right together with probability 95 %."}
	for _, i := range r.Interventions {
		title := fmt.Sprintf("%s, rate %s", graph.ActivationTitle(i.From), Digits(i.Rate))
		if n := len(d.Panels); n == 0 || d.Panels[n-1].Title != title {
			d.Panels = append(d.Panels, figures.EffectPanel{Title: title, Network: networks([]string{i.From})[0]})
		}
		p := &d.Panels[len(d.Panels)-1]
		p.Effects = append(p.Effects, figures.Effect{Label: i.Change, Points: 100 * float64(i.Effect), Low: 100 * float64(i.Low), High: 100 * float64(i.High)})
	}
	return d
}
