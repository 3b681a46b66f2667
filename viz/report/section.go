package report

import "fmt"

// Section is a part of a page with a heading of its own. What is empty is left out.
type Section struct {
	Title string
	// Text has a paragraph each, Settings are named values below it.
	Text     []string
	Settings []Setting
	Tables   []Table
	Parts    []Part
}

// Part is what a section has under a smaller heading.
type Part struct {
	Title string
	// Verdict stands beside the title, unless it is nil.
	Verdict *Finding
	Text    []string
	// Formula is a line in the type of code.
	Formula string
	// Figure is the number, from 1, of the page's figure that stands here and not with the others; 0 means none.
	Figure int
	Tables []Table
	// Folded shows the heading alone until a reader opens it.
	Folded bool
}

// drawnSection is a section as the template sees it.
type drawnSection struct {
	Section
	Number int // from 1
	Tables []drawnTable
	Parts  []drawnPart
}

type drawnPart struct {
	Part
	Drawn  *drawnFigure
	Tables []drawnTable
}

// drawSections gives the sections with their figures, and the figures that are left.
func drawSections(sections []Section, figures []drawnFigure) ([]drawnSection, []drawnFigure, error) {
	taken := make([]bool, len(figures))
	var drawn []drawnSection
	for i, s := range sections {
		d := drawnSection{Section: s, Number: i + 1}
		var err error
		if d.Tables, err = drawTables(s.Tables); err != nil {
			return nil, nil, err
		}
		for _, p := range s.Parts {
			part := drawnPart{Part: p}
			if part.Tables, err = drawTables(p.Tables); err != nil {
				return nil, nil, err
			}
			if n := p.Figure; n < 0 || n > len(figures) || n > 0 && taken[n-1] {
				return nil, nil, fmt.Errorf("part %q: figure %d of %d is not there, or stands elsewhere", p.Title, n, len(figures))
			} else if n > 0 {
				taken[n-1], part.Drawn = true, &figures[n-1]
			}
			d.Parts = append(d.Parts, part)
		}
		drawn = append(drawn, d)
	}
	var left []drawnFigure
	for i, f := range figures {
		if !taken[i] {
			left = append(left, f)
		}
	}
	return drawn, left, nil
}
