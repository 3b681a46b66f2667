package viz

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
)

const (
	// fineness is how many times finer than asked for a PNG is drawn before it is
	// averaged, since go-chart's coordinates are integers; halve does this for 2.
	fineness = 2
	// mostPixels limits a PNG, and with it the memory that drawing takes.
	mostPixels = 16e6
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
	plan, err := f.plan()
	if err != nil {
		return nil, err
	}
	if !(scale > 0) || plan.width*plan.height*scale*scale > mostPixels {
		return nil, fmt.Errorf("viz: a PNG of %.0f × %.0f px cannot be drawn at scale %v: at most %.0f million pixels", plan.width, plan.height, scale, mostPixels/1e6)
	}
	width, height := max(1, round(plan.width*scale)), max(1, round(plan.height*scale))
	s, err := newRaster(width*fineness, height*fineness, scale*fineness)
	if err != nil {
		return nil, err
	}
	if err := f.draw(s, plan); err != nil {
		return nil, err
	}
	return halve(s.pixels), nil
}

// halve averages squares of two by two pixels.
func halve(src *image.RGBA) *image.RGBA {
	w, h := src.Bounds().Dx()/2, src.Bounds().Dy()/2
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		upper := src.Pix[2*y*src.Stride:][: 8*w : 8*w]
		lower := src.Pix[(2*y+1)*src.Stride:][: 8*w : 8*w]
		out := dst.Pix[y*dst.Stride:][: 4*w : 4*w]
		for i := 0; i+4 <= len(out); i += 4 {
			a, b, o := upper[2*i:2*i+8], lower[2*i:2*i+8], out[i:i+4]
			o[0] = uint8((uint16(a[0]) + uint16(a[4]) + uint16(b[0]) + uint16(b[4]) + 2) / 4)
			o[1] = uint8((uint16(a[1]) + uint16(a[5]) + uint16(b[1]) + uint16(b[5]) + 2) / 4)
			o[2] = uint8((uint16(a[2]) + uint16(a[6]) + uint16(b[2]) + uint16(b[6]) + 2) / 4)
			o[3] = uint8((uint16(a[3]) + uint16(a[7]) + uint16(b[3]) + uint16(b[7]) + 2) / 4)
		}
	}
	return dst
}
