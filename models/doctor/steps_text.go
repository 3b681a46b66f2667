package doctor

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/models/handcoded"
)

// labels are the file's own names of what a reading has without them.
type labels struct {
	x, y   string
	biases []string // by layer, "" where there are none
}

// labels finds the names.
func (n names) labels(arrays []Array, r *reading) labels {
	l := labels{x: arrays[n.x].Name, y: arrays[n.y].Name}
	for i, b := range n.biases {
		switch {
		case b >= 0:
			l.biases = append(l.biases, arrays[b].Name)
		case n.sharedBias >= 0:
			l.biases = append(l.biases, fmt.Sprintf("%s[%d]", arrays[n.sharedBias].Name, i))
		case r.theta != "":
			l.biases = append(l.biases, "the biases in "+arrays[n.weights[i]].Name)
		default:
			l.biases = append(l.biases, "")
		}
	}
	return l
}

// symbol is the file's name of an intermediate, or a textbook's.
func (w *walk) symbol(m meaning) string {
	if own := w.own[m]; len(own) > 0 {
		return own[0].name
	}
	switch {
	case m.kind == postKind && m.layer == 0:
		return w.label.x
	case m.kind == preKind:
		return fmt.Sprintf("z%d", m.layer)
	case m.kind == postKind && m.layer == len(w.r.layers):
		return "p"
	case m.kind == postKind:
		return fmt.Sprintf("a%d", m.layer)
	case m.kind == deltaKind:
		return fmt.Sprintf("δ%d", m.layer)
	}
	return "(" + w.upText(m.layer) + ")" // a product or a sum
}

// origin are the arrays that an intermediate comes from: itself, or those before, as far as they are stored.
func (w *walk) origin(m meaning) []string {
	if own := w.own[m]; len(own) > 0 {
		return []string{own[0].name}
	}
	return w.before(m)
}

// before are the arrays that an intermediate is computed from.
func (w *walk) before(m meaning) []string {
	l, n := m.layer, len(w.r.layers)
	var list []string
	switch {
	case m.kind == postKind && l == 0:
		list = []string{w.label.x}
	case m.kind == preKind:
		list = append(w.origin(meaning{postKind, l - 1}), w.r.layers[l-1].parameter.Name)
		if b := w.label.biases[l-1]; b != "" && !strings.HasPrefix(b, "the biases") {
			b, _, _ = strings.Cut(b, "[")
			list = append(list, b)
		}
	case m.kind == postKind:
		list = w.origin(meaning{preKind, l})
	case m.kind == upKind && l == n, l == n && !w.has(upKind, n):
		list = append(w.origin(meaning{postKind, n}), w.label.y)
	case m.kind == upKind:
		list = append(w.origin(meaning{deltaKind, l + 1}), w.r.layers[l].parameter.Name)
	default:
		list = append(w.origin(meaning{upKind, l}), w.origin(meaning{preKind, l})...)
	}
	var once []string
	for _, name := range list {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once
}

// product writes the product of an array of samples with W or Wᵀ in the file's layout.
func (w *walk) product(samples, weights string, turned bool) string {
	if turned {
		weights += "ᵀ"
	}
	if w.r.columns {
		return weights + " " + samples
	}
	return samples + " " + weights
}

// turnedW tells whether the file's W is transposed beside what the formula in its layout of samples needs.
func (w *walk) turnedW() bool { return w.r.columns != w.r.outFirst }

// affineText is a W + b of layer l.
func (w *walk) affineText(l int) string {
	text := w.product(w.symbol(meaning{postKind, l - 1}), w.r.layers[l-1].parameter.Name, w.turnedW())
	if b := w.label.biases[l-1]; b != "" {
		text += " + " + b
	}
	return text
}

// upText is ∂loss/∂a of layer l.
func (w *walk) upText(l int) string {
	n := len(w.r.layers)
	if l < n {
		return w.product(w.symbol(meaning{deltaKind, l + 1}), w.r.layers[l].parameter.Name, !w.turnedW())
	}
	p, y := w.symbol(meaning{postKind, n}), w.label.y
	switch w.o.Loss {
	case handcoded.Logits, handcoded.Article:
		return fmt.Sprintf("(%s - %s) / (%s (1 - %s))", p, y, p, p)
	case handcoded.Softmax:
		return fmt.Sprintf("-%s / %s", y, p)
	case handcoded.SquaredError:
		return fmt.Sprintf("2 (%s - %s)", p, y)
	case handcoded.HalfSquaredError:
		return fmt.Sprintf("%s - %s", p, y)
	}
	return "the derivative of the hinge"
}

// deltaText is ∂loss/∂z of layer l.
func (w *walk) deltaText(l int) string {
	n := len(w.r.layers)
	z := w.symbol(meaning{preKind, l})
	if l < n {
		return fmt.Sprintf("%s ∘ %s'(%s)", w.symbol(meaning{upKind, l}), w.activations[l-1].Name, z)
	}
	own, slope := w.has(upKind, n), w.o.outputName()
	up := w.symbol(meaning{upKind, n})
	switch {
	case own && w.o.Loss == handcoded.Softmax:
		return "softmax's Jacobian times " + up
	case slope == "identity":
		return strings.TrimSuffix(strings.TrimPrefix(up, "("), ")")
	case own:
		return fmt.Sprintf("%s ∘ %s'(%s)", up, slope, z)
	case w.o.loss.AnyOutput():
		return fmt.Sprintf("%s ∘ %s'(%s)", bracketed(w.upText(n)), slope, z)
	}
	return fmt.Sprintf("%s - %s", w.symbol(meaning{postKind, n}), w.label.y)
}

// weightsText is aᵀδ of layer l.
func (w *walk) weightsText(l int) string {
	a, d := w.symbol(meaning{postKind, l - 1}), w.symbol(meaning{deltaKind, l})
	outFirst := w.r.outFirst != w.r.flipped
	switch {
	case w.r.columns && outFirst:
		return d + " " + a + "ᵀ"
	case w.r.columns:
		return a + " " + d + "ᵀ"
	case outFirst:
		return d + "ᵀ " + a
	}
	return a + "ᵀ " + d
}

// scaledText writes a formula times a factor.
func scaledText(formula string, k float64) string {
	switch {
	case math.Abs(k-1) < 1e-9:
		return formula
	case math.Abs(k+1) < 1e-9:
		return "-" + bracketed(formula)
	case math.Abs(1/k-math.Round(1/k)) < 1e-9*math.Abs(1/k):
		return fmt.Sprintf("%s / %g", bracketed(formula), math.Round(1/k))
	}
	return fmt.Sprintf("%s · %.6g", bracketed(formula), k)
}
