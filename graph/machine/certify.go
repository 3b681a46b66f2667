package machine

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"

	"actscope/graph/machine/kernel"
)

// certificates remembers, for the whole process, what was found about kernels:
// "" for one that may be used, otherwise the reason why not.
var certificates = struct {
	sync.Mutex
	found map[string]string
}{found: make(map[string]string)}

// certify compares the kernel of s with the operators that it covers and returns
// "" if it may take their place, otherwise the reason why not.
func (s *step) certify(when Certification, in Precision) string {
	switch when {
	case Never:
		return ""
	case Always:
		return s.examine(in)
	}
	key := in.String() + " " + s.outs[0].dtype.String() + " " + s.key()
	certificates.Lock()
	reason, known := certificates.found[key]
	certificates.Unlock()
	if !known {
		// Two goroutines may examine the same kernel at once; they find the same.
		reason = s.examine(in)
		certificates.Lock()
		certificates.found[key] = reason
		certificates.Unlock()
	}
	return reason
}

// key identifies what a certificate is about: kernel, operators, how they are
// wired, and the class of their shapes.
func (s *step) key() string {
	b := append(make([]byte, 0, 512), s.kernel...)
	shape := s.exampleShapes()
	appendShape := func(n *node) {
		for _, d := range shape(n) {
			b = strconv.AppendInt(append(b, 'x'), int64(d), 10)
		}
	}
	appendNumber := func(mark byte, i int) { b = strconv.AppendInt(append(b, mark), int64(i), 10) }
	number := make(map[*node]int)
	for _, arg := range s.args {
		if _, known := number[arg.node]; !known {
			number[arg.node] = len(number)
		}
		appendNumber(' ', number[arg.node])
		appendShape(arg.node)
		if arg.scalar {
			b = append(b, 'u')
		}
	}
	for _, n := range s.covers {
		b = append(append(b, '|'), identity(n.source.Op())...)
		appendShape(n)
		for _, in := range n.in {
			if i, known := number[in]; known {
				appendNumber(' ', i)
				continue
			}
			b = append(b, '=')
			for _, x := range in.folded {
				b = strconv.AppendFloat(append(b, ' '), x, 'g', -1, 64)
			}
		}
		number[n] = len(number)
	}
	for _, out := range s.outs {
		appendNumber('>', number[out])
	}
	return string(b)
}

// examine compares kernel and operators in a precision.
func (s *step) examine(in Precision) string {
	if in == Single {
		return examine[float32](s)
	}
	return examine[float64](s)
}

// examine runs kernel and operators on all examples.
func examine[T kernel.Float](s *step) (reason string) {
	defer func() {
		if r := recover(); r != nil {
			reason = fmt.Sprintf("%s: examining it: %v", s.kernel, r)
		}
	}()
	rewind := func() {}
	if s.borrow != nil { // kernel and operators draw the same random numbers, and leave those of runs alone
		again, restore := s.borrow()
		rewind = func() { again(1) }
		defer restore()
	}
	b := inExamples[T](s)
	call := callOf(s, b)
	rng := rand.New(rand.NewPCG(1, 2))
	rounds := 1
	if s.elementwise && len(b.out[0].data) == 1 {
		rounds = 32 // scalars get several, so that hard values meet
	}
	for _, e := range s.examples() {
		for range rounds {
			draw(s, rng, e, b)
			rewind()
			want, err := evaluate(s, b.shape, b.in)
			if err != nil {
				return fmt.Sprintf("%s: no reference: %v", s.kernel, err)
			}
			given := copies(b.in)
			rewind()
			call()
			if difference := judge(s, b, want, given); difference != "" {
				return fmt.Sprintf("%s: for %s %s", s.kernel, e.name, difference)
			}
		}
	}
	return examineInPlace[T](s, rng, rewind)
}

// examineInPlace runs an entry-by-entry kernel with its first result in the place of
// each operand of its size.
func examineInPlace[T kernel.Float](s *step, rng *rand.Rand, rewind func()) string {
	if !s.elementwise {
		return ""
	}
	for i := range s.args {
		b := inExamples[T](s)
		if len(b.in[i].data) != len(b.out[0].data) {
			continue
		}
		draw(s, rng, s.examples()[0], b)
		rewind()
		want, err := evaluate(s, b.shape, b.in)
		if err != nil {
			return fmt.Sprintf("%s: no reference: %v", s.kernel, err)
		}
		b.out[0] = b.in[i]
		rewind()
		callOf(s, b)()
		if difference := judge(s, b, want, nil); difference != "" {
			return fmt.Sprintf("%s: in the place of operand %d %s", s.kernel, i, difference)
		}
	}
	return ""
}

// judge returns "" if the results in b are what is wanted and the operands are what
// was given, if that is known; else what differs.
func judge[T kernel.Float](s *step, b binding[T], want map[*node][]float64, given [][]float64) string {
	for i := range given {
		if difference := differ(b.in[i].data, given[i], exactly); difference != "" {
			return fmt.Sprintf("operand %d is overwritten: %s", i, difference)
		}
	}
	for i, out := range b.out {
		wanted := want[s.outs[i]]
		if difference := differ(out.data, wanted, tolerated[T](s, wanted)); difference != "" {
			return difference
		}
	}
	return ""
}

// copies are the values in the buffers as they are now.
func copies[T kernel.Float](buffers []*buffer[T]) [][]float64 {
	values := make([][]float64, len(buffers))
	for i, b := range buffers {
		values[i] = converted[float64](b.data)
	}
	return values
}
