// Package site is the page of the live laboratory: HTML, CSS and ECMAScript modules, which a server or a static site hands out as
// they are.
package site

import (
	"archive/zip"
	"bytes"
	"embed"
	"io/fs"
	"sync"

	"actscope/viz/report"
)

//go:embed page
var embedded embed.FS

// Files are those of the page, in one flat folder that begins with index.html. Modules import each other as "./name.js", and name
// nothing outside.
func Files() fs.FS { return files() }

// files are kept as an archive in memory, for the drawing code and the colours are those of the reports.
var files = sync.OnceValue(func() fs.FS {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	add := func(name string, content []byte) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			panic(err) // memory takes what is written
		}
	}
	own, err := fs.ReadDir(embedded, "page")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	for _, entry := range own {
		content, err := embedded.ReadFile("page/" + entry.Name())
		if err != nil {
			panic(err) // so is the file
		}
		add(entry.Name(), content)
	}
	add("drawing.js", report.Drawing())
	add("inks.js", report.Inks())
	add("colours.css", report.Colours())
	if err := w.Close(); err != nil {
		panic(err) // memory takes what is written
	}
	r, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		panic(err) // it was just written
	}
	return r
})
