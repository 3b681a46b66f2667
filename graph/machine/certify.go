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

// exampleShapes gives the shapes that examples of s have. Entry-by-entry kernels
// are shown a few hundred entries, of whatever shape; the others get axes of at most
// 20, with the remainders that tiles depend on.
func (s *step) exampleShapes() func(*node) tensor.Shape {
	extent := exampleExtent
	if s.elementwise {
		axes := 0
		for _, d := range s.outs[0].shape {
			axes += min(d-1, 1)
		}
		wide := int(math.Ceil(math.Pow(exampleEntries, 1/float64(max(1, axes)))))
		extent = func(n int) int { return min(n-1, 1)*(wide-1) + 1 } // 1 stays 1
	}
	example := func(n *node) tensor.Shape {
		shape := n.shape.Clone()
		for i, d := range shape {
			shape[i] = extent(d)
		}
		return shape
	}
	for _, n := range s.covers {
		// A reshape does not survive a change of its axes one by one, unless it only
		// adds or drops axes of extent 1.
		if n.operator.class == reshape && extents(example(n)) != extents(example(n.in[0])) {
			return func(n *node) tensor.Shape { return n.shape }
		}
	}
	return example
}

// exampleEntries is how many entries an entry-by-entry kernel is shown at a time.
const exampleEntries = 256

// exampleExtent is the extent that stands for n in an example: large axes shrink
// to 16 to 19 with the same remainder modulo the width of a tile.
func exampleExtent(n int) int {
	if n < 20 {
		return n
	}
	return 16 + n%4
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

// sprinkled draws x for one entry in rare, and the others from draw.
func sprinkled(x float64, rare int, draw func(*rand.Rand) float64) func(*rand.Rand) float64 {
	return func(rng *rand.Rand) float64 {
		if rng.IntN(rare) == 0 {
			return x
		}
		return draw(rng)
	}
}

// examples of an entry-by-entry kernel mix everything. The others get ordinary
// values, hard ones, and ordinary ones with a few NaN or infinities, without zeros,
// because Gorgonia's matrix product takes 0·NaN for 0.
func (s *step) examples() []example {
	if s.elementwise {
		return []example{
			{"ordinary values", ordinaryValue},
			{"hard values", sprinkled(math.NaN(), 8, sprinkled(math.Inf(1), 8, sprinkled(math.Inf(-1), 8, hardValue)))},
		}
	}
	return []example{
		{"ordinary values", ordinaryValue},
		{"hard values", hardValue},
		{"values with NaN", sprinkled(math.NaN(), 40, ordinaryValue)},
		{"values with +Inf", sprinkled(math.Inf(1), 40, ordinaryValue)},
		{"values with -Inf", sprinkled(math.Inf(-1), 40, ordinaryValue)},
	}
}

// examine runs kernel and operators on all examples.
func (s *step) examine() (reason string) {
	defer func() {
		if r := recover(); r != nil {
			reason = fmt.Sprintf("%s: examining it: %v", s.kernel, r)
		}
	}()
	b := s.inExamples()
	call := s.bind(b)
	rng := rand.New(rand.NewPCG(1, 2))
	rounds := 1
	if s.elementwise && len(b.out[0].data) == 1 {
		rounds = 32 // scalars get several, so that hard values meet
	}
	for _, e := range s.examples() {
		for range rounds {
			s.draw(rng, e, b)
			want, err := s.evaluate(b.shape, b.in)
			if err != nil {
				return fmt.Sprintf("%s: no reference: %v", s.kernel, err)
			}
			given := copies(b.in)
			call()
			if difference := s.judge(b, want, given); difference != "" {
				return fmt.Sprintf("%s: for %s %s", s.kernel, e.name, difference)
			}
		}
	}
	return s.examineInPlace(rng)
}

// examineInPlace runs an entry-by-entry kernel with its first result in the place of
// each operand of its size.
func (s *step) examineInPlace(rng *rand.Rand) string {
	if !s.elementwise {
		return ""
	}
	for i := range s.args {
		b := s.inExamples()
		if len(b.in[i].data) != len(b.out[0].data) {
			continue
		}
		s.draw(rng, s.examples()[0], b)
		want, err := s.evaluate(b.shape, b.in)
		if err != nil {
			return fmt.Sprintf("%s: no reference: %v", s.kernel, err)
		}
		b.out[0] = b.in[i]
		s.bind(b)()
		if difference := s.judge(b, want, nil); difference != "" {
			return fmt.Sprintf("%s: in the place of operand %d %s", s.kernel, i, difference)
		}
	}
	return ""
}

// inExamples is a binding to memory of the size of examples. Results are NaN, so
// that what a kernel forgets to write shows.
func (s *step) inExamples() binding {
	b := binding{shape: s.exampleShapes(), fail: func(err error) { panic(err) }}
	for _, out := range s.outs {
		data := make([]float64, extents(b.shape(out)))
		for i := range data {
			data[i] = math.NaN()
		}
		b.out = append(b.out, &buffer{data: data})
	}
	shared := make(map[*node]*buffer)
	for _, arg := range s.args {
		if shared[arg.node] == nil {
			size := extents(b.shape(arg.node))
			if arg.scalar {
				size = 1
			}
			shared[arg.node] = &buffer{data: make([]float64, size)}
		}
		b.in = append(b.in, shared[arg.node])
	}
	return b
}

// draw fills the operands.
func (s *step) draw(rng *rand.Rand, e example, b binding) {
	for i, in := range b.in {
		for j := range in.data {
			in.data[j] = e.draw(rng)
			for s.args[i].divisor && in.data[j] == 0 {
				in.data[j] = e.draw(rng)
			}
		}
	}
}

// judge returns "" if the results in b are what is wanted and the operands are what
// was given, if that is known; else what differs.
func (s *step) judge(b binding, want map[*node][]float64, given [][]float64) string {
	for i := range given {
		if difference := differ(b.in[i].data, given[i], 0); difference != "" {
			return fmt.Sprintf("operand %d is overwritten: %s", i, difference)
		}
	}
	for i, out := range b.out {
		if difference := s.compare(out.data, want[s.outs[i]]); difference != "" {
			return difference
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
	if s.exact {
		return differ(got, want, 0)
	}
	largest := 0.0
	for _, w := range want {
		if !math.IsInf(w, 0) && !math.IsNaN(w) {
			largest = max(largest, math.Abs(w))
		}
	}
	return differ(got, want, max(roundoff*largest, math.SmallestNonzeroFloat64))
}

// differ returns "" if got and want agree within the tolerance, else where they do
// not. Without a tolerance even the sign of a zero counts.
func differ(got, want []float64, tolerance float64) string {
	for i, w := range want {
		g := got[i]
		switch {
		case math.Float64bits(g) == math.Float64bits(w), math.IsNaN(g) && math.IsNaN(w):
		case tolerance > 0 && (g == w || math.Abs(g-w) <= tolerance):
		default:
			return fmt.Sprintf("entry %d is %v instead of %v", i, g, w)
		}
	}
	return ""
}

// copies are the values in the buffers as they are now.
func copies(buffers []*buffer) [][]float64 {
	values := make([][]float64, len(buffers))
	for i, b := range buffers {
		values[i] = slices.Clone(b.data)
	}
	return values
}
