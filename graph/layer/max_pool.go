package layer

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func init() {
	register(
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
