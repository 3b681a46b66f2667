package mistakes

import "gonum.org/v1/gonum/mat"

// penaltyMistakes spoil what the penalty L2/2 Σ W² adds to the weights' gradients, L2 W. Where there is no penalty they
// make no difference; for one that the loss does not have see weight-decay.
var penaltyMistakes = []mistake{
	{
		Mistake{"penalty-forgotten", "the gradient of the penalty, L2 W, is missing", anyLayer},
		func(s *search) []fault { return penalties(s, "", 0) },
	},
	{
		Mistake{"penalty-factor", "the gradient of the penalty is off by a factor 2 from L2 W, as of L2 Σ W² or with the 1/2 left in place", anyLayer},
		func(s *search) []fault { return append(penalties(s, "2 L2 W", 2), penalties(s, "L2/2 W", 0.5)...) },
	},
	{
		Mistake{"penalty-over-rows", "the penalty is divided by the rows of the batch, as the loss is: its gradient is L2 W / rows", anyLayer},
		func(s *search) []fault { return penalties(s, "", 1/float64(s.rows)) },
	},
	{
		Mistake{"penalty-on-biases", "the penalty is on the biases, too: their gradient contains L2 b", anyLayer},
		func(s *search) []fault {
			if s.objective.L2 == 0 {
				return nil
			}
			return s.placed(s.all(), "", rules{biases: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
				return plus(textbookBiases(p, l, delta), scaled(p.objective.L2, p.b[l]))
			}})
		},
	},
}

// penalties returns the faults that add k times what the penalty's gradient is.
func penalties(s *search, detail string, k float64) []fault {
	if s.objective.L2 == 0 {
		return nil
	}
	return s.placed(s.all(), detail, rules{penalty: func(p *pass, l int, w *mat.Dense) *mat.Dense {
		return scaled(k, textbookPenalty(p, l, w))
	}})
}
