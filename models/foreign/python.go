package foreign

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"actscope/graph"
)

// python writes activations as expressions of PyTorch or NumPy.
type python struct {
	numpy bool
	used  map[string]bool // functions of NumPy's module that are defined in it
}

func (p *python) text(o operand) string {
	if !o.isNumber {
		return o.text
	}
	text := strconv.FormatFloat(o.number, 'g', -1, 64)
	if o.number < 0 {
		return "(" + text + ")"
	}
	return text
}

// apply implements language.
func (p *python) apply(operator string, operands ...operand) operand {
	x := p.text(operands[0])
	y := ""
	if len(operands) > 1 {
		y = p.text(operands[1])
	}
	write := func(format string, args ...any) operand { return operand{text: fmt.Sprintf(format, args...)} }
	switch operator {
	case "+", "-", "*", "/":
		return write("(%s %s %s)", x, operator, y)
	case "~":
		return write("(-%s)", x)
	}
	if p.numpy {
		if _, ours := numpyFunctions[operator]; ours {
			p.used[operator] = true
			return write("%s(%s)", operator, x)
		}
		name := map[string]string{"max": "maximum", "min": "minimum", "pow": "power"}[operator]
		if y != "" {
			return write("np.%s(%s, %s)", name, x, y)
		}
		return write("np.%s(%s)", operator, x)
	}
	switch {
	case y == "":
		return write("torch.%s(%s)", operator, x)
	case operator == "pow":
		return write("torch.pow(%s, %s)", x, y)
	case operands[0].isNumber:
		return write("torch.clamp(%s, %s=%s)", y, clampSide[operator], x)
	case operands[1].isNumber:
		return write("torch.clamp(%s, %s=%s)", x, clampSide[operator], y)
	}
	return write("torch.%simum(%s, %s)", operator, x, y)
}

// clampSide is what clamp calls the number in a maximum or minimum.
var clampSide = map[string]string{"max": "min", "min": "max"}

// direct implements language: expressions use simple operators.
func (p *python) direct(string, float64, operand) (operand, bool) { return operand{}, false }

// numpyFunctions are those that NumPy lacks, or has no form of that never overflows.
var numpyFunctions = map[string]string{
	"relu":    "def relu(z):\n    return np.maximum(z, 0)\n",
	"sigmoid": "def sigmoid(z):\n    e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, e) / (1 + e)\n",
	"erf":     "erf = np.vectorize(math.erf)\n",
}

// pythonNames are lines that define the names of columns and classes, which are JSON's and Python's
// literals alike.
func (m *Model) pythonNames() (string, error) {
	var b strings.Builder
	for _, of := range []struct {
		variable string
		names    []string
	}{{"inputs", m.Inputs}, {"targets", m.TargetNames}, {"classes", m.Classes}} {
		if of.names == nil {
			continue
		}
		list, err := json.Marshal(of.names)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s = %s\n", of.variable, list)
	}
	return b.String(), nil
}

// literal is a text as Python's literal.
func literal(text string) string {
	b, _ := json.Marshal(text) // a string has a form
	return string(b)
}

// gives says what the network gives, for comments.
func (m *Model) gives() string {
	switch m.Final {
	case Sigmoid, Softmax:
		return "probabilities"
	case LogSoftmax:
		return "log-probabilities"
	}
	return "its output"
}

// ownActivation says whether PyTorch has a module for an activation, and which.
func torchActivation(a graph.Activation) (module string, ok bool) {
	if a.IsFormula() {
		return "", false
	}
	kind, c := kindOf(a)
	constant := strconv.FormatFloat(c, 'g', -1, 64)
	module, ok = map[string]string{
		graph.Sigmoid.Name: "nn.Sigmoid()", graph.ReLU.Name: "nn.ReLU()", graph.Tanh.Name: "nn.Tanh()",
		graph.LeakyReLU.Name: "nn.LeakyReLU(" + constant + ")", graph.ELU.Name: "nn.ELU(" + constant + ")", graph.SELU.Name: "nn.SELU()",
		graph.Softplus.Name: "nn.Softplus(threshold=40)", // above it is z, to the last digit from 40 on
		graph.SiLU.Name:     "nn.SiLU()", graph.GELU.Name: "nn.GELU()", graph.GELUTanh.Name: `nn.GELU(approximate="tanh")`,
	}[kind]
	if a.Name == graph.HardSigmoid.Name {
		return "nn.Hardsigmoid()", true
	}
	return module, ok
}
