package present

import (
	"fmt"

	"actscope/internal/article"
	"actscope/internal/claims"
	"actscope/viz/report"
)

// beyondOneSeed says of the claims of one run in how many seeds they hold, from the
// findings that are part of the program.
func beyondOneSeed(run []article.Claim) (report.Table, error) {
	found, err := claims.Committed()
	if err != nil {
		return report.Table{}, err
	}
	t := report.Table{
		Title: "How far one seed carries",
		Note: fmt.Sprintf("Under the article's settings, %s: in how many each claim holds as printed, with Wilson's 95 %% interval, and the range over the data sets. "+
			"Made by %s (kernels %s).", seedsCounted(found), found.Again, found.Kernels),
		Columns: []string{"claim", "in this run", "holds in", "interval", "by data set"},
	}
	for _, c := range run {
		if row := found.Row(c.ID, baseOf(found)); row != nil {
			t.Rows = append(t.Rows, []string{
				c.Statement, verdict(c.Holds), fmt.Sprintf("%s of %d", wholePercent(row.Share), row.Seeds), wholeInterval(row.Low, row.High), dataRange(row.ByData),
			})
		}
	}
	return t, nil
}
