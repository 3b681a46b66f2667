package foreign

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"sync"

	"actscope/graph"
)

// function is an element-wise function: its values at the probes, and a formula in z, "" where it
// cannot be written as one.
type function struct {
	at   []float64
	text string
}

// reach is how far the probes lie close to each other, in steps of 1/16: 321 of them. Those beyond
// tell ReLU from a clip at 20.
const reach = 10

var probes = sync.OnceValue(func() []float64 {
	var z []float64
	for i := range 2*16*reach + 1 {
		z = append(z, float64(i)/16-reach)
	}
	for _, other := range []float64{0.001, 0.01, 0.987, 13, 20, 35, 60, 100, 300} { // a jump, and what is beyond
		z = append(z, -other, other)
	}
	return z
})

// itself is z.
var itself = sync.OnceValue(func() *function { return &function{at: probes(), text: "z"} })

// errNoFormula is that a function cannot be written as one.
var errNoFormula = errors.New("it cannot be written as a formula")

// likeness is how far functions may be apart that are the same, relative above 1.
const likeness = 3e-7

// alike compares values at the probes; beyond reach those that overflow say nothing.
func alike(got []float64, want func(z float64) float64) bool {
	for i, z := range probes() {
		w := want(z)
		if d := math.Abs(got[i] - w); !(d <= likeness*max(1, math.Abs(w))) && (math.Abs(z) <= reach || isFinite(got[i])) {
			return false
		}
	}
	return true
}

// broken is where the function is not finite within reach.
func (f *function) broken() (z float64, is bool) {
	for i, z := range probes() {
		if !isFinite(f.at[i]) && math.Abs(z) <= reach {
			return z, true
		}
	}
	return 0, false
}

// value is that at a probe.
func (f *function) value(z float64) float64 { return f.at[int((z+reach)*16)] }

// affine says whether the function is slope z + offset.
func (f *function) affine() (slope, offset float64, is bool) {
	offset = f.value(0)
	slope = f.value(1) - offset
	if f == itself() {
		return 1, 0, true
	}
	for i, z := range probes() {
		if !(math.Abs(f.at[i]-(slope*z+offset)) <= 1e-13*(math.Abs(slope*z)+math.Abs(offset))) {
			return 0, 0, false
		}
	}
	return slope, offset, true
}

// steps says that the function has the values 0 and 1 only.
func (f *function) steps() bool {
	for _, v := range f.at {
		if v != 0 && v != 1 {
			return false
		}
	}
	return true
}

// tabled is the activation of the table that has the values.
func (f *function) tabled() (graph.Activation, bool) {
	for _, a := range graph.Activations() {
		if alike(f.at, a.Value) {
			return a, true
		}
	}
	return graph.Activation{}, false
}

// recognised is the activation of the table, one that is hinted at, or one with another constant,
// that has the values.
func (f *function) recognised(hints []graph.Activation) (graph.Activation, bool) {
	if a, is := f.tabled(); is {
		return a, true
	}
	for _, a := range hints {
		if alike(f.at, a.Value) {
			return a, true
		}
	}
	for name, c := range map[string]float64{
		graph.LeakyReLU.Name:   -f.value(-1),
		graph.ELU.Name:         f.value(-5) / math.Expm1(-5),
		graph.HardSigmoid.Name: (f.value(1.0/16) - f.value(0)) * 16,
	} {
		if a, err := graph.ActivationNamed(name + ":" + spelling(c)); err == nil && alike(f.at, a.Value) {
			return a, true
		}
	}
	return graph.Activation{}, false
}

// written is the activation of the formula.
func (f *function) written() (graph.Activation, error) {
	text := f.text
	if text == "" {
		text = f.pieces()
	}
	if text == "" {
		return graph.Activation{}, errNoFormula
	}
	a, err := graph.ActivationOf(text)
	if err == nil && !alike(f.at, a.Value) {
		return a, errNoFormula
	}
	return a, err
}

// pieces is the formula of a function that is linear in pieces and does not jump, "" for others.
func (f *function) pieces() string {
	const cells = 2 * 16 * reach
	z := probes()
	slope := func(i int) float64 { return 16 * (f.at[i+1] - f.at[i]) }
	same := func(a, b float64) bool { return math.Abs(a-b) <= 1e-11*max(1, math.Abs(a)) }
	now := slope(0)
	text := plus("", f.at[0]-now*z[0], "")
	if now != 0 {
		text = plus(text, now, "z")
	}
	for i := 1; i < cells; i++ {
		if same(slope(i), now) {
			continue
		}
		next, end := slope(i), i // the kink is at the probe
		if i+1 < cells && !same(slope(i+1), next) {
			next, end = slope(i+1), i+1 // it is between this one and the next
		}
		if end+1 < cells && !same(slope(end+1), next) {
			return ""
		}
		kink := (f.at[end] - f.at[i] + now*z[i] - next*z[end]) / (now - next)
		if !(kink >= z[i]-likeness && kink <= z[end]+likeness) { // it jumps
			return ""
		}
		text = plus(text, next-now, "relu("+plus("z", -kink, "")+")")
		now, i = next, end
		if len(text) > maxFormula {
			return ""
		}
	}
	return text
}

// plus writes a term of a sum behind others: by times of, or by alone.
func plus(text string, by float64, of string) string {
	sign := "+"
	if by < 0 {
		sign, by = "-", -by
	}
	if text == "" && sign == "+" {
		sign = ""
	}
	switch {
	case of == "" && by == 0:
		return text
	case of == "":
		return text + sign + spelling(by)
	case by == 1:
		return text + sign + of
	}
	return text + sign + spelling(by) + "*" + of
}

// spelling writes a number in its shortest form: what was 0.2 before it became a float32 as that,
// not as 0.20000000298023224.
func spelling(v float64) string {
	if near := float64(float32(v)); math.Abs(near-v) <= 1e-14*math.Abs(v) {
		if short := strconv.FormatFloat(near, 'g', roundDigits, 64); float32(must(short)) == float32(near) {
			return strconv.FormatFloat(near, 'g', -1, 32)
		}
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// roundDigits are those that constants have at most that people write.
const roundDigits = 5

// must is the number that a text is, which is one.
func must(text string) float64 {
	v, _ := strconv.ParseFloat(text, 64)
	return v
}

// decimal is the number that a float32 was before it was rounded, such as 1e-5.
func decimal(v float64) float64 { return must(spelling(v)) }

// operation is an element-wise operator of ONNX.
type operation struct {
	operands int
	of       func(x []float64) float64
	// text is a formula in its operands X and Y, "" where there is none.
	text string
}

// maxFormula bounds formulas: longer ones cannot be read.
const maxFormula = 1000

// written is the formula of operands.
func (o operation) written(operands []string) string {
	if o.text == "" {
		return ""
	}
	var b strings.Builder
	b.WriteByte('(')
	for i, r := range o.text {
		letter := strings.IndexByte("XY", o.text[i])
		if letter < 0 {
			b.WriteRune(r)
			continue
		}
		if letter >= len(operands) || operands[letter] == "" {
			return ""
		}
		b.WriteString(operands[letter])
		if b.Len() > maxFormula {
			return ""
		}
	}
	b.WriteByte(')')
	return b.String()
}

// one is an operation of one operand.
func one(f func(x float64) float64, text string) operation {
	return operation{1, func(x []float64) float64 { return f(x[0]) }, text}
}

// two is an operation of two operands.
func two(f func(x, y float64) float64, text string) operation {
	return operation{2, func(x []float64) float64 { return f(x[0], x[1]) }, text}
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// simple are the operators without attributes.
var simple = map[string]operation{
	"Abs":            one(math.Abs, "abs(X)"),
	"Ceil":           one(math.Ceil, ""),
	"Cos":            one(math.Cos, "sin(X+pi/2)"),
	"Erf":            one(math.Erf, ""),
	"Exp":            one(math.Exp, "exp(X)"),
	"Floor":          one(math.Floor, ""),
	"HardSwish":      one(func(x float64) float64 { return x * graph.HardSigmoid.Value(x) }, "X*hard_sigmoid(X)"),
	"Log":            one(math.Log, "log(X)"),
	"Mish":           one(func(x float64) float64 { return x * math.Tanh(graph.Softplus.Value(x)) }, "X*tanh(softplus(X))"),
	"Neg":            one(func(x float64) float64 { return -x }, "-X"),
	"Not":            one(func(x float64) float64 { return 1 - x }, ""),
	"Reciprocal":     one(func(x float64) float64 { return 1 / x }, "1/X"),
	"Relu":           one(graph.ReLU.Value, "relu(X)"),
	"Round":          one(math.RoundToEven, ""),
	"Sigmoid":        one(graph.Sigmoid.Value, "sigmoid(X)"),
	"Sign":           one(func(x float64) float64 { return truth(x > 0) - truth(x < 0) }, ""),
	"Sin":            one(math.Sin, "sin(X)"),
	"Softplus":       one(graph.Softplus.Value, "softplus(X)"),
	"Softsign":       one(func(x float64) float64 { return x / (1 + math.Abs(x)) }, "X/(1+abs(X))"),
	"Sqrt":           one(math.Sqrt, "pow(X,0.5)"),
	"Tanh":           one(graph.Tanh.Value, "tanh(X)"),
	"Add":            two(func(x, y float64) float64 { return x + y }, "X+Y"),
	"And":            two(func(x, y float64) float64 { return x * y }, ""),
	"Div":            two(func(x, y float64) float64 { return x / y }, "X/Y"),
	"Equal":          two(func(x, y float64) float64 { return truth(x == y) }, ""),
	"Greater":        two(func(x, y float64) float64 { return truth(x > y) }, ""),
	"GreaterOrEqual": two(func(x, y float64) float64 { return truth(x >= y) }, ""),
	"Less":           two(func(x, y float64) float64 { return truth(x < y) }, ""),
	"LessOrEqual":    two(func(x, y float64) float64 { return truth(x <= y) }, ""),
	"Max":            two(math.Max, "max(X,Y)"),
	"Min":            two(math.Min, "min(X,Y)"),
	"Mul":            two(func(x, y float64) float64 { return x * y }, "X*Y"),
	"Or":             two(math.Max, ""),
	"PRelu":          two(func(x, y float64) float64 { return max(x, 0) + y*min(x, 0) }, "max(X,0)+Y*min(X,0)"),
	"Pow":            two(math.Pow, "pow(X,Y)"),
	"Sub":            two(func(x, y float64) float64 { return x - y }, "X-Y"),
	"Where": {3, func(x []float64) float64 {
		if x[0] != 0 {
			return x[1]
		}
		return x[2]
	}, ""},
}

// withAttributes are the operators whose constants are attributes.
var withAttributes = map[string]func(n *onnxNode) operation{
	"Celu": func(n *onnxNode) operation {
		a := n.float("alpha", 1)
		return one(func(x float64) float64 { return max(x, 0) + a*math.Expm1(min(x, 0)/a) }, "relu(X)+"+inFormula(a)+"*elu(min(X,0)/"+inFormula(a)+")")
	},
	"Elu": func(n *onnxNode) operation {
		a := n.float("alpha", 1)
		return one(func(x float64) float64 { return max(x, 0) + a*math.Expm1(min(x, 0)) }, "relu(X)+"+inFormula(a)+"*elu(min(X,0))")
	},
	"Gelu": func(n *onnxNode) operation {
		if n.text("approximate", "none") == "tanh" {
			return one(graph.GELUTanh.Value, "gelu_tanh(X)")
		}
		return one(graph.GELU.Value, "gelu(X)")
	},
	"HardSigmoid": func(n *onnxNode) operation {
		a, b := n.float("alpha", float64(float32(0.2))), n.float("beta", 0.5)
		return one(func(x float64) float64 { return max(0, min(1, a*x+b)) }, "max(0,min(1,"+inFormula(a)+"*X+"+inFormula(b)+"))")
	},
	"LeakyRelu": func(n *onnxNode) operation {
		a := n.float("alpha", float64(float32(0.01)))
		return one(func(x float64) float64 { return max(x, 0) + a*min(x, 0) }, "relu(X)+"+inFormula(a)+"*min(X,0)")
	},
	"Selu": func(n *onnxNode) operation {
		a, c := n.float("alpha", float64(float32(1.67326319217681884765625))), n.float("gamma", float64(float32(1.05070102214813232421875)))
		return one(func(x float64) float64 { return c * (max(x, 0) + a*math.Expm1(min(x, 0))) }, inFormula(c)+"*(relu(X)+"+inFormula(a)+"*elu(min(X,0)))")
	},
	"Shrink": func(n *onnxNode) operation {
		bias, lambda := n.float("bias", 0), n.float("lambd", 0.5)
		text := ""
		if bias == lambda && lambda >= 0 { // else it jumps
			text = "relu(X-" + inFormula(lambda) + ")-relu(-X-" + inFormula(lambda) + ")"
		}
		return one(func(x float64) float64 {
			switch {
			case x < -lambda:
				return x + bias
			case x > lambda:
				return x - bias
			}
			return 0
		}, text)
	},
	"ThresholdedRelu": func(n *onnxNode) operation {
		a := n.float("alpha", 1)
		return one(func(x float64) float64 { return x * truth(x > a) }, "")
	},
}

// inFormula writes a constant in a formula.
func inFormula(v float64) string {
	if !isFinite(v) {
		return "" // an operand that makes the formula unreadable: it is refused
	}
	if v < 0 {
		return "(" + spelling(v) + ")"
	}
	return spelling(v)
}
