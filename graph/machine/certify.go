package machine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
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
