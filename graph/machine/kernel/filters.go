package kernel

import "unsafe"

// filterBank computes a [Convolution] by vectors of neighbouring filters. Windows are read where
// they lie, in images with their padding: every entry of a window has the same distance from
// where the window begins, wherever that is.
type filterBank[T Float] struct {
	windows       Windows
	filters       int
	height, width int     // of a padded image
	padded        []T     // one image with its padding, empty if it has none
	from, seen    []int32 // where the window at each place begins, and how far its entries are from there
	panels        []filterPanel[T]
	weights       []T // panel after panel, a row for each entry of a window
	results       []T // of a panel at some places
}

// filterPanel is some neighbouring filters, from the first on, in as many columns as fill
// vectors, and the kernel for them.
type filterPanel[T Float] struct {
	first, filters, columns int
	multiply                filterKernel[T]
}

type filterKernel[T Float] func(places, inner int, image *T, from, seen *int32, weights, dst *T, resume int)

const (
	placesTogether = 48  // whose results wait to be transposed, a multiple of what kernels take together
	deepest        = 256 // so many rows of the weights stay in the first-level cache
)

// worthFilters reports whether a filterBank is faster than a product with unfolded windows: its
// results have to be transposed.
func worthFilters[T Float](w *Windows, filters int) bool {
	return w.seen() >= 24 && filters >= lanes[T]()
}

func newFilterBank[T Float](w Windows, filters int) *filterBank[T] {
	b := &filterBank[T]{windows: w, filters: filters, panels: filterPanels[T](filters)}
	b.height, b.width = w.padded()
	if b.height != w.Height || b.width != w.Width {
		b.padded = make([]T, w.Channels*b.height*b.width)
	}
	for y := range w.Rows {
		for x := range w.Columns {
			b.from = append(b.from, int32(y*w.StrideY*b.width+x*w.StrideX))
		}
	}
	for c := range w.Channels {
		for i := range w.KernelHeight {
			for j := range w.KernelWidth {
				b.seen = append(b.seen, int32((c*b.height+i*w.DilationY)*b.width+j*w.DilationX))
			}
		}
	}
	last := b.panels[len(b.panels)-1]
	b.weights = make([]T, (last.first+last.columns)*len(b.seen))
	b.results = make([]T, placesTogether*b.panels[0].columns)
	return b
}

// padded is the size of images with what windows see around them.
func (w *Windows) padded() (height, width int) {
	return max(w.Top+w.Height, (w.Rows-1)*w.StrideY+(w.KernelHeight-1)*w.DilationY+1),
		max(w.Left+w.Width, (w.Columns-1)*w.StrideX+(w.KernelWidth-1)*w.DilationX+1)
}

func (b *filterBank[T]) run(dst, images, weights []T) {
	inner := len(b.seen)
	for i := range b.panels {
		p := &b.panels[i]
		transposeInto(b.weights[p.first*inner:], p.columns, weights[p.first*inner:], inner, p.filters, inner)
	}
	w := &b.windows
	size, result := w.Channels*w.Height*w.Width, b.filters*len(b.from)
	for ; len(images) > 0; dst, images = dst[result:], images[size:] {
		image := images[:size]
		if len(b.padded) > 0 {
			b.pad(image)
			image = b.padded
		}
		for i := range b.panels {
			b.multiply(&b.panels[i], dst, image)
		}
	}
}

// pad copies an image into its padding, which stays 0.
func (b *filterBank[T]) pad(image []T) {
	w := &b.windows
	for c := range w.Channels {
		for y := range w.Height {
			copy(b.padded[(c*b.height+w.Top+y)*b.width+w.Left:][:w.Width], image[(c*w.Height+y)*w.Width:])
		}
	}
}

// multiply computes what the filters of a panel make of an image.
func (b *filterBank[T]) multiply(p *filterPanel[T], dst, image []T) {
	places, inner := len(b.from), len(b.seen)
	results := unsafe.SliceData(b.results)
	for first := 0; first < places; first += placesTogether {
		together := min(placesTogether, places-first)
		for k := 0; k < inner; k += deepest {
			p.multiply(together, min(deepest, inner-k), unsafe.SliceData(image), &b.from[first], &b.seen[k], &b.weights[p.first*inner+k*p.columns], results, k)
		}
		transposeInto(dst[p.first*places+first:], places, b.results, p.columns, together, p.filters)
	}
}
