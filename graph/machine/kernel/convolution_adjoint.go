package kernel

import (
	"math"
	"unsafe"
)

// ConvolutionAdjoint takes gradients with respect to the result of a [Convolution] back to its
// images and its weights. It is for gradients that are mostly 0, such as come from a pooling:
// zeros cost little, and what they are multiplied by does not matter, be it NaN. It has memory
// of its own, for one goroutine at a time.
type ConvolutionAdjoint[T Float] struct {
	windows         Windows
	filters, places int
	runs            []windowRun
	offsets         []int32 // of the window at each place, in a padded image
	width           int     // of a padded image
	padded          []T     // one image with its padding, channels last
	weights         []T     // channels last
	starts          []int32 // of the filters, among the weights
	turned          []T     // the gradient of one image, a row for each place
	factors         []T     // entries of the gradient that are not 0
	rows            []int32 // starts that they belong to, or offsets
}

// windowRun is a part of a window that lies in one piece in a padded image, and among the weights.
type windowRun struct{ image, weight, length int }

// NewConvolutionAdjoint makes the memory for gradients of a convolution.
func NewConvolutionAdjoint[T Float](w Windows, filters int) *ConvolutionAdjoint[T] {
	height, width := w.padded()
	a := &ConvolutionAdjoint[T]{
		windows: w, filters: filters, places: w.Rows * w.Columns, width: width,
		padded:  make([]T, height*width*w.Channels),
		weights: make([]T, filters*w.seen()),
	}
	for y := range w.Rows {
		for x := range w.Columns {
			a.offsets = append(a.offsets, int32((y*w.StrideY*width+x*w.StrideX)*w.Channels))
		}
	}
	pieces, length := w.KernelWidth, w.Channels
	if w.DilationX == 1 {
		pieces, length = 1, w.KernelWidth*w.Channels
	}
	for i := range w.KernelHeight {
		for j := range pieces {
			a.runs = append(a.runs, windowRun{(i*w.DilationY*width + j*w.DilationX) * w.Channels, (i*w.KernelWidth + j) * w.Channels, length})
		}
	}
	for k := range filters {
		a.starts = append(a.starts, int32(k*w.seen()))
	}
	a.turned = make([]T, a.places*filters)
	most := max(a.places, filters)
	a.factors, a.rows = make([]T, most), make([]int32, most)
	return a
}

// ToImages computes dst, the gradient with respect to the images; g is batches × filters ×
// rows × columns.
func (a *ConvolutionAdjoint[T]) ToImages(dst, g, weights []T) {
	w, seen, n := &a.windows, a.windows.seen(), a.filters
	for k := range n {
		transposeInto(a.weights[k*seen:], w.Channels, weights[k*seen:], w.KernelHeight*w.KernelWidth, w.Channels, w.KernelHeight*w.KernelWidth)
	}
	size := w.Channels * w.Height * w.Width
	for ; len(dst) > 0; dst, g = dst[size:], g[n*a.places:] {
		clear(a.padded)
		transposeInto(a.turned, n, g, a.places, n, a.places)
		for p, offset := range a.offsets {
			count := notZeros(a.factors, a.rows, a.turned[p*n:(p+1)*n], a.starts)
			if count == 0 {
				continue
			}
			for _, run := range a.runs {
				addMultiples(a.padded[int(offset)+run.image:][:run.length], a.weights[run.weight:], a.factors[:count], a.rows)
			}
		}
		for y := range w.Height {
			transposeInto(dst[y*w.Width:], w.Height*w.Width, a.padded[((y+w.Top)*a.width+w.Left)*w.Channels:], w.Channels, w.Width, w.Channels)
		}
	}
}

// ToWeights computes dst, the gradient with respect to the weights, of the filters from the
// one to before the other.
func (a *ConvolutionAdjoint[T]) ToWeights(dst, g, images []T, from, to int) {
	w, seen := &a.windows, a.windows.seen()
	clear(a.weights[from*seen : to*seen])
	clear(a.padded)
	size := w.Channels * w.Height * w.Width
	for ; len(images) > 0; images, g = images[size:], g[a.filters*a.places:] {
		for y := range w.Height {
			transposeInto(a.padded[((y+w.Top)*a.width+w.Left)*w.Channels:], w.Channels, images[y*w.Width:], w.Height*w.Width, w.Channels, w.Width)
		}
		for k := from; k < to; k++ {
			count := notZeros(a.factors, a.rows, g[k*a.places:(k+1)*a.places], a.offsets)
			for _, run := range a.runs {
				addMultiples(a.weights[k*seen+run.weight:][:run.length], a.padded[run.image:], a.factors[:count], a.rows)
			}
		}
	}
	for k := from; k < to; k++ {
		transposeInto(dst[k*seen:], w.KernelHeight*w.KernelWidth, a.weights[k*seen:], w.Channels, w.KernelHeight*w.KernelWidth, w.Channels)
	}
}

// notZeros writes the entries of x other than 0, NaN among them, and their offsets, and returns
// how many they are; values and places are as long as x.
func notZeros[T Float](values []T, places []int32, x []T, offsets []int32) int {
	count, first := 0, 0
	if l := loopsOf[T](); l != nil && len(x) >= 4 {
		first = len(x) &^ 3
		count = l.notZeros(unsafe.SliceData(values), unsafe.SliceData(places), unsafe.SliceData(x), unsafe.SliceData(offsets), first)
	}
	offsets = offsets[:len(x)]
	for i := first; i < len(x); i++ {
		values[count], places[count] = x[i], offsets[i]
		bits := math.Float64bits(float64(x[i])) << 1
		count += int((bits | -bits) >> 63) // without a branch, which nothing could foresee
	}
	return count
}

// addMultiples adds to dst each factor times the entries of b from its offset on.
func addMultiples[T Float](dst, b, factors []T, offsets []int32) {
	if l := loopsOf[T](); l != nil && len(factors) > 0 {
		offsets, columns := unsafe.SliceData(offsets[:len(factors)]), 0
		if wide && len(dst) >= 2*lanes[T]() {
			columns = len(dst) &^ (2*lanes[T]() - 1)
			l.addMultiplesWide(unsafe.SliceData(dst), unsafe.SliceData(b), columns, unsafe.SliceData(factors), offsets, len(factors))
		}
		if dst = dst[columns:]; len(dst) > 0 {
			l.addMultiples(unsafe.SliceData(dst), unsafe.SliceData(b[columns:]), len(dst), unsafe.SliceData(factors), offsets, len(factors))
		}
		return
	}
	for t, factor := range factors {
		for i, x := range b[offsets[t]:][:len(dst)] {
			dst[i] += T(factor * x)
		}
	}
}

// transposeInto writes the transpose of src, rows × columns; rows of either matrix lie as far
// apart as it says.
func transposeInto[T Float](dst []T, dstRow int, src []T, srcRow, rows, columns int) {
	if vectors && rows >= shortest && columns > 1 {
		transposeVectors(dst, dstRow, src, srcRow, rows, columns)
		return
	}
	for i := range rows {
		for j, x := range src[i*srcRow : i*srcRow+columns] {
			dst[j*dstRow+i] = x
		}
	}
}
