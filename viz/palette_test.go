package viz

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// A picture of few colours keeps each of them; one of many stays near them, and its large areas as they are.
func TestPalettesKeepWhatIsSeen(t *testing.T) {
	few := image.NewRGBA(image.Rect(0, 0, 20, 20))
	many := image.NewRGBA(image.Rect(0, 0, 400, 400))
	for i := range 400 {
		few.Set(i%20, i/20, RGB(uint32(i%200)*0x010203))
		for j := range 400 {
			many.Set(i, j, RGB(0xf7f7f7))
			if j < 100 {
				many.Set(i, j, Color{R: uint8(i * 255 / 400), G: uint8(j * 2), B: uint8((i + j) / 4), A: 255})
			}
		}
	}
	for name, test := range map[string]struct {
		picture *image.RGBA
		most    int // of a channel's difference
	}{"few": {few, 0}, "many": {many, 24}} {
		got := indexed(test.picture)
		if len(got.Palette) > mostColors {
			t.Errorf("%s: %d colours", name, len(got.Palette))
		}
		for y := range test.picture.Bounds().Dy() {
			for x := range test.picture.Bounds().Dx() {
				a, b := test.picture.RGBAAt(x, y), color.RGBAModel.Convert(got.At(x, y)).(color.RGBA)
				for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B)} {
					if d > test.most || -d > test.most {
						t.Fatalf("%s: %v became %v at %d, %d", name, a, b, x, y)
					}
				}
			}
		}
		if last := got.At(399%got.Bounds().Dx(), got.Bounds().Dy()-1); name == "many" && last != color.Color(RGB(0xf7f7f7)) {
			t.Errorf("the ground became %v", last)
		}
	}
}

func TestPNGsAreSmallAndAlwaysTheSame(t *testing.T) {
	var first, again bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &again} {
		if err := vocabulary().WritePNG(b, 2); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), again.Bytes()) {
		t.Error("two PNGs of one figure differ")
	}
	picture, err := png.Decode(&first)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := picture.(*image.Paletted); !ok {
		t.Errorf("a %T", picture)
	}
}
