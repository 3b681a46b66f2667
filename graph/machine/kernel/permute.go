package kernel

// Permutation is a change of the order of an array's axes.
type Permutation struct {
	shape, strides []int // of the result; strides are those of its source
	batches        int   // matrices to transpose, where that is all; else 0
	columns        int   // of each, in the source
}

// Permute plans to make axis i of the result of axis axes[i] of a source of a shape.
func Permute(shape, axes []int) Permutation {
	strides := make([]int, len(shape))
	for i, stride := len(shape)-1, 1; i >= 0; i-- {
		strides[i] = stride
		stride *= shape[i]
	}
	var p Permutation
	for i, axis := range axes {
		last := len(p.shape) - 1
		if i > 0 && axes[i-1]+1 == axis { // neighbours stay neighbours: one axis
			p.shape[last] *= shape[axis]
			p.strides[last] = strides[axis]
			continue
		}
		p.shape, p.strides = append(p.shape, shape[axis]), append(p.strides, strides[axis])
	}
	switch n := len(p.shape); {
	case n == 2 && p.strides[0] == 1:
		p.batches, p.columns = 1, p.shape[0]
	case n == 3 && p.strides[1] == 1 && p.strides[0] == p.shape[1]*p.shape[2]:
		p.batches, p.columns = p.shape[0], p.shape[1]
	}
	return p
}

// Permuted permutes src into dst, which is other memory.
func Permuted[T Float](p Permutation, dst, src []T) {
	if p.batches > 0 {
		size := len(src) / p.batches
		for from := 0; from < len(src); from += size {
			Transpose(dst[from:from+size], src[from:from+size], p.columns)
		}
		return
	}
	index := make([]int, 0, 8)
	index = append(index, p.shape...)
	for i := range index {
		index[i] = 0
	}
	last := len(p.shape) - 1
	width, stride := p.shape[last], p.strides[last]
	at := 0
	for from := 0; from < len(dst); from += width {
		for j, k := 0, at; j < width; j, k = j+1, k+stride {
			dst[from+j] = src[k]
		}
		for axis := last - 1; axis >= 0; axis-- {
			index[axis]++
			if at += p.strides[axis]; index[axis] < p.shape[axis] {
				break
			}
			at -= p.strides[axis] * index[axis]
			index[axis] = 0
		}
	}
}
