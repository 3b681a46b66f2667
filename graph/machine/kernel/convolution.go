package kernel

// Convolution computes what filters make of images: for each filter and place the sum of what
// the window sees there times the filter's weights, which are channels × kernel height ×
// kernel width. It has memory of its own, for one goroutine at a time.
type Convolution[T Float] struct {
	run func(dst, images, weights []T)
}

// NewConvolution makes the memory that convolutions need.
func NewConvolution[T Float](w Windows, filters int) *Convolution[T] {
	if vectors && worthFilters[T](&w, filters) {
		return &Convolution[T]{newFilterBank[T](w, filters).run}
	}
	return &Convolution[T]{newUnfolding[T](w, filters).run}
}

// Run computes dst, which is batches × filters × rows × columns.
func (c *Convolution[T]) Run(dst, images, weights []T) { c.run(dst, images, weights) }

// seen is how many entries a window sees.
func (w *Windows) seen() int { return w.Channels * w.KernelHeight * w.KernelWidth }

// unfolding computes a [Convolution] as a product of matrices for each image.
type unfolding[T Float] struct {
	windows  Windows
	product  *Product[T] // of the weights with what the windows see of one image
	unfolded []T         // that
	size     int         // of a result
}

func newUnfolding[T Float](w Windows, filters int) *unfolding[T] {
	places := w.Rows * w.Columns
	return &unfolding[T]{
		windows: w, size: filters * places,
		product:  NewProduct[T](Multiply(filters, w.seen(), places, false, false)),
		unfolded: make([]T, w.seen()*places),
	}
}

func (u *unfolding[T]) run(dst, images, weights []T) {
	size := u.windows.Channels * u.windows.Height * u.windows.Width
	for ; len(images) > 0; dst, images = dst[u.size:], images[size:] {
		unfoldAcross(u.unfolded, images[:size], &u.windows)
		u.product.Run(dst[:u.size], weights, u.unfolded, nil)
	}
}

// unfoldAcross writes the transpose of what [Unfold] does of one image: a row for each entry
// of a window, a column for each place.
func unfoldAcross[T Float](dst, image []T, w *Windows) {
	for ; len(image) > 0; image = image[w.Height*w.Width:] {
		for i := range w.KernelHeight {
			for j := range w.KernelWidth {
				shift := j*w.DilationX - w.Left
				first := min(max(0, (w.StrideX-1-shift)/w.StrideX), w.Columns) // what lies inside the image
				end := max(first, min(w.Columns, (w.Width-1-shift+w.StrideX)/w.StrideX))
				for y := range w.Rows {
					line := dst[:w.Columns]
					dst = dst[w.Columns:]
					row := y*w.StrideY - w.Top + i*w.DilationY
					if row < 0 || row >= w.Height || first == end {
						clear(line)
						continue
					}
					clear(line[:first])
					clear(line[end:])
					from := image[row*w.Width+first*w.StrideX+shift:]
					if line = line[first:end]; w.StrideX == 1 {
						copy(line, from)
						continue
					}
					for x := range line {
						line[x] = from[x*w.StrideX]
					}
				}
			}
		}
	}
}
