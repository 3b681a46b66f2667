package main

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"actscope/internal/claims"
	"actscope/internal/comparison"
	"actscope/internal/cost"
	"actscope/internal/runfolder"
	"actscope/viz"
)

// look is how figures are drawn.
type look struct {
	options viz.Options
	// scale is the number of pixels of a PNG to one of the figure.
	scale   float64
	formats []string
}

// sharpScale makes PNGs sharp on dense screens.
const sharpScale = 2

// picture is a figure in one format.
type picture struct {
	figure  *viz.Figure
	format  string
	content []byte
}

// draw renders each drawing in each format, side by side, in order.
func draw(ctx context.Context, drawings []viz.Drawing, l look) ([]picture, error) {
	pictures := make([]picture, len(drawings)*len(l.formats))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, drawing := range drawings {
		for j, format := range l.formats {
			group.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				p, err := drawOne(drawing, format, l)
				pictures[i*len(l.formats)+j] = p
				return err
			})
		}
	}
	return pictures, group.Wait()
}

func drawOne(drawing viz.Drawing, format string, l look) (picture, error) {
	figure, err := drawing.Figure(l.options)
	if err != nil {
		return picture{}, fmt.Errorf("drawing a figure: %w", err)
	}
	var content bytes.Buffer
	if format == "svg" {
		err = figure.WriteSVG(&content)
	} else {
		err = figure.WritePNG(&content, l.scale)
	}
	if err != nil {
		return picture{}, fmt.Errorf("drawing figure %s: %w", figure.Name, err)
	}
	return picture{figure, format, content.Bytes()}, nil
}

// present draws the figures of a run and its report page into the run's folder.
func present(ctx context.Context, r *comparison.Result, run comparison.Summary, folder runfolder.Folder, l look) error {
	all, err := drawings(r)
	if err != nil {
		return err
	}
	pictures, err := draw(ctx, all, l)
	if err != nil {
		return err
	}
	page, err := reportPage(ctx, r, run, all, pictures, l)
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

func figuresCommand() *cobra.Command {
	l := look{scale: sharpScale, formats: []string{"png", "svg"}}
	var theme string
	cmd := &cobra.Command{
		Use:   "figures RUN_DIR",
		Short: "Draw the figures and the report of a run anew",
		Long: `Figures draws the figures and the report page of a run folder anew, from the
numbers in it, without training.`,
		Example: "  actscope figures out/reproduce --theme dark --format svg",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := l.check(theme); err != nil {
				return err
			}
			return work(func(cmd *cobra.Command) error { return redraw(cmd, args[0], l) })(cmd, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&theme, "theme", "default", "colours: article, default or dark")
	flags.Float64Var(&l.options.Width, "width", viz.DefaultWidth, "width of the figures in pixels")
	flags.Float64Var(&l.scale, "scale", l.scale, "pixels of a PNG to one of the figure")
	flags.Var(&formats{&l.formats}, "format", "formats of the figures")
	return cmd
}

// check completes a look and refuses sizes that make no picture.
func (l *look) check(theme string) (err error) {
	if l.options.Theme, err = viz.ThemeNamed(theme); err != nil {
		return fmt.Errorf("theme: %w", err)
	}
	if !(l.options.Width >= 400 && l.options.Width <= 4000) {
		return fmt.Errorf("width: %v: take 400 to 4000 pixels", l.options.Width)
	}
	if !(l.scale >= 0.5 && l.scale <= 4) {
		return fmt.Errorf("scale: %v: take 0.5 to 4", l.scale)
	}
	return nil
}

func redraw(cmd *cobra.Command, path string, l look) error {
	again, err := presenter(cmd.Context(), path, l)
	if err != nil {
		return err
	}
	folder, err := runfolder.New(path)
	if err != nil {
		return err
	}
	if err := again(folder); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: figures (%v) and report drawn\n", path, &formats{&l.formats})
	return err
}

// presenter reads a run folder and gives what draws its figures and report.
func presenter(ctx context.Context, path string, l look) (func(runfolder.Folder) error, error) {
	command, err := runfolder.Command(path)
	if err != nil {
		return nil, err
	}
	switch command {
	case "claims":
		found, err := claims.Load(path)
		return func(folder runfolder.Folder) error { return presentClaims(ctx, folder, found, l) }, err
	case "cost":
		found, err := cost.Load(path)
		return func(folder runfolder.Folder) error { return presentCost(ctx, folder, found, l) }, err
	}
	r, run, err := comparison.Load(ctx, path)
	return func(folder runfolder.Folder) error { return present(ctx, r, *run, folder, l) }, err
}

// svgOf finds the SVG of a figure among pictures, or nil.
func svgOf(pictures []picture, figure string) []byte {
	i := slices.IndexFunc(pictures, func(p picture) bool { return p.figure.Name == figure && p.format == "svg" })
	if i < 0 {
		return nil
	}
	return pictures[i].content
}
