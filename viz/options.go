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

// figure begins a figure.
func (o Options) figure(name, title string) *Figure {
	return &Figure{Name: name, Title: title, Theme: o.Theme.orDefault(), Width: o.Width}
}

// panelColumns keeps panels readable: at most four in a row, rows as full as can be.
func panelColumns(n int) int {
	rows := (n + 3) / 4
	if n == 4 {
		rows = 2
	}
	return (n + rows - 1) / rows
}
