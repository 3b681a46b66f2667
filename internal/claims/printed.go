package claims

import "actscope/internal/article"

// printed are the article's eleven claims with its numbers, as [article.Assertions]
// has them.
func printed() []Claim {
	var all []Claim
	for _, a := range article.Assertions() {
		c := printedEffects[a.ID]
		c.ID, c.Kind, c.Statement, c.Predicate, c.Article = a.ID, Printed, a.Statement, a.Predicate, a.Article
		c.holds = func(of Case) []bool {
			var s, r article.Evidence // of a network that failed there is none, and the claim is not about it
			if !of.Sigmoid.Failed() {
				s = of.Sigmoid.Evidence
			}
			if !of.ReLU.Failed() {
				r = of.ReLU.Evidence
			}
			return a.Holds(s, r)
		}
		all = append(all, c)
	}
	return all
}

// printedEffects say which networks the printed claims are about, and what is measured
// beside them.
var printedEffects = map[string]Claim{
	"sigmoid-loss-stalls": {
		uses: []string{sigmoid}, Effect: "sigmoid's loss, half-way − end",
		effect: func(c Case) (a, b float64) { return c.Sigmoid.Loss[1], c.Sigmoid.Loss[3] },
	},
	"relu-loss-falls": {
		uses: []string{relu}, Effect: "ReLU's loss, first quarter − end",
		effect: func(c Case) (a, b float64) { return c.ReLU.Loss[0], c.ReLU.Loss[3] },
	},
	"sigmoid-accuracy": {
		uses: []string{sigmoid}, Effect: "sigmoid's test accuracy − 0.79",
		effect: func(c Case) (a, b float64) { return c.Sigmoid.TestAccuracy, 0.79 },
	},
	"relu-accuracy": {
		uses: []string{relu}, Effect: "ReLU's test accuracy − 0.96",
		effect: func(c Case) (a, b float64) { return c.ReLU.TestAccuracy, 0.96 },
	},
	"sigmoid-spread": {
		uses: []string{sigmoid}, Effect: "sigmoid's spread, last − first hidden layer",
		effect: func(c Case) (a, b float64) { return spreads(c.Sigmoid) },
	},
	"relu-spread": {
		uses: []string{relu}, Effect: "ReLU's spread, last − first hidden layer",
		effect: func(c Case) (a, b float64) { return spreads(c.ReLU) },
	},
	"first-signal-alike": {
		uses: both, Effect: "mean |z₁|, ReLU − sigmoid",
		effect: func(c Case) (a, b float64) {
			return overSamples(c.ReLU, article.FirstPre), overSamples(c.Sigmoid, article.FirstPre)
		},
	},
	"sigmoid-compresses": {
		uses: []string{sigmoid}, Effect: "sigmoid's mean a₁ − 0.3",
		effect: func(c Case) (a, b float64) { return overSamples(c.Sigmoid, article.FirstPost), 0.3 },
	},
	"relu-retains": {
		uses: both, Effect: "mean a₁, ReLU − sigmoid",
		effect: func(c Case) (a, b float64) {
			return overSamples(c.ReLU, article.FirstPost), overSamples(c.Sigmoid, article.FirstPost)
		},
	},
	"sigmoid-narrow-band": {
		uses: []string{sigmoid}, Effect: "sigmoid's mean activation of the last hidden layer − 0.55",
		effect: func(c Case) (a, b float64) { return overSamples(c.Sigmoid, article.LastPost), 0.55 },
	},
	"relu-output": {
		uses: both, Effect: "|z| of the output, ReLU − sigmoid",
		effect: func(c Case) (a, b float64) {
			return overSamples(c.ReLU, article.Output), overSamples(c.Sigmoid, article.Output)
		},
	},
}

// spreads are those of the last and the first hidden layer; of one layer alone, its
// own and the inputs'.
func spreads(m *Measurement) (last, first float64) {
	last, first = m.Spread[len(m.Spread)-1], m.Spread[0]
	if len(m.Spread) == 1 {
		first = m.InputSpread
	}
	return last, first
}
