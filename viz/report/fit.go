package report

import (
	"fmt"
	"slices"
	"strings"
)

// Fit is how a table gives way on a [Screen] that is narrower than the table.
type Fit struct {
	// Least are the headings of columns that are left out where cells would be broken into too many
	// lines, in this order. Without them, and when all are, the last ones go.
	Least []string
	// Series is the heading of a column of numbers in a row. It has the first and the last ones that there is room for.
	Series string
	// Verdict is the heading of the column that Tone colours by the words in it.
	Verdict string
	Tone    func(cell string) Tone
}

// Tone is what a verdict means for what was claimed or checked.
type Tone int

// The tones: that of other words, and green, red and yellow ones.
const (
	Neutral Tone = iota
	Favourable
	Unfavourable
	Unsettled
)

// ECMA-48's sequences.
const (
	boldType  = "\x1b[1m"
	plainType = "\x1b[0m"
)

var toneColours = map[Tone]string{Favourable: "\x1b[32m", Unfavourable: "\x1b[31m", Unsettled: "\x1b[33m"}

// How a table is broken: into so many lines a row, not within cells so short, and with lines after a cell's first
// indented by so many cells.
const (
	mostLines = 4
	shortCell = 15
	hanging   = 1
)

// text is the table on a screen.
func (t Table) text(s *Screen) string {
	all := make([]int, t.count())
	for i := range all {
		all[i] = i
	}
	shown, most := all, s.Width()
	var l fitted
	for short := shortCell; ; {
		l = t.lay(shown, most, short)
		if l.fits && l.lines <= mostLines {
			break
		}
		fewer := t.without(shown, l.fits)
		switch {
		case len(fewer) < len(shown):
			shown = fewer
			continue
		case !l.fits && short > 0:
			short = 0
			continue
		}
		break
	}
	var b strings.Builder
	if len(t.Columns) > 0 {
		l.write(&b, l.head, t.AlignRight, func(column int, text string) string {
			if !s.Colour {
				return text
			}
			return boldType + text + plainType
		})
	}
	for i, row := range l.rows {
		l.write(&b, row, t.AlignRight, func(column int, text string) string {
			if !s.Colour || t.Fit.Tone == nil || column >= len(t.Columns) || t.Columns[column] != t.Fit.Verdict {
				return text
			}
			if colour := toneColours[t.Fit.Tone(t.Rows[i][column])]; colour != "" {
				return colour + text + plainType
			}
			return text
		})
	}
	if left := t.leftOut(shown); len(left) > 0 {
		b.WriteString(folded(fmt.Sprintf("Left out for want of width: %s. A wider terminal shows all, and so does a pipe.\n", strings.Join(left, ", ")), most))
	}
	return b.String()
}

// count is the number of columns.
func (t Table) count() int {
	n := len(t.Columns)
	for _, row := range t.Rows {
		n = max(n, len(row))
	}
	return n
}

// without leaves out the column that matters least: of the last ones, which are not meant to go, only where it has to.
func (t Table) without(shown []int, fits bool) []int {
	for _, heading := range t.Fit.Least {
		rest := slices.DeleteFunc(slices.Clone(shown), func(c int) bool { return t.Columns[c] == heading })
		if len(rest) < len(shown) {
			return rest
		}
	}
	if fits || len(t.Columns) == 0 {
		return shown
	}
	for i := len(shown) - 1; i > 0 && len(shown) > 2; i-- {
		if t.Columns[shown[i]] != t.Fit.Verdict {
			return slices.Delete(slices.Clone(shown), i, i+1)
		}
	}
	return shown
}

// leftOut are the headings of the columns that are not shown, with the one before where another of that name is.
func (t Table) leftOut(shown []int) []string {
	var left []string
	for c, heading := range t.Columns {
		if slices.Contains(shown, c) {
			continue
		}
		if slices.ContainsFunc(shown, func(s int) bool { return t.Columns[s] == heading }) && c > 0 {
			heading += " after " + t.Columns[c-1]
		}
		if !slices.Contains(left, heading) {
			left = append(left, heading)
		}
	}
	return left
}

// fitted is a table of some columns, broken into lines.
type fitted struct {
	columns []int
	widths  []int
	head    [][]string   // by column, the lines
	rows    [][][]string // by row and column
	fits    bool
	lines   int // of the highest row
}

// lay breaks the cells of some columns so that a row takes so many cells. Those of up to short are not broken.
func (t Table) lay(shown []int, most, short int) fitted {
	l := fitted{columns: shown}
	natural, least := make([]int, len(shown)), make([]int, len(shown))
	for i, c := range shown {
		if c < len(t.Columns) {
			natural[i], least[i] = cells(t.Columns[c]), widest(t.Columns[c])
		}
		for _, row := range t.Rows {
			cell := shownCell(row, c)
			natural[i] = max(natural[i], cells(cell))
			least[i] = max(least[i], t.least(c, cell, short))
		}
		least[i] = min(least[i], natural[i])
	}
	gaps := 2 * len(shown)
	if !t.AlignRight {
		gaps -= 2
	}
	room := most - gaps
	l.fits = sum(least) <= room
	l.widths = narrowed(natural, least, room)
	l.breakCells(t)
	if l.fits {
		l.widen(natural, room)
		l.breakCells(t)
	}
	return l
}

// least is the least width of a cell.
func (t Table) least(column int, cell string, short int) int {
	switch n := cells(cell); {
	case n <= short:
		return n
	case t.isSeries(column):
		return cells(abridged(cell, 0))
	}
	words := wordsOf(cell)
	n := 0
	for i, w := range words {
		if i > 0 {
			n = max(n, hanging+cells(w))
		} else {
			n = max(n, cells(w))
		}
	}
	return n
}

func (t Table) isSeries(column int) bool {
	return t.Fit.Series != "" && column < len(t.Columns) && t.Columns[column] == t.Fit.Series
}

// narrowed takes cells from the widest columns until all fit into the room, or none can give more.
func narrowed(natural, least []int, room int) []int {
	widths := slices.Clone(natural)
	for over := sum(widths) - room; over > 0; over-- {
		at := -1
		for i, w := range widths {
			if w > least[i] && (at < 0 || w >= widths[at]) {
				at = i
			}
		}
		if at < 0 {
			break
		}
		widths[at]--
	}
	return widths
}

// widen gives the room that broken lines leave to the columns that have the most to gain.
func (l *fitted) widen(natural []int, room int) {
	for i := range l.widths {
		used := 0
		for _, row := range append([][][]string{l.head}, l.rows...) {
			if i < len(row) {
				for _, line := range row[i] {
					used = max(used, cells(line))
				}
			}
		}
		l.widths[i] = used
	}
	for spare := room - sum(l.widths); spare > 0; spare-- {
		at := -1
		for i, w := range l.widths {
			if w < natural[i] && (at < 0 || natural[i]*l.widths[at] > natural[at]*w) {
				at = i
			}
		}
		if at < 0 {
			return
		}
		l.widths[at]++
	}
}

// breakCells breaks all cells by the widths.
func (l *fitted) breakCells(t Table) {
	l.head, l.rows, l.lines = make([][]string, len(l.columns)), make([][][]string, len(t.Rows)), 0
	for r := range t.Rows {
		l.rows[r] = make([][]string, len(l.columns))
	}
	for i, c := range l.columns {
		if c < len(t.Columns) {
			l.head[i] = wrap(t.Columns[c], l.widths[i], 0)
		}
		for r, row := range t.Rows {
			cell := shownCell(row, c)
			if t.isSeries(c) {
				cell = abridged(cell, l.widths[i])
			}
			l.rows[r][i] = []string{cell}
			if cells(cell) > l.widths[i] {
				l.rows[r][i] = wrap(cell, l.widths[i], hanging)
			}
			l.lines = max(l.lines, len(l.rows[r][i]))
		}
	}
}

// write writes a row; style is given the text of each cell with its column.
func (l *fitted) write(b *strings.Builder, row [][]string, right bool, style func(column int, text string) string) {
	height := 0
	for _, cell := range row {
		height = max(height, len(cell))
	}
	for n := range height {
		pending := 0 // blanks, which no line ends in
		for i, cell := range row {
			text := ""
			if n < len(cell) {
				text = cell[n]
			}
			free := max(0, l.widths[i]-cells(text))
			if right {
				pending += 2 + free
				free = 0
			}
			if text != "" {
				b.WriteString(strings.Repeat(" ", pending))
				pending = 0
				b.WriteString(style(l.columns[i], text))
			}
			pending += free
			if !right {
				pending += 2
			}
		}
		b.WriteByte('\n')
	}
}

// abridged are the numbers of a cell that fit into a width, of which the middle ones are left out: at least the first and
// the last one.
func abridged(cell string, most int) string {
	numbers := strings.Fields(cell)
	if cells(cell) <= most || len(numbers) < 3 {
		return cell
	}
	text := ""
	for n := 2; n < len(numbers); n++ {
		longer := strings.Join(numbers[:(n+1)/2], " ") + " … " + strings.Join(numbers[len(numbers)-n/2:], " ")
		if n > 2 && cells(longer) > most {
			break
		}
		text = longer
	}
	return text
}

// shownCell is a cell as text shows it, "" where a row is shorter.
func shownCell(row []string, column int) string {
	if column >= len(row) {
		return ""
	}
	return visible(row[column])
}

// widest is the width of the widest word.
func widest(text string) int {
	n := 0
	for _, w := range wordsOf(text) {
		n = max(n, cells(w))
	}
	return n
}

func sum(widths []int) int {
	n := 0
	for _, w := range widths {
		n += w
	}
	return n
}
