package machine

import (
	"fmt"

	"actscope/graph/machine/kernel"
)

// windowsOf are the windows of a convolution or a pooling on images of a shape, seen from
// rows × columns places; numbers are as the operator's name has them.
func windowsOf(n *node, images []int, rows, columns int) kernel.Windows {
	k := n.operator.axes
	w := kernel.Windows{
		Channels: images[1], Height: images[2], Width: images[3], Rows: rows, Columns: columns,
		KernelHeight: k[0], KernelWidth: k[1], Top: k[2], Left: k[3], StrideY: k[4], StrideX: k[5],
		DilationY: 1, DilationX: 1,
	}
	if len(k) == 8 {
		w.DilationY, w.DilationX = k[6], k[7]
	}
	return w
}

// windowStep is the step of an operator that looks at images through windows.
func windowStep(n *node) *step {
	s := &step{outs: []*node{n}, args: []operand{{node: n.in[0]}}, covers: []*node{n}, fidelity: exact, windowed: true, batched: true}
	images, places := n.in[0], n.shape
	switch {
	case len(n.shape) != 4 || len(n.in[0].shape) != 4:
		return nil
	case n.operator.class == unfold:
		s.kernel, s.calls = "unfold", calls{bindWindows(n, kernel.Unfold[float64]), bindWindows(n, kernel.Unfold[float32])}
		if n.shape[3] != n.in[0].shape[1]*n.operator.axes[0]*n.operator.axes[1] {
			return nil
		}
		places = n.shape[:3]
	case n.operator.class == foldBack:
		seen := n.in[0].shape
		if seen[3] != n.shape[1]*n.operator.axes[0]*n.operator.axes[1] {
			return nil
		}
		s.kernel = fmt.Sprint("fold", n.operator.axes[6:])
		s.calls = calls{bindFold(n, kernel.Fold[float64]), bindFold(n, kernel.Fold[float32])}
		return s
	case n.operator.class == pool:
		s.kernel, s.calls = "max pooling", calls{bindWindows(n, kernel.Pool[float64]), bindWindows(n, kernel.Pool[float32])}
	case n.operator.class == poolSlope:
		// The operator reads what its forward twin left in it, so that one comes first.
		forward := n.in[1]
		if forward.operator.class != pool || forward.in[0] != images {
			return nil
		}
		s.kernel = "max pooling slope"
		s.args = []operand{{node: images, finite: true}, {node: n.in[2]}}
		s.covers = []*node{forward, n}
		s.calls = calls{bindPoolSlope[float64](n), bindPoolSlope[float32](n)}
		return s
	}
	if places[0] != images.shape[0] {
		return nil
	}
	return s
}

func bindWindows[T kernel.Float](n *node, run func(dst, images []T, w kernel.Windows)) func(binding[T]) func() {
	return func(b binding[T]) func() {
		images, places := b.shape(n.in[0]), b.shape(n)
		w := windowsOf(n, images, places[2], places[3])
		if n.operator.class == unfold {
			w = windowsOf(n, images, places[1], places[2])
		}
		dst, src := b.out[0], b.in[0]
		return func() { run(dst.data, src.data, w) }
	}
}

func bindFold[T kernel.Float](n *node, run func(images, seen []T, w kernel.Windows)) func(binding[T]) func() {
	return func(b binding[T]) func() {
		places := b.shape(n.in[0])
		w := windowsOf(n, b.shape(n), places[1], places[2])
		dst, src := b.out[0], b.in[0]
		return func() { run(dst.data, src.data, w) }
	}
}

func bindPoolSlope[T kernel.Float](n *node) func(binding[T]) func() {
	return func(b binding[T]) func() {
		places := b.shape(n.in[2])
		w := windowsOf(n, b.shape(n), places[2], places[3])
		dst, images, g := b.out[0], b.in[0], b.in[1]
		return func() { kernel.PoolAdjoint(dst.data, images.data, g.data, w) }
	}
}
