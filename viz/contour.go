package viz

// Contour is the line where a grid passes a level.
type Contour struct {
	Grid   Grid
	Level  float64
	Stroke Stroke
	Casing float64 // as in [Line]
}

// Extent implements [Series].
func (k Contour) Extent() Extent { return k.Grid.Extent() }

// Draw implements [Series].
func (k Contour) Draw(c *Canvas) error {
	if err := k.Grid.Check(); err != nil {
		return err
	}
	grid := k.Grid
	lines, points := levelLines(c, grid, k.Level)
	for points > mostFieldPoints && len(grid.X) > 8 && len(grid.Y) > 8 {
		grid = grid.coarser()
		lines, points = levelLines(c, grid, k.Level)
	}
	if k.Casing > 0 {
		for _, l := range lines {
			c.Polyline(l, Stroke{Color: c.theme.Rim, Width: k.Stroke.Width + 2*k.Casing})
		}
	}
	for _, l := range lines {
		c.Polyline(l, k.Stroke)
	}
	return nil
}

// levelLines are the lines at a level, and how many points they have.
func levelLines(c *Canvas, g Grid, level float64) (lines [][]Point, points int) {
	for _, l := range g.isolines(level, false) {
		line := thin(c.places(l), 0.06)
		lines = append(lines, line)
		points += len(line)
	}
	return lines, points
}
