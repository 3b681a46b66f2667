package figures

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// mappedClaims are so many claims at so many settings of each group.
func mappedClaims(claims int, groups ...int) ClaimMap {
	r := rand.New(rand.NewPCG(21, 22))
	m := ClaimMap{Subtitle: "Share of the seeds."}
	columns := 0
	for i, n := range groups {
		g := SettingGroup{Name: []string{"", "epochs", "rate", "width", "depth", "depth, rate=0.5"}[i%6]}
		for k := range n {
			g.Labels = append(g.Labels, fmt.Sprint(k+1))
		}
		columns += n
		m.Groups = append(m.Groups, g)
	}
	for i := range claims {
		row := ClaimRow{Label: fmt.Sprintf("sigmoid-claim-number-%d", i), Kind: []string{"printed", "general", "causal"}[3*i/claims]}
		for k := range columns {
			share := r.Float64()
			if i%4 == 3 && k%3 == 1 {
				share = math.NaN()
			}
			row.Shares, row.Settled = append(row.Shares, share), append(row.Settled, math.Abs(share-0.5) > 0.2)
		}
		m.Claims = append(m.Claims, row)
	}
	return m
}

// sharedClaims are so many claims with shares over all the range.
func sharedClaims(claims int) ClaimShares {
	c := ClaimShares{Subtitle: "Share of the seeds."}
	for i := range claims {
		share := float64(i) / float64(max(claims-1, 1))
		held := i%2 == 0
		c.Claims = append(c.Claims, ClaimShare{
			Label: fmt.Sprintf("sigmoid-claim-number-%d", i), Kind: []string{"printed", "general", "causal"}[3*i/claims],
			Share: share, Low: max(0, share-0.1), High: min(1, share+0.1), ByData: []float64{max(0, share-0.3), share, min(1, share+0.2)}, InArticle: &held,
		})
	}
	return c
}

// accuracies are curves over so many panels.
func accuracies(panels int) AccuracyCurves {
	a := AccuracyCurves{Subtitle: "Mean over the seeds."}
	for i := range panels {
		p := AccuracyPanel{Title: "rate 0.05", Label: "epochs", Log: i%2 == 0, Values: []float64{800, 2000, 4000, 8000}}
		for k, net := range eight[:2] {
			c := AccuracyCurve{Network: net, Controls: []float64{0.8 + 0.17*float64(k), math.NaN(), 0.97, math.NaN()}}
			for j := range p.Values {
				mean := 0.97 - 0.15*float64(1-k)/float64(j+1)
				c.Mean, c.Low, c.High, c.OneDataset = append(c.Mean, mean), append(c.Low, mean-0.02), append(c.High, mean+0.01), append(c.OneDataset, mean-0.015)
			}
			p.Curves = append(p.Curves, c)
		}
		a.Panels = append(a.Panels, p)
	}
	return a
}
