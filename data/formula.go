package data

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/internal/formula"
	"actscope/internal/input"
)

// FormulaConfig describes a set whose targets are a formula's values.
type FormulaConfig struct {
	// Formula is a comparison, such as x2 > sin(3*x1), for classes, or a target's name and its
	// value, such as y = x1*x2, for a number to predict.
	Formula string
	Samples int     // points, 2 to MaxSamples
	Reach   float64 // points are uniform from -Reach to Reach in each coordinate; 0 stands for DefaultReach
	Noise   float64 // standard deviation of the Gaussian noise on each coordinate of classes, or on the number; 0 or more
	Seed    uint32  // of the set's own stream, for the points and the noise
}

// DefaultReach is how far the points of formulas lie from 0 where nothing is said.
const DefaultReach = 2

// maxInputs is the number of inputs that formulas may name.
const maxInputs = 9

// IsFormula tells a data set that is written as a formula, with a comparison or =, from the name
// of a generator.
func IsFormula(dataset string) bool { return strings.ContainsAny(dataset, "<>=") }

// Formula returns points that are uniform over a square or cube, with the targets that a formula
// gives them. Its inputs are x1 to x9: a point has as many coordinates as the largest number
// among them, and two at least. It is made of decimal numbers, pi, + - * /, brackets, and abs,
// cos, exp, log, max, min, pow, relu, sigmoid, sign, sin, sqrt and tanh.
//
// A formula that compares, by < > <= or >=, makes classes: class 1 where it holds, before
// noise displaces the point. One that begins with a name and = makes numbers, and the noise is
// added to these: [Regression]. The stream is this package's own: all points first, each coordinate
// by Float64, then the noise.
//
// A formula that cannot be read, is not finite at one of the points, holds for all or none of
// them, or gives all the same number is an error.
func Formula(c FormulaConfig) (Set, Names, error) {
	if c.Reach == 0 {
		c.Reach = DefaultReach
	}
	if !(c.Reach > 0 && c.Reach <= MaxCoordinate) {
		return Set{}, Names{}, badSetting("FormulaConfig.Reach", c.Reach, fmt.Sprintf("above 0 and up to %v, or 0 for the default", MaxCoordinate))
	}
	law, err := readFormula("FormulaConfig.Formula", c.Formula)
	if err != nil {
		return Set{}, Names{}, err
	}
	law.reach = c.Reach
	set, err := law.generate("FormulaConfig", GeneratorConfig{Samples: c.Samples, Noise: c.Noise, Seed: c.Seed}, 0)
	return set, law.names(), err
}

// FormulaNames are those of the inputs, of the target and of the classes, which are the
// comparison and its opposite, of a formula: see [Formula].
func FormulaNames(text string) (Names, error) {
	law, err := readFormula("dataset", text)
	return law.names(), err
}

// formulaLaw is a formula that was read. It is a generator.
type formulaLaw struct {
	setting string // that it was given by
	inputs  int
	target  string // name of the number, "" of classes
	// comparison is that of classes, between the parts; a number is the one part.
	comparison formula.Operator
	parts      []part
	reach      float64
}

// part is a formula of numbers.
type part struct {
	spelling string
	at       func(x []float64) float64
}

// readFormula reads the text that a setting has.
func readFormula(setting, text string) (formulaLaw, error) {
	law := formulaLaw{setting: setting, inputs: 2, reach: DefaultReach}
	grammar := formula.Grammar{Meaning: fmt.Sprintf("the inputs are x1 to x%d", maxInputs), Functions: formulaArities(), Comparison: true}
	for i := range maxInputs {
		grammar.Variables = append(grammar.Variables, fmt.Sprintf("x%d", i+1))
	}
	body := text
	if at := assignment(text); at >= 0 {
		var err error
		if law.target, err = targetName(text[:at], grammar.Variables); err != nil {
			return formulaLaw{}, input.Under(setting, fmt.Errorf("%s: %w", quoted(text), err))
		}
		body, grammar.Comparison = strings.TrimSpace(text[at+1:]), false
	}
	term, err := formula.Parse(body, grammar)
	if err != nil {
		return formulaLaw{}, input.Under(setting, err)
	}
	switch {
	case term.Operator.Compares():
		law.comparison = term.Operator
		law.parts = []part{partOf(term.Arguments[0]), partOf(term.Arguments[1])}
	case law.target == "":
		return formulaLaw{}, input.Refuse(setting, "%s neither compares nor names a target: write %s>0 for classes, y=%s for a number", quoted(text), clipped(term.String()), clipped(term.String()))
	default:
		law.parts = []part{partOf(term)}
	}
	law.inputs = max(law.inputs, largestIndex(term)+1)
	return law, nil
}

// assignment is the place of the first = that is no part of a comparison, -1 where there is none.
func assignment(text string) int {
	for i := range len(text) {
		if text[i] != '=' || i > 0 && strings.IndexByte("<>=!", text[i-1]) >= 0 || strings.HasPrefix(text[i+1:], "=") {
			continue
		}
		return i
	}
	return -1
}

// targetName is what stands before the =.
func targetName(text string, inputs []string) (string, error) {
	name, err := cleanName(text)
	switch {
	case err != nil:
		return "", err
	case name == "":
		return "", errors.New("a name of the target is expected before the =")
	case strings.ContainsAny(name, "<>"):
		return "", errors.New("it has both a comparison, for classes, and a =, for a number")
	case slices.Contains(inputs, name):
		return "", fmt.Errorf("%s is an input: call the target otherwise", name)
	}
	return shortened(name), nil
}

// largestIndex is that of the variables of a term, -1 of none.
func largestIndex(t *formula.Term) int {
	largest := -1
	if t.Operator == formula.Variable {
		largest = t.Index
	}
	for _, a := range t.Arguments {
		largest = max(largest, largestIndex(a))
	}
	return largest
}

func (l formulaLaw) names() Names {
	if l.parts == nil {
		return Names{}
	}
	n := Names{Targets: []string{l.target}}
	for i := range l.inputs {
		n.Inputs = append(n.Inputs, fmt.Sprintf("x%d", i+1))
	}
	if l.target == "" {
		opposite := map[formula.Operator]formula.Operator{'<': formula.AtLeast, '>': formula.AtMost, formula.AtLeast: '<', formula.AtMost: '>'}
		n.Targets = []string{"class"}
		for class, operator := range []formula.Operator{opposite[l.comparison], l.comparison} {
			name := shortened(l.parts[0].spelling + operator.String() + l.parts[1].spelling)
			if class == 1 && name == n.Classes[0] {
				name += " (class 1)"
			}
			n.Classes = append(n.Classes, name)
		}
	}
	return n
}

func (l formulaLaw) generate(owner string, c GeneratorConfig, fresh int) (Set, error) {
	if err := c.checkNoClasses(owner); err != nil {
		return Set{}, err
	}
	rng := NewRandomState(c.Seed)
	if fresh > 0 {
		c.Samples, rng = fresh, NewRandomState(FreshSeed(c.Seed))
	}
	s := Set{X: make([]float64, c.Samples*l.inputs), Columns: l.inputs, Y: make([]float64, c.Samples)}
	if l.target != "" {
		s.Targets = Targets{Task: Regression, Count: 1}
	}
	for i := range s.X {
		s.X[i] = -l.reach + float64(2*l.reach*rng.Float64())
	}
	for i := range s.Y {
		var err error
		if s.Y[i], err = l.targetOf(s.Row(i)); err != nil {
			return Set{}, err
		}
	}
	if fresh == 0 { // fresh points are not trained on
		if err := l.checkVaries(s.Y); err != nil {
			return Set{}, err
		}
	}
	disturbed := s.X
	if l.target != "" {
		disturbed = s.Y
	}
	for i := range disturbed {
		disturbed[i] += float64(c.Noise * rng.NormFloat64())
	}
	if err := checkSize(owner, c, disturbed); err != nil {
		return Set{}, err
	}
	return s, nil
}

// targetOf is what the formula gives of a point.
func (l formulaLaw) targetOf(x []float64) (float64, error) {
	var values [2]float64
	for i, p := range l.parts {
		v := p.at(x)
		if !(math.Abs(v) <= MaxCoordinate) {
			e := input.Refuse(l.setting, "%s is %v at %s: it has to be a number of at most %v", clipped(p.spelling), v, place(x), MaxCoordinate)
			e.Advice = fmt.Sprintf("max, min and abs keep what is divided by or has a logarithm or root where these exist, for all inputs from -%v to %v", l.reach, l.reach)
			return 0, e
		}
		values[i] = v
	}
	holds := false
	switch a, b := values[0], values[1]; l.comparison {
	case '<':
		holds = a < b
	case '>':
		holds = a > b
	case formula.AtMost:
		holds = a <= b
	case formula.AtLeast:
		holds = a >= b
	default:
		return a, nil
	}
	if holds {
		return 1, nil
	}
	return 0, nil
}

// checkVaries refuses targets that are all the same.
func (l formulaLaw) checkVaries(y []float64) error {
	if slices.ContainsFunc(y, func(v float64) bool { return v != y[0] }) {
		return nil
	}
	span := fmt.Sprintf("the %d points, which lie from -%v to %v", len(y), l.reach, l.reach)
	if l.target != "" {
		return input.Refuse(l.setting, "%s is %v at all of %s: write a formula that varies", l.target, y[0], span)
	}
	often := "none"
	if y[0] == 1 {
		often = "each"
	}
	return input.Refuse(l.setting, "%s%v%s holds at %s of %s: write one that holds for some, or take more points",
		clipped(l.parts[0].spelling), l.comparison, clipped(l.parts[1].spelling), often, span)
}

// place is a point in an error.
func place(x []float64) string {
	var coordinates []string
	for j, v := range x {
		coordinates = append(coordinates, fmt.Sprintf("x%d = %.6g", j+1, v))
	}
	return strings.Join(coordinates, ", ")
}

// The functions that formulas may call, of one and of two arguments.
var (
	formulaFunctions = map[string]func(float64) float64{
		"abs": math.Abs, "cos": math.Cos, "exp": math.Exp, "log": math.Log, "sin": math.Sin, "sqrt": math.Sqrt, "tanh": math.Tanh,
		"relu":    func(v float64) float64 { return math.Max(v, 0) },
		"sigmoid": func(v float64) float64 { return 1 / (1 + math.Exp(-v)) },
		"sign": func(v float64) float64 {
			switch {
			case v > 0:
				return 1
			case v < 0:
				return -1
			}
			return v
		},
	}
	formulaPairs = map[string]func(a, b float64) float64{"max": math.Max, "min": math.Min, "pow": math.Pow}
)

func formulaArities() map[string]int {
	arities := make(map[string]int)
	for name := range formulaFunctions {
		arities[name] = 1
	}
	for name := range formulaPairs {
		arities[name] = 2
	}
	return arities
}

func partOf(t *formula.Term) part { return part{t.String(), compiled(t)} }

// compiled is a term as a function of the inputs.
func compiled(t *formula.Term) func(x []float64) float64 {
	switch t.Operator {
	case formula.Number:
		v := t.Value
		return func([]float64) float64 { return v }
	case formula.Variable:
		j := t.Index
		return func(x []float64) float64 { return x[j] }
	}
	a := compiled(t.Arguments[0])
	if len(t.Arguments) == 1 {
		if t.Operator == formula.Negative {
			return func(x []float64) float64 { return -a(x) }
		}
		f := formulaFunctions[t.Name]
		return func(x []float64) float64 { return f(a(x)) }
	}
	b := compiled(t.Arguments[1])
	switch t.Operator {
	case '+':
		return func(x []float64) float64 { return a(x) + b(x) }
	case '-':
		return func(x []float64) float64 { return a(x) - b(x) }
	case '*':
		return func(x []float64) float64 { return a(x) * b(x) }
	case '/':
		return func(x []float64) float64 { return a(x) / b(x) }
	}
	f := formulaPairs[t.Name]
	return func(x []float64) float64 { return f(a(x), b(x)) }
}
