package layer

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func init() {
	register(
		Kind{
			Name: "conv", Usage: "out = x convolved with w, + b for each filter, by stride and zero padding",
			Inputs: []Input{
				{Name: "x", Aliases: "input inputs a_prev"}, {Name: "w", Aliases: "weight weights filter filters kernel"}, {Name: "b", Aliases: "bias", Optional: true},
				{Name: "dout", Aliases: "dz dy grad_out grad_output doutput upstream", Constant: true},
			},
			Mistakes: []Mistake{
				{ID: "filter-turned", Text: "dx is made with filters that are turned the wrong way", Should: "dx[i·stride + k] += w[k] dout[i]"},
			},
			variants: channels, build: convolve,
		},
		Kind{
			Name: "max-pool", Usage: "out = the largest of each window of x",
			Inputs: []Input{{Name: "x", Aliases: "input inputs a_prev"}, {Name: "dout", Aliases: "da dy dz grad_out grad_output doutput upstream", Constant: true}},
			Mistakes: []Mistake{
				{ID: "windows-averaged", Text: "what comes down is spread over the window evenly, as of an average pool", Should: "all of it goes to the largest entry"},
				{ID: "whole-window", Text: "every entry of the window gets what comes down", Should: "all of it goes to the largest entry"},
				{ID: "ties-all", Text: "of several largest entries each gets all that comes down", Should: "all of it goes to one of them, or a share to each"},
				{ID: "overwritten", Text: "where windows overlap, an entry has the gradient of the last alone: = where += belongs", Should: "dx[window] += (x[window] == max) dout[i, j]"},
				{ID: "upstream-missing", Text: "the largest entry gets 1: what comes down is left out", Should: "all that comes down goes to the largest entry"},
				{ID: "input-for-indicator", Text: "what comes down is multiplied by the largest entry itself", Should: "all of it, times 1, goes to the largest entry"},
			},
			variants: func(g Given) []Variant {
				return times([]Variant{{"", ""}, {"ties-share", "several largest entries of a window share what comes down"}}, channels(g))
			},
			build: maxPool,
		},
	)
}

// channels are the ways in which images may lie, with each of the windows that fit.
func channels(Given) []Variant {
	var fits []Variant
	for i := range mostFits {
		fits = append(fits, Variant{fmt.Sprintf("fit=%d", i), ""})
	}
	return times([]Variant{{"", "channels before pixels"}, {"channels-last", "channels after pixels"}}, fits)
}

// mostFits bounds the windows that are tried where the sizes leave them open.
const mostFits = 6

// images are samples of images with channels.
type images struct{ samples, channels, height, width int }

func (m images) shape() []int { return []int{m.samples, m.channels, m.height, m.width} }

// stored is the shape in which the array has them.
func (s *site) stored(m images) []int {
	if s.chose("channels-last") {
		return []int{m.samples, m.height, m.width, m.channels}
	}
	return m.shape()
}

// place is where entry i, channels before pixels, is in an array.
func (s *site) place(m images) func(i int) int {
	return func(i int) int {
		if !s.chose("channels-last") {
			return i
		}
		pixels := m.height * m.width
		n, c, at := i/pixels/m.channels, i/pixels%m.channels, i%pixels
		return (n*pixels+at)*m.channels + c
	}
}

// images are those of an array of four axes, or of three for a single sample.
func (s *site) images(name string) images {
	shape := s.given.Arrays[name].Shape
	if len(shape) == 3 {
		shape = append([]int{1}, shape...)
	}
	if len(shape) != 4 {
		s.fail("%s is %s, wanted samples, channels, height, width", name, Shape(s.given.Arrays[name].Shape))
		return images{1, 1, 1, 1}
	}
	if s.chose("channels-last") {
		return images{shape[0], shape[3], shape[1], shape[2]}
	}
	return images{shape[0], shape[1], shape[2], shape[3]}
}

// window is how a kernel moves over an image.
type window struct{ height, width, stride, pad int }

// over is the size of what comes out, 0 where it does not fit.
func (w window) over(m images) (height, width int) {
	side := func(n, k int) int {
		if n+2*w.pad < k {
			return 0
		}
		return (n+2*w.pad-k)/w.stride + 1
	}
	return side(m.height, w.height), side(m.width, w.width)
}

// fitting is the window for the sizes of x and dout, and in words the others that fit as well: what is given is kept, the rest
// is what fits, the one of the variant's number.
func (s *site) fitting(x, out images, candidates []window, words func(window) string) (chosen window, others string) {
	var fits []window
	for _, w := range candidates {
		for given, is := range map[*int]int{s.given.Stride: w.stride, s.given.Pad: w.pad} {
			if given != nil && *given != is {
				w.stride = 0
			}
		}
		if w.stride == 0 || w.pad >= max(w.height, w.width) {
			continue
		}
		if h, v := w.over(x); h == out.height && v == out.width {
			fits = append(fits, w)
		}
	}
	if len(fits) == 0 {
		h, v := candidates[0].over(x)
		s.fail("dout is %s, which no stride and padding makes of x, %s; with %s the output has %d×%d pixels; a padding is that of all four sides: pad x itself where they differ", Shape(s.given.Arrays["dout"].Shape), Shape(s.given.Arrays["x"].Shape), words(candidates[0]), h, v)
		return candidates[0], ""
	}
	n, err := strconv.Atoi(s.choice("fit="))
	if err != nil || n >= len(fits) {
		if n > 0 {
			s.fail("no more than %d windows fit", len(fits))
		}
		n = 0
	}
	var list []string
	for i, w := range fits[:min(len(fits), mostFits)] {
		if i != n {
			list = append(list, words(w))
		}
	}
	if len(list) > 0 {
		others = " (the sizes allow " + strings.Join(list, ", or ") + " as well)"
	}
	return fits[n], others
}

// mostPadding bounds the paddings that are tried.
const mostPadding = 16

// windows are all that a kernel of a size may be, the given or usual one first.
func (s *site) windows(height, width, stride int) []window {
	first := window{height, width, stride, 0}
	if s.given.Stride != nil {
		first.stride = *s.given.Stride
	}
	if s.given.Pad != nil {
		first.pad = *s.given.Pad
	}
	list := []window{first}
	for _, stride := range []int{1, 2, 3, 4} {
		for pad := range min(max(height, width), mostPadding) {
			if w := (window{height, width, stride, pad}); w != first {
				list = append(list, w)
			}
		}
	}
	return list
}

func convolve(s *site) {
	x, out := s.images("x"), s.images("dout")
	shape := s.given.Arrays["w"].Shape
	if len(shape) != 4 {
		s.fail("w is %s, wanted filters, channels, height, width", Shape(shape))
		return
	}
	filters, height, width := shape[0], shape[2], shape[3]
	at := func(i int) int { return i }
	if s.chose("channels-last") { // height, width, channels, filters
		filters, height, width = shape[3], shape[0], shape[1]
		s.want("w", height, width, x.channels, filters)
		pixels := height * width
		at = func(i int) int { return (i%pixels*x.channels+i/pixels%x.channels)*filters + i/pixels/x.channels }
	} else {
		s.want("w", filters, x.channels, height, width)
	}
	k, others := s.fitting(x, out, s.windows(height, width, 1), func(w window) string { return fmt.Sprintf("--stride %d --pad %d", w.stride, w.pad) })
	s.want("dout", s.stored(images{x.samples, filters, out.height, out.width})...)
	if s.afford(float64(len(s.given.Arrays["x"].Values)) * float64(height*width)); s.e.Err != nil {
		return
	}
	in := s.tensor("x", x.shape(), s.place(x))
	kernel := []int{filters, x.channels, height, width}
	w := s.tensor("w", kernel, at)
	conv := func(x, w *gorgonia.Node) *gorgonia.Node {
		return s.e.Combine(func(x, w *gorgonia.Node) (*gorgonia.Node, error) {
			return gorgonia.Conv2d(x, w, tensor.Shape{height, width}, []int{k.pad, k.pad}, []int{k.stride, k.stride}, []int{1, 1})
		}, x, w)
	}
	z := conv(in, w)
	if s.makes("filter-turned") {
		// w as it is given, each filter turned, without a gradient
		values, pixels := s.inputs[1].values, height*width
		turned := input{values: make([]float64, len(values))}
		for i := range values {
			turned.values[i] = values[i/pixels*pixels+pixels-1-i%pixels]
		}
		other := conv(in, s.add(turned, kernel))
		z = s.e.Add(conv(s.detach(in), w), s.e.Sub(other, s.detach(other)))
	}
	if s.has("b") {
		// b as a convolution of ones: Gorgonia's broadcasts lose axes
		s.want("b", filters)
		ones := input{values: slices.Repeat([]float64{1}, x.samples*out.height*out.width)}
		b := s.tensor("b", []int{filters, 1, 1, 1}, func(i int) int { return i })
		image := s.add(ones, []int{x.samples, 1, out.height, out.width})
		z = s.e.Add(z, s.e.Combine(func(x, b *gorgonia.Node) (*gorgonia.Node, error) {
			return gorgonia.Conv2d(x, b, tensor.Shape{1, 1}, []int{0, 0}, []int{1, 1}, []int{1, 1})
		}, image, b))
	}
	s.give("out", z, s.place(images{x.samples, filters, out.height, out.width}))
	s.understand(x.samples, "%d images of %d×%d with %d channels, %d filters of %d×%d, stride %d, padding %d%s", x.samples, x.height, x.width, x.channels, filters, height, width, k.stride, k.pad, others)
}

func maxPool(s *site) {
	x, out := s.images("x"), s.images("dout")
	s.want("dout", s.stored(images{x.samples, x.channels, out.height, out.width})...)
	var candidates []window
	sizes := []int{2, 3, 4, 5}
	if s.given.Pool != nil {
		sizes = []int{*s.given.Pool}
	}
	for _, n := range sizes {
		candidates = append(candidates, s.windows(n, n, n)[0])
	}
	for _, n := range sizes {
		for _, w := range s.windows(n, n, n) {
			if w.pad == 0 || s.given.Pad != nil {
				candidates = append(candidates, w)
			}
		}
	}
	candidates = unequal(candidates)
	k, others := s.fitting(x, out, candidates, func(w window) string {
		return fmt.Sprintf("--pool %d --stride %d", w.height, w.stride)
	})
	if s.e.Err != nil {
		return
	}
	in := s.tensor("x", x.shape(), s.place(x))
	pool := func(x *gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.MaxPool2D(x, tensor.Shape{k.height, k.width}, []int{k.pad, k.pad}, []int{k.stride, k.stride})
	}
	z := s.e.Apply(pool, in)
	for mistake, share := range map[string]float64{"windows-averaged": 1 / float64(k.height*k.width), "whole-window": 1} {
		if s.makes(mistake) {
			z = s.backAs(z, s.sumOfWindows(in, x, k, share))
		}
	}
	s.give("out", z, s.place(images{x.samples, x.channels, out.height, out.width}))
	values := s.inputs[0].values
	for _, way := range []string{"ties-all", "overwritten", "upstream-missing", "input-for-indicator"} {
		if s.makes(way) {
			s.pooledBack(values, x, out, k, way)
		}
	}
	if s.chose("ties-share") && len(s.given.Mistakes) == 0 {
		s.pooledBack(values, x, out, k, "ties-share")
	}
	s.regionOf(func(put func(int)) { largest(values, x, out, k, put) })
	s.understand(x.samples, "%d images of %d×%d with %d channels, windows of %d×%d, stride %d%s", x.samples, x.height, x.width, x.channels, k.height, k.width, k.stride, others)
}

// sumOfWindows is a convolution that adds up each channel's windows, times a share.
func (s *site) sumOfWindows(in *gorgonia.Node, x images, k window, share float64) *gorgonia.Node {
	pixels := k.height * k.width
	if s.afford(float64(len(s.given.Arrays["x"].Values)) * float64(x.channels*pixels)); s.e.Err != nil {
		return nil
	}
	sum := input{values: make([]float64, x.channels*x.channels*pixels)}
	for i := range sum.values {
		if i/pixels/x.channels == i/pixels%x.channels {
			sum.values[i] = share
		}
	}
	return s.e.Combine(func(x, w *gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.Conv2d(x, w, tensor.Shape{k.height, k.width}, []int{k.pad, k.pad}, []int{k.stride, k.stride}, []int{1, 1})
	}, in, s.add(sum, []int{x.channels, x.channels, k.height, k.width}))
}

// pooledBack is the way back as loops over windows have it, in one of the ways that treat several largest entries alike.
func (s *site) pooledBack(values []float64, x, out images, k window, way string) {
	down, place, downPlace := s.given.Arrays["dout"].Values, s.place(x), s.place(images{x.samples, x.channels, out.height, out.width})
	dx := make([]float64, len(values))
	for plane := range x.samples * x.channels {
		for i := range out.height * out.width {
			inside := k.inside(x, out, i)
			most, ties := math.Inf(-1), 0.0
			for _, at := range inside {
				most = max(most, values[plane*x.height*x.width+at])
			}
			for _, at := range inside {
				if values[plane*x.height*x.width+at] == most {
					ties++
				}
			}
			for _, at := range inside {
				from := plane*x.height*x.width + at
				to, v := place(from), 0.0
				if values[from] == most {
					v = down[downPlace(plane*out.height*out.width+i)]
				}
				switch {
				case way == "overwritten":
					dx[to] = 0
				case way == "ties-share":
					v /= ties
				case way == "upstream-missing" && values[from] == most:
					v = 1
				case way == "input-for-indicator":
					v *= values[from]
				}
				dx[to] += v
			}
		}
	}
	s.replace("x", dx)
}

// inside are the pixels of an image that window i, in C order, covers.
func (w window) inside(x, out images, i int) []int {
	var list []int
	for j := range w.height * w.width {
		r, c := i/out.width*w.stride+j/w.width-w.pad, i%out.width*w.stride+j%w.width-w.pad
		if r >= 0 && c >= 0 && r < x.height && c < x.width {
			list = append(list, r*x.width+c)
		}
	}
	return list
}

// largest puts where the largest entry of each window is.
func largest(values []float64, x, out images, k window, put func(int)) {
	for plane := range x.samples * x.channels {
		image := values[plane*x.height*x.width:][:x.height*x.width]
		for i := range out.height * out.width {
			best := -1
			for _, at := range k.inside(x, out, i) {
				if best < 0 || image[at] > image[best] {
					best = at
				}
			}
			put(best)
		}
	}
}

func unequal(list []window) []window {
	var kept []window
	for _, w := range list {
		if !slices.Contains(kept, w) {
			kept = append(kept, w)
		}
	}
	return kept
}
