package machine

import (
	"fmt"
	"reflect"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// Gorgonia's convolution is a matrix product: of windows of images as rows (unfold), and
// filters as rows. Its gradients are two more.

// windowRows recognises the rows that windows of images are: unfold, reshaped.
func windowRows(n *node) (unfolded *node, ok bool) {
	if n.operator.class != reshape || n.isConstant() {
		return nil, false
	}
	unfolded = n.in[0]
	return unfolded, unfolded.operator.class == unfold && len(unfolded.shape) == 4 && len(unfolded.in[0].shape) == 4 &&
		slices.Equal(n.shape, tensor.Shape{extents(unfolded.shape[:3]), unfolded.shape[3]})
}

// filterRows recognises the rows that filters are: weights of four axes, reshaped.
func filterRows(n *node) (weights *node, ok bool) {
	if n.operator.class != reshape || n.isConstant() {
		return nil, false
	}
	weights = n.in[0]
	return weights, len(weights.shape) == 4 && slices.Equal(n.shape, tensor.Shape{weights.shape[0], extents(weights.shape[1:])})
}

// slopeRows recognises the gradient of a convolution's result as rows: images whose channels
// come last, reshaped. The gradient has to be mostly zeros.
func slopeRows(n *node) (last, gradient *node, ok bool) {
	if n.operator.class != reshape || n.isConstant() {
		return nil, nil, false
	}
	last = n.in[0]
	if last.operator.class != transpose || !slices.Equal(last.operator.axes, []int{0, 2, 3, 1}) ||
		!slices.Equal(n.shape, tensor.Shape{extents(last.shape[:3]), last.shape[3]}) {
		return nil, nil, false
	}
	return last, last.in[0], last.in[0].mostlyZero()
}

// mostlyZero reports whether at most a third of n can be other than 0, because n comes from a
// max pooling whose windows are that few.
func (n *node) mostlyZero() bool {
	switch {
	case n.operator.class == poolSlope && len(n.in) == 3:
		return 3*n.in[2].size <= n.size
	case n.operator.class == reshape, n.operator.class == dropoutSlope && len(n.in) == 3:
		return n.in[len(n.in)-1].mostlyZero()
	case n.is(binary, "⊙"):
		return n.in[0].mostlyZero() || n.in[1].mostlyZero()
	}
	return false
}

// fuseConvolution recognises a convolution, whose result has its channels brought to the front.
func fuseConvolution(n *node) *step {
	if n.operator.class != transpose || !slices.Equal(n.operator.axes, []int{0, 3, 1, 2}) {
		return nil
	}
	placed := n.in[0]
	if placed.operator.class != reshape || !placed.private() {
		return nil
	}
	multiply := placed.in[0]
	if !multiply.is(product, "A × Bᵀ") || !multiply.private() {
		return nil
	}
	unfolded, ok := windowRows(multiply.in[0])
	weights, filtered := filterRows(multiply.in[1])
	if !ok || !filtered || !slices.Equal(placed.shape, append(slices.Clone(unfolded.shape[:3]), weights.shape[0])) {
		return nil
	}
	s := convolutionStep("convolution", n, unfolded.in[0], weights, unfolded, multiply.in[0], multiply.in[1], multiply, placed, n)
	s.batch, s.single = n.shape[0], []*node{weights, multiply.in[1]}
	s.calls = calls{bindConvolution[float64](unfolded, n.shape[1]), bindConvolution[float32](unfolded, n.shape[1])}
	return s
}

// fuseImageSlope recognises what takes a gradient back through a convolution to the images.
func fuseImageSlope(n *node) *step {
	if n.operator.class != foldBack || len(n.shape) != 4 || !n.in[0].private() || n.in[0].operator.class != reshape {
		return nil
	}
	places := n.in[0]
	multiply := places.in[0]
	if !multiply.is(product, "A × B") || !multiply.private() {
		return nil
	}
	last, gradient, ok := slopeRows(multiply.in[0])
	weights, filtered := filterRows(multiply.in[1])
	if !ok || !filtered || weights.shape[1] != n.shape[1] || !slices.Equal(weights.shape[2:], n.operator.axes[:2]) ||
		!slices.Equal(places.shape, append(slices.Clone(last.shape[:3]), multiply.shape[1])) {
		return nil
	}
	s := convolutionStep(fmt.Sprint("convolution slope to images", n.operator.axes[6:]), n, gradient, weights, last, multiply.in[0], multiply.in[1], multiply, places, n)
	s.batch, s.single = n.shape[0], []*node{weights, multiply.in[1]}
	s.calls = calls{bindImageSlope[float64](n, weights.shape[0]), bindImageSlope[float32](n, weights.shape[0])}
	return s
}

// fuseWeightSlope recognises what takes a gradient back through a convolution to the weights.
func fuseWeightSlope(n *node) *step {
	if !n.is(product, "Aᵀ × B") {
		return nil
	}
	last, gradient, ok := slopeRows(n.in[0])
	unfolded, windows := windowRows(n.in[1])
	if !ok || !windows || !slices.Equal(last.shape[:3], unfolded.shape[:3]) {
		return nil
	}
	s := convolutionStep("convolution slope to weights", n, gradient, unfolded.in[0], last, n.in[0], unfolded, n.in[1], n)
	s.batch, s.single = gradient.shape[0], []*node{n}
	s.calls = calls{bindWeightSlope[float64](unfolded, n.shape[0]), bindWeightSlope[float32](unfolded, n.shape[0])}
	return s
}

// forImages is what the operator of foldBack is for another number of images, which is stored in
// it; nil if it is not as expected.
func forImages(op gorgonia.Op, batch int) gorgonia.Op {
	other := reflect.New(reflect.TypeOf(op)).Elem()
	if other.Kind() != reflect.Struct {
		return nil
	}
	other.Set(reflect.ValueOf(op))
	images := other.FieldByName("unpaddedB")
	if images.Kind() != reflect.Int {
		return nil
	}
	*(*int)(images.Addr().UnsafePointer()) = batch
	return other.Interface().(gorgonia.Op)
}

func convolutionStep(name string, n, a, b *node, covers ...*node) *step {
	return &step{kernel: name, outs: []*node{n}, args: []operand{{node: a}, {node: b}}, covers: covers, convolution: true}
}

func bindConvolution[T kernel.Float](unfolded *node, filters int) func(binding[T]) func() {
	return func(b binding[T]) func() {
		batch, w := b.shape(unfolded)[0], convolvedBy(unfolded, b.shape)
		image, result := w.Channels*w.Height*w.Width, filters*w.Rows*w.Columns
		var parts []*kernel.Convolution[T]
		for range partsOf(batch, batch*result*b.shape(unfolded)[3]) {
			parts = append(parts, kernel.NewConvolution[T](w, filters))
		}
		dst, images, weights := b.out[0], b.in[0], b.in[1]
		return callInParts(len(parts), batch, func(part, from, to int) {
			parts[part].Run(dst.data[from*result:to*result], images.data[from*image:to*image], weights.data)
		})
	}
}

func bindImageSlope[T kernel.Float](n *node, filters int) func(binding[T]) func() {
	return func(b binding[T]) func() {
		places, batch := b.shape(n.in[0]), b.shape(n)[0]
		w := windowsOf(n, b.shape(n), places[1], places[2])
		image, result := w.Channels*w.Height*w.Width, filters*w.Rows*w.Columns
		parts := adjoints[T](w, filters, partsOf(batch, batch*result*places[3]))
		dst, g, weights := b.out[0], b.in[0], b.in[1]
		return callInParts(len(parts), batch, func(part, from, to int) {
			parts[part].ToImages(dst.data[from*image:to*image], g.data[from*result:to*result], weights.data)
		})
	}
}

func bindWeightSlope[T kernel.Float](unfolded *node, filters int) func(binding[T]) func() {
	return func(b binding[T]) func() {
		w := convolvedBy(unfolded, b.shape)
		parts := adjoints[T](w, filters, partsOf(filters, filters*extents(b.shape(unfolded))))
		dst, g, images := b.out[0], b.in[0], b.in[1]
		return callInParts(len(parts), filters, func(part, from, to int) {
			parts[part].ToWeights(dst.data, g.data, images.data, from, to)
		})
	}
}

// convolvedBy are the windows of a convolution whose windows of images are unfolded.
func convolvedBy(unfolded *node, shape func(*node) tensor.Shape) kernel.Windows {
	places := shape(unfolded)
	return windowsOf(unfolded, shape(unfolded.in[0]), places[1], places[2])
}

func adjoints[T kernel.Float](w kernel.Windows, filters, parts int) (all []*kernel.ConvolutionAdjoint[T]) {
	for range parts {
		all = append(all, kernel.NewConvolutionAdjoint[T](w, filters))
	}
	return all
}
