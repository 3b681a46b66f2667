package kernel

import "math"

// Windows are the places that a window takes on images, which are batches × channels × height
// × width: it begins above and left of an image, in its padding, and moves in strides.
type Windows struct {
	Channels, Height, Width   int // of an image
	Rows, Columns             int // of places
	KernelHeight, KernelWidth int
	Top, Left                 int // of padding
	StrideY, StrideX          int
	DilationY, DilationX      int // distance of what a window sees
}

// Unfold writes what the windows see: for each place a row of channels × kernel height ×
// kernel width, 0 in the padding.
func Unfold[T Float](dst, images []T, w Windows) {
	size := w.Channels * w.Height * w.Width
	at := 0
	for from := 0; from < len(images); from += size {
		image := images[from : from+size]
		for y := range w.Rows {
			for x := range w.Columns {
				left := x*w.StrideX - w.Left
				inside := left >= 0 && left+(w.KernelWidth-1)*w.DilationX < w.Width
				for c := range w.Channels {
					for i := range w.KernelHeight {
						out := dst[at : at+w.KernelWidth]
						at += w.KernelWidth
						row := y*w.StrideY - w.Top + i*w.DilationY
						if row < 0 || row >= w.Height {
							clear(out)
							continue
						}
						line := image[(c*w.Height+row)*w.Width:][:w.Width]
						if inside && w.DilationX == 1 {
							for j, v := range line[left : left+len(out)] {
								out[j] = v
							}
							continue
						}
						for j := range out {
							if column := left + j*w.DilationX; column >= 0 && column < w.Width {
								out[j] = line[column]
							} else {
								out[j] = 0
							}
						}
					}
				}
			}
		}
	}
}

// Fold adds up, for each entry of the images, what windows have there: it takes a gradient
// back through [Unfold].
func Fold[T Float](images, seen []T, w Windows) {
	clear(images)
	size := w.Channels * w.Height * w.Width
	at := 0
	for from := 0; from < len(images); from += size {
		image := images[from : from+size]
		for y := range w.Rows {
			for x := range w.Columns {
				left := x*w.StrideX - w.Left
				inside := left >= 0 && left+(w.KernelWidth-1)*w.DilationX < w.Width
				for c := range w.Channels {
					for i := range w.KernelHeight {
						in := seen[at : at+w.KernelWidth]
						at += w.KernelWidth
						row := y*w.StrideY - w.Top + i*w.DilationY
						if row < 0 || row >= w.Height {
							continue
						}
						line := image[(c*w.Height+row)*w.Width:][:w.Width]
						if inside && w.DilationX == 1 {
							line = line[left : left+len(in)]
							for j, v := range in {
								line[j] += v
							}
							continue
						}
						for j, v := range in {
							if column := left + j*w.DilationX; column >= 0 && column < w.Width {
								line[column] += v
							}
						}
					}
				}
			}
		}
	}
}

// leading is the entry of an image's channel that is the largest in the window at a place, the
// first of equals, and it; -1 and the least number where nothing is larger. The windows may be
// pairs.
func leading[T Float](channel []T, w *Windows, pairs bool, y, x int, least T) (int, T) {
	if pairs {
		upper := 2 * (y*w.Width + x)
		lead, most := leadingOfPairs((*[2]T)(channel[upper:]), (*[2]T)(channel[upper+w.Width:]), least)
		if lead >= 0 {
			lead = upper + lead>>1*w.Width + lead&1
		}
		return lead, most
	}
	top, left := y*w.StrideY-w.Top, x*w.StrideX-w.Left
	bottom, right := min(top+w.KernelHeight, w.Height), min(left+w.KernelWidth, w.Width)
	top, left = max(top, 0), max(left, 0)
	lead, most := -1, least
	for row := top; row < bottom; row++ {
		for column := left; column < right; column++ {
			if v := channel[row*w.Width+column]; v > most {
				lead, most = row*w.Width+column, v
			}
		}
	}
	return lead, most
}

func least[T Float]() T {
	if _, single := any(T(0)).(float32); single {
		return T(-math.MaxFloat32)
	}
	x := -math.MaxFloat64
	return T(x)
}

// Pool writes the largest entry that each window sees in each channel.
func Pool[T Float](dst, images []T, w Windows) {
	size, places, least, loops, pairs := w.Height*w.Width, w.Rows*w.Columns, least[T](), pairLoops[T](&w), w.pairs()
	for ; len(images) > 0; dst, images = dst[places:], images[size:] {
		channel := images[:size]
		if loops != nil {
			loops.pool(dst, channel, &w)
			continue
		}
		at := 0
		for y := range w.Rows {
			for x := range w.Columns {
				_, dst[at] = leading(channel, &w, pairs, y, x, least)
				at++
			}
		}
	}
}

// PoolAdjoint takes the gradient g with respect to the result of [Pool] back to the images:
// to the entry that led each window. Where none did, as of NaN only, it is NaN.
func PoolAdjoint[T Float](dst, images, g []T, w Windows) {
	size, places, least, loops, pairs := w.Height*w.Width, w.Rows*w.Columns, least[T](), pairLoops[T](&w), w.pairs()
	for ; len(images) > 0; dst, images, g = dst[size:], images[size:], g[places:] {
		channel, slope := images[:size], dst[:size]
		if loops != nil && loops.poolAdjoint(slope, channel, g, &w) {
			continue
		}
		clear(slope)
		at := 0
		for y := range w.Rows {
			for x := range w.Columns {
				if lead, _ := leading(channel, &w, pairs, y, x, least); lead >= 0 {
					slope[lead] += g[at]
				} else {
					slope[0] = T(math.NaN())
				}
				at++
			}
		}
	}
}
