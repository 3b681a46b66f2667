package layer

import (
	"actscope/internal/npz"
	"fmt"
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
				{Name: "x", Aliases: "input inputs a_prev"}, {Name: "w", Aliases: "weight weights filter filters kernel"}, {Name: "b", Aliases: "bias", Optional: true, Usual: true},
				{Name: "dout", Aliases: "dz dy grad_out grad_output doutput upstream", Constant: true},
			},
			Mistakes: []Mistake{
				{ID: "filter-turned", Text: "dx is made with filters that are turned the wrong way", Should: "dx[i·stride + k] += w[k] dout[i]"},
			},
			variants: channels, build: convolve,
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
		s.fail("%s is %s, wanted samples, channels, height, width", name, npz.Shape(s.given.Arrays[name].Shape))
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
		s.fail("dout is %s, which no stride and padding makes of x, %s; with %s the output has %d×%d pixels; a padding is that of all four sides: pad x itself where they differ", npz.Shape(s.given.Arrays["dout"].Shape), npz.Shape(s.given.Arrays["x"].Shape), words(candidates[0]), h, v)
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
		s.fail("w is %s, wanted filters, channels, height, width", npz.Shape(shape))
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
