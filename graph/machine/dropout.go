package machine

import (
	"fmt"
	"math/rand"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	rng "github.com/leesper/go_rng"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// dropout is what the operator of a dropout holds. It keeps an entry where a number from its
// generator, one for each entry in turn, is below the probability of keeping.
type dropout struct {
	probability float64 // of dropping
	training    reflect.Value
	lock        *sync.Mutex // of the generator
	generator   *rand.Rand
}

// generatorOf is the generator that the function which Gorgonia's dropout draws from holds,
// nil unless that is the function that this package knows: one that captures nothing else.
func generatorOf(function *func() float64, name string) *rng.UniformGenerator {
	closure := *(**struct {
		code      uintptr
		generator *rng.UniformGenerator
	})(unsafe.Pointer(function))
	if closure == nil || runtime.FuncForPC(closure.code).Name() != name {
		return nil
	}
	return closure.generator
}

// closuresHoldGenerators reports whether this compiler puts a generator where generatorOf looks.
var closuresHoldGenerators = sync.OnceValue(func() bool {
	generator := rng.NewUniformGenerator(1)
	draw := func() float64 { return generator.Float64Range(0, 1) }
	name := runtime.FuncForPC(reflect.ValueOf(draw).Pointer()).Name()
	return generatorOf(&draw, name) == generator
})

// dropoutOf looks into an operator; ok is false if it is not as expected.
func dropoutOf(op gorgonia.Op) (d dropout, ok bool) {
	v := reflect.ValueOf(op)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct || !closuresHoldGenerators() {
		return d, false
	}
	probability, training, draw := v.Elem().FieldByName("probability"), v.Elem().FieldByName("isTraining"), v.Elem().FieldByName("rndGen")
	if probability.Kind() != reflect.Float64 || training.Kind() != reflect.Bool || draw.Kind() != reflect.Func ||
		!draw.Type().ConvertibleTo(reflect.TypeFor[func() float64]()) {
		return d, false
	}
	generator := generatorOf((*func() float64)(draw.Addr().UnsafePointer()), "gorgonia.org/gorgonia.Dropout.func1")
	if generator == nil {
		return d, false
	}
	lock, source := reflect.ValueOf(generator).Elem().FieldByName("mu"), reflect.ValueOf(generator).Elem().FieldByName("rd")
	if !lock.IsValid() || lock.Type() != reflect.TypeFor[*sync.Mutex]() || !source.IsValid() || source.Type() != reflect.TypeFor[*rand.Rand]() {
		return d, false
	}
	return dropout{probability.Float(), training, (*sync.Mutex)(lock.UnsafePointer()), (*rand.Rand)(source.UnsafePointer())}, true
}

// dropoutStep is the step of Gorgonia's dropout: the numbers are those that it would draw itself,
// without a lock for each.
func dropoutStep(n *node) *step {
	d, ok := dropoutOf(n.source.Op())
	if !ok || !d.training.Bool() || len(n.in) != 1 || n.in[0].size != n.size || n.shape.IsScalar() {
		return nil
	}
	s := elementwiseStep(fmt.Sprint("dropout ", d.probability), n, []operand{{node: n.in[0]}}, []*node{n}, entrywise{keep[float64](d, n), keep[float32](d, n)})
	s.borrow = func() (rewind func(seed int64), restore func()) {
		set := func(to rand.Rand) {
			d.lock.Lock()
			defer d.lock.Unlock()
			*d.generator = to
		}
		own := *d.generator
		return func(seed int64) { set(*rand.New(rand.NewSource(seed))) }, func() { set(own) }
	}
	return s
}

// keep is the kernel of a dropout.
func keep[T kernel.Float](d dropout, n *node) func(dst []T, src []*buffer[T]) {
	keeping := 1 - d.probability
	kept := func(f float64) bool { return f < keeping }
	if n.dtype == tensor.Float32 {
		keeping = float64(float32(keeping))
		kept = func(f float64) bool { return float64(float32(f)) < keeping }
	}
	limit, mask := keptBelow(kept), make([]T, 256)
	return func(dst []T, src []*buffer[T]) {
		x := src[0].data[:len(dst)]
		if d.probability == 0 || !d.training.Bool() {
			copy(dst, x)
			return
		}
		d.lock.Lock()
		defer d.lock.Unlock()
		source := sourceOf(d.generator)
		for len(dst) > 0 {
			part := mask[:min(len(mask), len(dst))]
			if source != nil {
				mark(source, part, limit)
			} else {
				for i := range part {
					part[i] = 0
					if kept(d.generator.Float64()) {
						part[i] = 1
					}
				}
			}
			kernel.KeptQuotient(dst[:len(part)], x, part, T(keeping))
			dst, x = dst[len(part):], x[len(part):]
		}
	}
}

// dropoutSlopeStep is the step of what takes a gradient back through Gorgonia's dropout: where
// the result is not 0 it divides by the probability, which the operator's name tells to six
// places. (That is the probability of dropping, though dropout divides by that of keeping.)
func dropoutSlopeStep(n *node) *step {
	digits := strings.TrimSuffix(strings.TrimPrefix(n.operator.name, "dropoutDiffOp("), ")")
	p, err := strconv.ParseFloat(digits, 64)
	if err != nil || p <= 0 || len(n.in) != 3 {
		return nil
	}
	var args []operand
	for _, arg := range n.in {
		if arg.size != n.size {
			return nil
		}
		args = append(args, operand{node: arg})
	}
	return elementwiseStep("dropout slope", n, args, []*node{n}, entrywise{scaleKept(p), scaleKept(float32(p))})
}

func scaleKept[T kernel.Float](p T) func(dst []T, src []*buffer[T]) {
	return func(dst []T, src []*buffer[T]) { kernel.KeptQuotient(dst, src[2].data, src[1].data, p) }
}
