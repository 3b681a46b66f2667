package layer

import (
	"gorgonia.org/gorgonia"

	"actscope/graph"
	"actscope/internal/npz"
)

// scoreInputs are those of losses of scores: x itself or, where there is a W, x W, with a penalty where there is a reg.
var scoreInputs = []Input{
	{Name: "x", Aliases: "scores z logits input"}, {Name: "W", Aliases: "weight weights theta", Optional: true}, {Name: "b", Aliases: "bias", Optional: true},
	{Name: "y", Aliases: "labels label targets target", Optional: true, Usual: true, Constant: true}, {Name: "reg", Aliases: "lambda l2", Optional: true, Constant: true},
}

func init() {
	register(
		Kind{
			Name: "softmax", Usage: "the mean cross-entropy of softmax(x), of x W (+ b) + reg ΣW² where there is a W; softmax(x) itself where there is a dout",
			Inputs: append(scoreInputs[:len(scoreInputs):len(scoreInputs)], Input{Name: "dout", Aliases: "dy grad_out grad_output doutput upstream", Optional: true, Constant: true}),
			Mistakes: []Mistake{
				{ID: "label-missing", Text: "the labels are not subtracted from the probabilities", Should: "dx = (p - onehot(y)) / N"},
				{ID: "label-for-all-classes", Text: "1 is subtracted from the probabilities of all classes, not of the right one alone", Should: "dx = (p - onehot(y)) / N"},
				meanMissing,
				{ID: "softmax-derivative-entry-by-entry", Text: "softmax's derivative is p(1 - p), entry by entry: the other classes are missing", Should: "dx = p ∘ (dout - Σ p ∘ dout)"},
				{ID: "softmax-sum-missing", Text: "softmax's derivative is p alone: the sum over the classes is missing", Should: "dx = p ∘ (dout - Σ p ∘ dout)"},
				{ID: "derivative-missing", Text: "softmax's derivative is missing", Should: "dx = p ∘ (dout - Σ p ∘ dout)"},
			},
			variants: penalties, build: softmax,
		},
		Kind{
			Name: "svm", Usage: "the mean over rows of Σ max(0, x_j - x_y + 1) over the other classes, of x W (+ b) + reg ΣW² where there is a W",
			Inputs: scoreInputs,
			Mistakes: []Mistake{
				{ID: "right-class-missing", Text: "the right class has no gradient: it is minus the number of margins that are broken", Should: "dx[i, y[i]] = -Σ (margins > 0) / N"},
				{ID: "right-class-once", Text: "the gradient of the right class is minus 1, not minus the number of margins that are broken", Should: "dx[i, y[i]] = -Σ (margins > 0) / N"},
				meanMissing,
				{ID: "margins-for-indicator", Text: "the margins themselves stand where 1 should, for each that is broken", Should: "dx = (margins > 0) / N, off the right class"},
			},
			variants: penalties, build: svm,
		},
	)
}

var meanMissing = Mistake{ID: "sum-over-batch", Text: "the gradient of the scores is summed over the rows, not averaged", Should: "over N, before a penalty is added"}

// penalties are the two usual ones, and the layouts of samples.
func penalties(given Given) []Variant {
	forms := []Variant{{"", ""}}
	if _, ok := given.Arrays["reg"]; ok {
		forms = []Variant{{"", "with the penalty reg ΣW²"}, {"half", "with the penalty reg/2 ΣW²"}}
	}
	return times([]Variant{{"", ""}, {"columns,out-in", "samples in columns, W classes × inputs"}}, forms)
}

// scores are (rows, classes) of x or x W, and the penalty's node, nil for none.
func (s *site) scores() (scores, penalty *gorgonia.Node, rows, classes int) {
	rows, classes = s.sampleShape("x")
	if scores = s.samples("x", rows, classes); len(s.given.Arrays["x"].Shape) > 2 {
		s.fail("x is %s: wanted a row to each sample", npz.Shape(s.given.Arrays["x"].Shape))
	}
	if s.has("W") {
		w := s.given.Arrays["W"]
		in := classes
		if classes = len(w.Values) / max(in, 1); len(w.Shape) != 2 {
			s.fail("W is %s, wanted %d inputs to its classes", npz.Shape(w.Shape), in)
			return nil, nil, 0, 0
		}
		matrix := s.weights("W", in, classes)
		scores = s.addBias(s.e.MatMul(scores, matrix), "b", classes)
		if strength := s.number("reg", 0); strength != 0 {
			if s.chose("half") {
				strength /= 2
			}
			penalty = s.e.Mul(graph.Constant(strength), s.e.Sum(s.e.Mul(matrix, matrix)))
		}
	}
	if classes < 2 {
		s.fail("x is %s: wanted a column to each of two or more classes", npz.Shape(s.given.Arrays["x"].Shape))
	}
	s.understand(rows, "%d rows, %d classes", rows, classes)
	return scores, penalty, rows, classes
}

// mean is the loss of terms over the rows, and of a penalty if there is one.
func (s *site) mean(terms, penalty *gorgonia.Node, rows int) *gorgonia.Node {
	sum := s.e.Sum(terms)
	loss := s.e.Mul(graph.Constant(1/float64(rows)), sum)
	if s.makes(meanMissing.ID) {
		loss = s.backAs(loss, sum)
	}
	if penalty != nil {
		loss = s.e.Add(loss, penalty)
	}
	return loss
}

func softmax(s *site) {
	scores, penalty, rows, classes := s.scores()
	p := s.e.Apply(graph.SoftmaxOutput.Expression, scores)
	if !s.has("y") {
		switch {
		case !s.has("dout"):
			s.fail("there is no y, for the loss, nor a dout, for softmax itself")
		case s.makes("derivative-missing"):
			p = s.backAs(p, scores)
		case s.makes("softmax-derivative-entry-by-entry"):
			p = s.backTimes(p, scores, s.e.Mul(p, s.e.Sub(graph.Constant(1), p)))
		case s.makes("softmax-sum-missing"):
			p = s.backTimes(p, scores, p)
		}
		s.giveSamples("out", p, rows, classes)
		return
	}
	y := s.oneHot(s.labels("y", rows, classes), classes)
	terms := s.e.Neg(s.e.Mul(y, s.e.Log(p)))
	switch {
	case s.makes("label-missing"):
		terms = s.backTimes(terms, scores, p)
	case s.makes("label-for-all-classes"):
		terms = s.backTimes(terms, scores, s.e.Sub(p, graph.Constant(1)))
	}
	s.lose(s.mean(terms, penalty, rows))
}

func svm(s *site) {
	scores, penalty, rows, classes := s.scores()
	if !s.has("y") {
		s.fail("there is no y")
	}
	labels := s.labels("y", rows, classes)
	y := s.oneHot(labels, classes)
	right := s.e.MatMul(s.rowSums(s.e.Mul(scores, y), classes), s.filled(1, classes, 1))
	if s.makes("right-class-missing") || s.makes("right-class-once") {
		right = s.detach(right)
	}
	others := s.constant(rows, classes, func(r, c int) float64 {
		if labels[r] == c {
			return 0
		}
		return 1
	})
	margins := s.e.Mul(others, s.e.Apply(graph.ReLU.Expression, s.e.Add(s.e.Sub(scores, right), graph.Constant(1))))
	if s.makes("margins-for-indicator") {
		margins = s.backTimes(margins, margins, margins)
	}
	if s.makes("right-class-once") {
		margins = s.backAs(margins, s.e.Sub(margins, s.e.Mul(y, scores)))
	}
	s.lose(s.mean(margins, penalty, rows))
	if s.e.Err == nil && !s.has("W") {
		x := s.inputs[0].values // samples in rows, whatever the layout
		s.regionOf(func(put func(int)) {
			for i, v := range x {
				r := i / classes
				put(int(positive(v - x[r*classes+labels[r]] + 1)))
			}
		})
	}
}
