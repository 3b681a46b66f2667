package figures

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"actscope/viz"

	"golang.org/x/sync/errgroup"
)

// five names the figures of the study that the article has as well.
var five = []string{"moons_dataset", "loss_curves", "decision_boundaries", "signal_trace", "hidden_space"}

// BenchmarkFive draws the five figures as PNG at 2x and as SVG, concurrently:
//
//	go test ./viz/figures -run '^$' -bench 'Five|Matplotlib'
func BenchmarkFive(b *testing.B) {
	drawings := readArticle(b).drawings()
	var svg, png int
	for b.Loop() {
		sizes := make([][2]int, len(five))
		var group errgroup.Group
		group.SetLimit(runtime.GOMAXPROCS(0))
		for i, name := range five {
			group.Go(func() error {
				f, err := drawings[name].Figure(viz.Options{})
				if err != nil {
					return err
				}
				var s, p bytes.Buffer
				if err := f.WriteSVG(&s); err != nil {
					return err
				}
				if err := f.WritePNG(&p, 2); err != nil {
					return err
				}
				sizes[i] = [2]int{s.Len(), p.Len()}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			b.Fatal(err)
		}
		svg, png = 0, 0
		for _, s := range sizes {
			svg, png = svg+s[0], png+s[1]
		}
	}
	b.ReportMetric(float64(svg), "SVG-bytes")
	b.ReportMetric(float64(png), "PNG-bytes")
}

// BenchmarkMatplotlib draws the same with matplotlib, where Python has it; starting Python is not counted.
func BenchmarkMatplotlib(b *testing.B) {
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(p, "-c", "import matplotlib").Run() == nil {
			python = p
		}
	}
	if python == "" {
		b.Skip("needs python3-matplotlib")
	}
	folder := b.TempDir()
	total, runs := 0.0, 0
	for b.Loop() {
		out, err := exec.Command(python, "testdata/matplotlib_five.py", "testdata/article.json", folder).Output()
		if err != nil {
			b.Fatal(err)
		}
		seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			b.Fatal(err)
		}
		total, runs = total+seconds, runs+1
	}
	bytesOf := func(ext string) (n float64) {
		for _, name := range five {
			info, err := os.Stat(filepath.Join(folder, name+ext))
			if err != nil {
				b.Fatal(err)
			}
			n += float64(info.Size())
		}
		return n
	}
	b.ReportMetric(1e9*total/float64(runs), "ns/op")
	b.ReportMetric(bytesOf(".svg"), "SVG-bytes")
	b.ReportMetric(bytesOf(".png"), "PNG-bytes")
}

func BenchmarkSVG(b *testing.B) {
	for name, d := range readArticle(b).drawings() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f, err := d.Figure(viz.Options{})
				if err != nil {
					b.Fatal(err)
				}
				var w bytes.Buffer
				if err := f.WriteSVG(&w); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(w.Len()), "bytes")
			}
		})
	}
}

func BenchmarkManyPoints(b *testing.B) {
	points, labels := twoMoons(100_000, 0.2)
	for b.Loop() {
		f, err := Dataset{Points: points, Labels: labels}.Figure(viz.Options{})
		if err != nil {
			b.Fatal(err)
		}
		var w bytes.Buffer
		if err := f.WritePNG(&w, 2); err != nil {
			b.Fatal(err)
		}
	}
}
