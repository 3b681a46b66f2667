package viz

// Options are what all the study's figures have in common. The zero value is the
// default theme at the default width.
type Options struct {
	Theme Theme
	Width float64 // px; 0 means 800
}

// Drawing is what all the study's figures are: plain values that make a figure.
type Drawing interface {
	Figure(Options) (*Figure, error)
}

// NewFigure begins a figure that looks as the options say.
func NewFigure(o Options, name, title string) *Figure {
	return &Figure{Name: name, Title: title, Theme: o.Theme.orDefault(), Width: o.Width}
}
