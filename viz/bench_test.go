package viz

import (
	"bytes"
	"testing"
)

func BenchmarkPNG(b *testing.B) {
	for name, d := range readArticle(b).drawings() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f, err := d.Figure(Options{})
				if err != nil {
					b.Fatal(err)
				}
				var w bytes.Buffer
				if err := f.WritePNG(&w, 2); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(w.Len()), "bytes")
			}
		})
	}
}

func BenchmarkSVG(b *testing.B) {
	for name, d := range readArticle(b).drawings() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f, err := d.Figure(Options{})
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
