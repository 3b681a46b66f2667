package present

import (
	"bytes"
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"actscope/internal/claims"
	"actscope/internal/comparison"
	"actscope/internal/cost"
	"actscope/internal/gradcheck"
	"actscope/internal/input"
	"actscope/internal/pace"
	"actscope/internal/panics"
	"actscope/internal/runfolder"
	"actscope/internal/theory"
	"actscope/viz"
	"actscope/viz/report"
)

// Story is what a study has to show: figures, and a page with them.
type Story struct {
	Drawings []viz.Drawing
	// Page is the page but for its figures.
	Page report.Page
}

// Look is how figures are drawn.
type Look struct {
	Options viz.Options
	// Scale is the number of pixels of a PNG to one of the figure.
	Scale float64
	// Formats are png, svg and csv, the numbers, or some of them; of none, no figure is written beside the page.
	Formats []string
}

// SharpScale makes PNGs sharp on dense screens.
const SharpScale = 2

// Publish draws the figures of a story and writes them and the page into a folder.
func Publish(ctx context.Context, folder *runfolder.Folder, s Story, l Look) error {
	pictures, err := draw(ctx, s.Drawings, l)
	if err != nil {
		return err
	}
	page, err := s.HTML(ctx)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, p := range pictures {
		if err := folder.WriteFigure(p.figure.Name+"."+p.format, p.content); err != nil {
			return err
		}
	}
	return folder.WriteReport(page)
}

// HTML is the page of a story.
func (s Story) HTML(ctx context.Context) ([]byte, error) {
	var err error
	if s.Page.Figures, err = pageFigures(ctx, s.Drawings); err != nil {
		return nil, err
	}
	return panics.Await(ctx, func() ([]byte, error) {
		var content bytes.Buffer
		if err := s.Page.Write(&content); err != nil {
			return nil, fmt.Errorf("report page: %w", err)
		}
		return content.Bytes(), nil
	}, "writing the report page")
}

// pageFigures are the figures with their words, drawn side by side, in order.
func pageFigures(ctx context.Context, drawings []viz.Drawing) ([]report.Figure, error) {
	figures := make([]report.Figure, len(drawings))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, drawing := range drawings {
		group.Go(func() error {
			sheet, err := panics.Await(ctx, func() (*viz.Sheet, error) { return viz.NewSheet(drawing, fmt.Sprintf("f%d-", i+1)) }, "drawing figure %d (%T) for the page", i+1, drawing)
			if err != nil {
				return fmt.Errorf("drawing a figure for the page: %w", err)
			}
			figures[i] = report.Figure{Title: sheet.Title, Sheet: sheet, Caption: sheet.Description}
			if e, ok := drawing.(explained); ok {
				figures[i].Finding, figures[i].Caption = e.finding, e.reading
			}
			return nil
		})
	}
	return figures, group.Wait()
}

// picture is a figure in one format.
type picture struct {
	figure  *viz.Figure
	format  string
	content []byte
}

// draw renders each drawing in each format, side by side, in order.
func draw(ctx context.Context, drawings []viz.Drawing, l Look) ([]picture, error) {
	pictures := make([]picture, len(drawings)*len(l.Formats))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, drawing := range drawings {
		for j, format := range l.Formats {
			group.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				p, err := panics.Await(ctx, func() (picture, error) { return drawOne(drawing, format, l) }, "drawing figure %d (%T)", i+1, drawing)
				pictures[i*len(l.Formats)+j] = p
				return err
			})
		}
	}
	return pictures, group.Wait()
}

func drawOne(drawing viz.Drawing, format string, l Look) (picture, error) {
	figure, err := drawing.Figure(l.Options)
	if err != nil {
		return picture{}, fmt.Errorf("drawing a figure: %w", err)
	}
	var content bytes.Buffer
	switch format {
	case "svg":
		err = figure.WriteSVG(&content)
	case "csv":
		err = figure.WriteCSV(&content)
	default:
		err = figure.WritePNG(&content, l.Scale)
	}
	if err != nil {
		return picture{}, fmt.Errorf("drawing figure %s: %w", figure.Name, err)
	}
	return picture{figure, format, content.Bytes()}, nil
}

// Load reads a run folder, of whichever command, and gives its story.
func Load(ctx context.Context, path string) (Story, error) {
	command, err := runfolder.Command(path)
	if err != nil {
		return Story{}, err
	}
	switch command {
	case "reproduce", "compare", "observe":
		r, summary, err := comparison.Load(ctx, path)
		if err != nil {
			return Story{}, err
		}
		return Comparison(ctx, r, *summary)
	case "claims":
		r, err := panics.Await(ctx, func() (*claims.Result, error) { return claims.Load(path) }, "reading a run of claims")
		if err != nil {
			return Story{}, err
		}
		return Claims(r), nil
	case "cost":
		r, err := panics.Await(ctx, func() (*cost.Result, error) { return cost.Load(path) }, "reading a run of cost")
		if err != nil {
			return Story{}, err
		}
		return Cost(r), nil
	case "theory":
		r, err := panics.Await(ctx, func() (*theory.Result, error) { return theory.Load(path) }, "reading a run of theory")
		if err != nil {
			return Story{}, err
		}
		return Theory(r), nil
	case "kernel":
		r, err := panics.Await(ctx, func() (*pace.Result, error) { return pace.Load(path) }, "reading a run of kernel")
		if err != nil {
			return Story{}, err
		}
		return Kernel(r), nil
	case "gradcheck":
		r, err := panics.Await(ctx, func() (*gradcheck.Run, error) { return gradcheck.Load(path) }, "reading a run of gradcheck")
		if err != nil {
			return Story{}, err
		}
		return GradientCheck(r), nil
	}
	return Story{}, input.RefuseFile(path, "a run of %q, which this program does not know", command)
}
