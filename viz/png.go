package viz

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"

	chart "github.com/wcharczuk/go-chart/v2"
)

const (
	// fineness is how many times finer than asked for a PNG is drawn, before
	// it is averaged: go-chart's coordinates are integers.
	fineness = 2
	// mostPixels limits a PNG, and with it the memory that drawing takes.
	mostPixels = 40e6
)

// WritePNG writes the figure as a PNG with scale pixels a px: 1 for a page at
// its natural size, 2 for dense screens.
func (f *Figure) WritePNG(w io.Writer, scale float64) error {
	img, err := f.image(scale)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return fmt.Errorf("viz: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

func (f *Figure) image(scale float64) (*image.RGBA, error) {
	plan, err := f.layout()
	if err != nil {
		return nil, err
	}
	if !(scale > 0) || plan.width*plan.height*scale*scale > mostPixels {
		return nil, fmt.Errorf("viz: a PNG of %.0f × %.0f px cannot be drawn at scale %v: at most %.0f million pixels", plan.width, plan.height, scale, mostPixels/1e6)
	}
	width, height := max(1, round(plan.width*scale)), max(1, round(plan.height*scale))
	r, err := chart.PNG(width*fineness, height*fineness)
	if err != nil {
		return nil, fmt.Errorf("viz: %w", err)
	}
	s := newSurface(r, scale*fineness, nil)
	if err := f.draw(s, plan); err != nil {
		return nil, err
	}
	var collect imageCollector
	if err := s.finish(&collect); err != nil {
		return nil, fmt.Errorf("viz: %w", err)
	}
	return shrink(collect.img, fineness), nil
}

// imageCollector takes the raster renderer's image as it is, without encoding.
type imageCollector struct{ img *image.RGBA }

func (c *imageCollector) SetRGBA(i *image.RGBA)       { c.img = i }
func (c *imageCollector) Write(p []byte) (int, error) { return len(p), nil }

// shrink averages squares of n × n pixels.
func shrink(src *image.RGBA, n int) *image.RGBA {
	w, h := src.Bounds().Dx()/n, src.Bounds().Dy()/n
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	half, count := uint32(n*n/2), uint32(n*n)
	for y := range h {
		out := dst.Pix[y*dst.Stride:]
		for x := range w {
			var sum [4]uint32
			for v := range n {
				i := (y*n+v)*src.Stride + x*n*4
				for p := src.Pix[i : i+4*n]; len(p) >= 4; p = p[4:] {
					sum[0] += uint32(p[0])
					sum[1] += uint32(p[1])
					sum[2] += uint32(p[2])
					sum[3] += uint32(p[3])
				}
			}
			for c := range sum {
				out[x*4+c] = uint8((sum[c] + half) / count)
			}
		}
	}
	return dst
}
