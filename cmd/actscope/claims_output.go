package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"actscope/internal/claims"
	"actscope/internal/number"
	"actscope/internal/study"
	"actscope/viz"
)

// claimsProgress shows how far the trainings of a design are.
type claimsProgress struct{ *sweepProgress }

// Start implements [claims.Watcher].
func (p claimsProgress) Start(trainings int) {
	fmt.Fprintf(p.out, "%s to train\n", counted(trainings, "network"))
	p.sweepProgress.Start(trainings, 0, 0)
}

// Trained implements [claims.Watcher].
func (p claimsProgress) Trained(failed bool) { p.count(failed) }

// wrote says where the results are and what they took.
func (p claimsProgress) wrote(folder string, total time.Duration) {
	fmt.Fprintf(p.out, "%s written in %s\n", folder, roughly(total))
}

// trialsFile has a row for each network that was measured.
const trialsFile = "trials.csv"

// writeClaimsFolder writes all that a design has found.
func writeClaimsFolder(ctx context.Context, folder study.Folder, r *claims.Result, t *claims.Table, out outputs) error {
	trials, err := claims.Trials(t)
	if err != nil {
		return err
	}
	if err := folder.WriteFile(trialsFile, trials); err != nil {
		return err
	}
	tables, err := r.Tables()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if err := folder.WriteFile(name, tables[name]); err != nil {
			return err
		}
	}
	if err := presentClaims(ctx, folder, r, look{scale: sharpScale, formats: out.formats}); err != nil {
		return err
	}
	return folder.WriteResult(r)
}

// writeClaimsTable prints the verdicts, or of a part the rows, and the controls.
func writeClaimsTable(w io.Writer, r *claims.Result) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(r.Verdicts) > 0 {
		fmt.Fprintf(table, "claim\tas\tholds in\t95 %% interval\tby data set\tat other settings\tverdict\n")
		for _, v := range r.Verdicts {
			home := r.Row(v.ID, r.Design.Settings[0].Name)
			share, interval, data := "–", "–", "–"
			if home != nil {
				share, interval, data = wholePercent(home.Share), wholeInterval(home.Low, home.High), dataRange(home.ByData)
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", v.ID, v.Kind, share, interval, data, elsewhere(v, home), v.Verdict)
		}
	} else {
		fmt.Fprintf(table, "claim\tsetting\tholds in\t95 %% interval\tby data set\teffect\tverdict\n")
		for _, row := range r.Claims {
			fmt.Fprintf(table, "%s\t%s\t%d of %d\t%s\t%s\t%s\t%s\n", row.ID, row.Setting, row.Holds, row.Seeds,
				wholeInterval(row.Low, row.High), dataRange(row.ByData), effectText(row.Effect), row.Verdict)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return writeControls(w, r)
}

// elsewhere counts the settings beside the first.
func elsewhere(v claims.Summary, home *claims.Row) string {
	most, all := len(v.Most), len(v.Most)+len(v.Few)+len(v.Open)
	if home != nil {
		all--
		if home.Standing == claims.Most {
			most--
		}
	}
	return fmt.Sprintf("%d of %d", most, all)
}

// writeControls prints earlier figures beside what was measured.
func writeControls(w io.Writer, r *claims.Result) error {
	if len(r.Controls) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "control: mean test accuracy\tseeds\tearlier\tmeasured\t95 % interval\tfound again")
	for _, c := range r.Controls {
		found := "yes"
		if !c.Agrees {
			found = "NO"
		}
		fmt.Fprintf(table, "%s, %s\t%d\t%.3f\t%.4f\t%.4f to %.4f\t%s\n", c.Network, c.Setting, c.Seeds, c.Accuracy, float64(c.Mean), float64(c.Low), float64(c.High), found)
	}
	return table.Flush()
}

// wholePercent is a share in whole percent.
func wholePercent(share number.Float) string { return viz.Percent(float64(share), 0) }

func wholeInterval(low, high number.Float) string {
	return fmt.Sprintf("%.0f to %.0f %%", 100*float64(low), 100*float64(high))
}

// dataRange is from the least to the largest share of any data set.
func dataRange(counts []claims.DataCount) string {
	low, high := 1.0, 0.0
	for _, c := range counts {
		share := float64(c.Holds) / float64(c.Seeds)
		low, high = min(low, share), max(high, share)
	}
	return wholeInterval(number.Float(low), number.Float(high))
}

// effectText is a difference with its interval.
func effectText(e claims.Effect) string {
	return fmt.Sprintf("%+.3g (%+.3g to %+.3g)", float64(e.Mean), float64(e.Low), float64(e.High))
}
