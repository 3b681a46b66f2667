package present

import (
	"fmt"
	"math"
	"strings"

	"actscope/graph"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/viz"
	"actscope/viz/figures"
)

// lossTitle is what an axis calls the loss.
func lossTitle(r *comparison.Result) string {
	title := lossNamed(r.Networks[0].Model.Loss().Name)
	if r.Config.Standardise == config.StandardiseNone {
		return strings.TrimSuffix(title, ", standardised")
	}
	return title
}

// lossNamed is how axes call a loss.
func lossNamed(name string) string {
	switch name {
	case graph.Softmax.Name:
		return "Cross-entropy"
	case graph.SquaredError.Name:
		return "Squared error, standardised"
	case graph.HalfSquaredError.Name:
		return "Half squared error, standardised"
	case graph.Hinge.Name:
		return "Hinge loss"
	}
	return "Binary cross-entropy"
}

// lossDrawing is the course of the losses.
func lossDrawing(r *comparison.Result) viz.Drawing {
	d := figures.LossCurves{Loss: lossTitle(r)}
	for _, n := range r.Networks {
		if k := n.Kernel; k != nil && k.Reason == "" {
			d.Line = float64(k.LineLoss)
		}
		d.Nets = append(d.Nets, figures.LossCurve{Network: drawn(n), History: n.History.Loss, Test: testPoints(n), Best: n.History.Best})
	}
	ends := ofEach(r, (*comparison.Trained).FinalLoss)
	finding := fmt.Sprintf("The loss ends at %s", listed(ends, digits(3)))
	if r.Config.Patience > 0 {
		finding += ": " + strings.TrimSuffix(strings.Join(patienceNotes(r), "; "), ".")
	} else if half := r.Config.Epochs / 2; half > 0 {
		left := ofEach(r, func(n *comparison.Trained) float64 { return n.FinalLoss()/n.History.Loss[half-1] - 1 })
		finding += fmt.Sprintf("; in the second half of the training it changes by %s", listed(left, change))
	}
	return explained{d, finding, "Across the epochs, up the mean loss of an epoch's batches: low is good, and a line that is flat has stopped learning. " + testReading(r)}
}

// testReading says what the dashed lines are, where there are any.
func testReading(r *comparison.Result) string {
	if len(r.Networks[0].TestCurve.Epochs) == 0 {
		return "Losses of training rows say nothing of other points."
	}
	return "Dotted, the loss of the test rows, which no step has seen: where it rises while the other falls, what is learnt is about the training rows alone."
}

// testPoints is the course of the test rows' loss.
func testPoints(n *comparison.Trained) []viz.Point {
	var points []viz.Point
	for i, epoch := range n.TestCurve.Epochs {
		points = append(points, viz.Pt(float64(epoch), n.TestCurve.Loss[i]))
	}
	return points
}

// patienceNotes say, of trainings with patience, when each ended and which epoch's parameters it gave
// back.
func patienceNotes(r *comparison.Result) []string {
	var notes []string
	for _, n := range r.Networks {
		if best, h := n.History.Best, n.History; best > 0 && len(h.Validation) >= best {
			notes = append(notes, fmt.Sprintf("%s has the parameters of epoch %d of %d, whose loss on the %s was the least, %s",
				n.Title, best, len(h.Loss), Counted(r.Data.Validation.Rows(), "validation row"), viz.Num(h.Validation[best-1].Loss, 3)))
		}
	}
	return notes
}

// change writes a relative change.
func change(v float64) string {
	text := viz.Percent(math.Abs(v), 0)
	switch {
	case text == "0 %":
		return "less than 0.5 %"
	case v < 0:
		return "−" + text
	}
	return "+" + text
}

// normsDrawing is the course of the gradients.
func normsDrawing(r *comparison.Result) viz.Drawing {
	var d figures.GradientNorms
	for _, n := range r.Networks {
		d.Nets = append(d.Nets, figures.GradientHistory{Network: drawn(n), Norms: normsByLayer(n)})
	}
	finding := "The gradients, layer by layer"
	if first := ofEach(r, func(n *comparison.Trained) float64 { return firstGradient(n, 0) }); len(first) > 0 {
		finding = fmt.Sprintf("The first layer's gradient over the output layer's: in the first epoch %s", listed(first, digits(2)))
		if last := ofEach(r, func(n *comparison.Trained) float64 { return firstGradient(n, r.Config.Epochs-1) }); r.Config.Epochs > 1 && len(last) > 0 {
			finding += fmt.Sprintf("; in the last %s", listed(last, digits(2)))
		}
	}
	return explained{d, finding, "A line a layer, over the epochs: the norm of the gradient of its weights. A layer far below the others is slow to learn."}
}

// firstGradient is the norm of the first layer's gradient over the output layer's in an epoch; NaN of one layer.
func firstGradient(n *comparison.Trained, epoch int) float64 {
	layers := n.Model.Depth()
	if layers < 2 || len(n.GradientNorms) < (epoch+1)*layers {
		return math.NaN()
	}
	norms := n.GradientNorms[epoch*layers:][:layers]
	return norms[0] / norms[layers-1]
}

// normsByLayer turns the norms of each epoch into those of each layer.
func normsByLayer(n *comparison.Trained) [][]float64 {
	norms := make([][]float64, n.Model.Depth())
	for i, v := range n.GradientNorms {
		norms[i%len(norms)] = append(norms[i%len(norms)], v)
	}
	return norms
}
