package report

import "fmt"

// Figure is a picture with its caption.
type Figure struct {
	// Title begins the caption.
	Title string
	// SVG is the picture on light ground, DarkSVG the same on dark ground. Without
	// the latter, readers of a dark page see the light one on a light card.
	SVG, DarkSVG []byte
	// Alt says in words what the picture shows; "" stands for the title and
	// description of the SVG.
	Alt     string
	Caption string
}

// drawnFigure is a figure as the template sees it.
type drawnFigure struct {
	Figure
	Light, Dark drawing // Dark may be empty
}

func drawFigures(figures []Figure, dark bool) ([]drawnFigure, error) {
	var drawn []drawnFigure
	for i, f := range figures {
		d := drawnFigure{Figure: f}
		var err error
		if d.Light, err = readDrawing(f.SVG, fmt.Sprintf("f%d-", i+1)); err != nil {
			return nil, fmt.Errorf("figure %d (%s): %w", i+1, f.Title, err)
		}
		if dark && len(f.DarkSVG) > 0 {
			if d.Dark, err = readDrawing(f.DarkSVG, fmt.Sprintf("d%d-", i+1)); err != nil {
				return nil, fmt.Errorf("figure %d (%s), dark: %w", i+1, f.Title, err)
			}
		}
		if d.Alt == "" {
			d.Alt = d.Light.words
		}
		if d.Alt == "" {
			d.Alt = f.Title
		}
		drawn = append(drawn, d)
	}
	return drawn, nil
}
