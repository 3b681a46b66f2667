package server

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"actscope/internal/input"
)

// types are those of the site's files: what the machine says of them differs from one to the next.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json",
}

// answer gives what is at a path below the token.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	switch name := r.URL.Path; {
	case name == "ws":
		s.socket(w, r)
	case strings.HasPrefix(name, "export/"):
		s.export(w, r, strings.TrimPrefix(name, "export/"))
	default:
		s.file(w, r, name)
	}
}

// file gives a file of the site, and nothing of the machine: the site is in the program.
func (s *Server) file(w http.ResponseWriter, r *http.Request, name string) {
	if name == "" {
		name = "index.html"
	}
	kind, known := types[path.Ext(name)]
	content, err := fs.ReadFile(s.options.Site, name) // which refuses "..", as no path of an fs.FS has it
	if !known || err != nil {
		http.NotFound(w, r)
		return
	}
	s.look()
	w.Header().Set("Content-Type", kind)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// export gives a file made of a tab's laboratory.
func (s *Server) export(w http.ResponseWriter, r *http.Request, name string) {
	t := s.tabNamed(r.URL.Query().Get("tab"))
	if t == nil {
		http.Error(w, "there is no laboratory of this tab: reload the page", http.StatusNotFound)
		return
	}
	s.look()
	file, kind, body, err := t.export(r.Context(), name)
	var bad *input.Error
	switch {
	case errors.As(err, &bad):
		http.Error(w, bad.Error(), http.StatusNotFound)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file}))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// export makes a file of the laboratory's: the report is made here, all others are the laboratory's own.
func (t *tab) export(ctx context.Context, name string) (file, kind string, body []byte, err error) {
	if name == reportName {
		body, err = t.report(ctx)
		return name, types[".html"], body, err
	}
	err = t.await(ctx, func() (err error) {
		file, kind, body, err = t.laboratory.Export(name)
		return err
	})
	return file, kind, body, err
}
