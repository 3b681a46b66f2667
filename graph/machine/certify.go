package machine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// certificates remembers, for the whole process, what was found about kernels:
// "" for one that may be used, otherwise the reason why not.
var certificates = struct {
	sync.Mutex
	found map[string]string
}{found: make(map[string]string)}

// certify compares the kernel of s with the operators that it covers and returns
// "" if it may take their place, otherwise the reason why not.
func (s *step) certify(when Certification) string {
	switch when {
	case Never:
		return ""
	case Always:
		return s.examine()
	}
	key := s.key()
	certificates.Lock()
	reason, known := certificates.found[key]
	certificates.Unlock()
	if !known {
		// Two goroutines may examine the same kernel at once; they find the same.
		reason = s.examine()
		certificates.Lock()
		certificates.found[key] = reason
		certificates.Unlock()
	}
	return reason
}

// key identifies what a certificate is about: kernel, operators, how they are
// wired, and the class of their shapes.
func (s *step) key() string {
	var b strings.Builder
	b.WriteString(s.kernel)
	shape := s.exampleShapes()
	number := make(map[*node]int)
	for _, arg := range s.args {
		if _, known := number[arg.node]; !known {
			number[arg.node] = len(number)
		}
		fmt.Fprintf(&b, " %d%v", number[arg.node], shape(arg.node))
		if arg.scalar {
			b.WriteByte('u')
		}
	}
	for _, n := range s.covers {
		fmt.Fprintf(&b, "|%s%v", identity(n.source.Op()), shape(n))
		for _, in := range n.in {
			if i, known := number[in]; known {
				fmt.Fprintf(&b, " %d", i)
			} else {
				fmt.Fprintf(&b, " =%v", in.folded)
			}
		}
		number[n] = len(number)
	}
	for _, out := range s.outs {
		fmt.Fprintf(&b, " >%d", number[out])
	}
	return b.String()
}

// exampleExtent is the extent that stands for n in an example: large axes shrink
// to 16 to 19 with the same remainder modulo the width of a tile.
func exampleExtent(n int) int {
	if n < 20 {
		return n
	}
	return 16 + n%4
}

// exampleShapes gives the shapes that examples of s have.
func (s *step) exampleShapes() func(*node) tensor.Shape {
	reduced := func(n *node) tensor.Shape {
		shape := n.shape.Clone()
		for i, d := range shape {
			shape[i] = exampleExtent(d)
		}
		return shape
	}
	for _, n := range s.covers {
		// A reshape does not survive shrinking its axes one by one, unless it only
		// adds or drops axes of extent 1.
		if n.operator.class == reshape && extents(reduced(n)) != extents(reduced(n.in[0])) {
			return func(n *node) tensor.Shape { return n.shape }
		}
	}
	return reduced
}

// example is one set of operands.
type example struct {
	name string
	draw func(rng *rand.Rand) float64
}

// hard are the finite values at which functions go wrong.
var hard = []float64{0, math.Copysign(0, -1), 1, -1, 20, -20, 800, -800, 1e-300, -1e-300}

func ordinaryValue(rng *rand.Rand) float64 {
	x := 0.05 + 2*rng.Float64()
	if rng.IntN(2) == 0 {
		return -x
	}
	return x
}

func hardValue(rng *rand.Rand) float64 {
	if rng.IntN(2) == 0 {
		return ordinaryValue(rng)
	}
	return hard[rng.IntN(len(hard))]
}

func nonFiniteValue(rng *rand.Rand) float64 {
	return [...]float64{math.NaN(), math.Inf(1), math.Inf(-1)}[rng.IntN(3)]
}

// examples are ordinary values, hard ones, and such with NaN and infinities. The
// last have no zeros unless entries are on their own, because Gorgonia's matrix
// product takes 0·NaN for 0.
func (s *step) examples() []example {
	rare, others := 40, ordinaryValue
	if s.elementwise {
		rare, others = 4, hardValue
	}
	return []example{
		{"ordinary values", ordinaryValue},
		{"hard values", hardValue},
		{"values that are not finite", func(rng *rand.Rand) float64 {
			if rng.IntN(rare) == 0 {
				return nonFiniteValue(rng)
			}
			return others(rng)
		}},
	}
}

// examine runs kernel and operators on all examples.
func (s *step) examine() (reason string) {
	defer func() {
		if r := recover(); r != nil {
			reason = fmt.Sprintf("%s: examining it: %v", s.kernel, r)
		}
	}()
	shape := s.exampleShapes()
	b := binding{shape: shape, fail: func(err error) { panic(err) }}
	for _, out := range s.outs {
		b.out = append(b.out, &buffer{data: make([]float64, extents(shape(out)))})
	}
	shared := make(map[*node]*buffer)
	for _, arg := range s.args {
		if shared[arg.node] == nil {
			size := extents(shape(arg.node))
			if arg.scalar {
				size = 1
			}
			shared[arg.node] = &buffer{data: make([]float64, size)}
		}
		b.in = append(b.in, shared[arg.node])
	}
	call := s.bind(b)
	rng := rand.New(rand.NewPCG(1, 2))
	// Small shapes get several rounds, so that hard values meet in all combinations.
	rounds := 1
	if s.elementwise {
		rounds = min(16, 1+256/extents(shape(s.outs[0])))
	}
	for _, e := range s.examples() {
		for range rounds {
			for i, in := range b.in {
				for j := range in.data {
					in.data[j] = e.draw(rng)
					for s.args[i].divisor && in.data[j] == 0 {
						in.data[j] = e.draw(rng)
					}
				}
			}
			for _, out := range b.out {
				for i := range out.data {
					out.data[i] = math.NaN() // what a kernel forgets to write shows
				}
			}
			want, err := s.evaluate(shape, b.in)
			if err != nil {
				return fmt.Sprintf("%s: no reference: %v", s.kernel, err)
			}
			call()
			for i, out := range b.out {
				if difference := s.compare(out.data, want[s.outs[i]]); difference != "" {
					return fmt.Sprintf("%s: for %s %s", s.kernel, e.name, difference)
				}
			}
		}
	}
	return ""
}

// evaluate computes all nodes that s covers by the operators' own Do.
func (s *step) evaluate(shape func(*node) tensor.Shape, args []*buffer) (map[*node][]float64, error) {
	value := make(map[*node][]float64)
	for i, arg := range s.args {
		data := args[i].data
		if arg.scalar {
			data = slices.Repeat(data, extents(shape(arg.node)))
		}
		value[arg.node] = data
	}
	for _, n := range s.covers {
		if n.operator.class == reshape {
			value[n] = value[n.in[0]]
			continue
		}
		operands := make([]gorgonia.Value, len(n.in))
		for i, in := range n.in {
			switch data, known := value[in]; {
			case known:
				operands[i] = valueOf(shape(in), slices.Clone(data))
			case n.operator.class == repeat && i == 1:
				// The count of a repetition follows the shapes of the example.
				operands[i] = gorgonia.NewF64(float64(extents(shape(n)) / extents(shape(n.in[0]))))
			case in.size == 1:
				operands[i] = valueOf(in.shape, slices.Clone(in.folded))
			default:
				return nil, fmt.Errorf("%v has an operand that is not the kernel's", n.source.Op())
			}
		}
		result, err := do(n.source.Op(), operands)
		if err != nil {
			return nil, err
		}
		value[n] = make([]float64, extents(shape(n)))
		if err := copyEntries(value[n], result); err != nil {
			return nil, err
		}
	}
	return value, nil
}

// roundoff is what two orders of summation may differ by, relative to the largest
// result.
const roundoff = 1e-13

// compare returns "" if got is as good as want, else where they differ.
func (s *step) compare(got, want []float64) string {
	tolerance := 0.0
	if !s.exact {
		for _, w := range want {
			if !math.IsInf(w, 0) && !math.IsNaN(w) {
				tolerance = max(tolerance, roundoff*math.Abs(w))
			}
		}
	}
	for i, w := range want {
		g := got[i]
		switch {
		case math.Float64bits(g) == math.Float64bits(w), math.IsNaN(g) && math.IsNaN(w):
		case !s.exact && (g == w || math.Abs(g-w) <= tolerance):
		default:
			return fmt.Sprintf("entry %d is %v instead of %v", i, g, w)
		}
	}
	return ""
}
