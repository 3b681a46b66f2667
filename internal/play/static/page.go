package static

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

//go:embed worker.js
var workerScript []byte

// Page is what a page is made of.
type Page struct {
	// Site are the files of the page, in one folder: index.html, style sheets and modules, which
	// import each other as "./NAME.js".
	Site  fs.FS
	Core  Core
	Begin Beginning
}

// Beginning is what the laboratory begins with.
type Beginning struct {
	// Settings are those of compare that differ from its defaults, as text, by their keys.
	Settings map[string]string `json:"settings"`
	// Table is the text of the file that the setting "dataset" names, for a worker has no files; ""
	// where it names none.
	Table string `json:"table,omitempty"`
}

const (
	wasmFile   = "actscope.wasm.gz"
	workerFile = "worker.js"
	indexFile  = "index.html"
)

// Policies say what the page may load: nothing from elsewhere. In one file scripts and styles are of the
// page's own text.
const (
	folderPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'"
	singlePolicy = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' data: blob:; worker-src blob:; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
)

// Folder gives the files of a site for any web server, by their names.
func (p Page) Folder() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range []string{workerFile, wasmFile} {
		if _, err := fs.Stat(p.Site, name); err == nil {
			return nil, fmt.Errorf("the page has a file %s of its own", name)
		}
	}
	err := fs.WalkDir(p.Site, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(p.Site, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	index, err := p.index("worker", folderPolicy)
	if err != nil {
		return nil, err
	}
	files[indexFile] = []byte(index)
	if files[workerFile], err = p.worker(); err != nil {
		return nil, err
	}
	files[wasmFile], err = packed(p.Core.Wasm)
	return files, err
}

// index is the page's HTML, which says where the core is and what may be loaded.
func (p Page) index(core, policy string) (string, error) {
	text, err := fs.ReadFile(p.Site, indexFile)
	if err != nil {
		return "", err
	}
	html := string(text)
	for _, change := range [][2]string{
		{"<html", fmt.Sprintf(`<html data-core="%s"`, core)},
		{`<meta charset="utf-8">`, `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="` + policy + `">`},
	} {
		if strings.Count(html, change[0]) != 1 {
			return "", fmt.Errorf("%s has %s %d times, not once", indexFile, change[0], strings.Count(html, change[0]))
		}
		html = strings.Replace(html, change[0], change[1], 1)
	}
	return html, nil
}

// worker is the script of the worker, with what it begins with.
func (p Page) worker() ([]byte, error) {
	begin, err := json.Marshal(p.Begin) // which writes < as an escape
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{p.Core.Support, []byte("globalThis.beginning = " + string(begin) + ";"), workerScript}, []byte("\n")), nil
}

// packed is gzip of some bytes, which says no time.
func packed(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

var (
	styleLink  = regexp.MustCompile(`<link rel="stylesheet" href="([^"/:]+)">`)
	moduleLink = regexp.MustCompile(`<script type="module" src="([^"/:]+)"></script>`)
	// imported is a module named in an import or an export of another.
	imported = regexp.MustCompile(`(\bfrom\s*|\bimport\s*\(?\s*)"\./([^"/]+\.js)"`)
	// loaded is an element that loads something.
	loaded = regexp.MustCompile(`<(?:link|script|img)\b[^>]*\b(?:src|href)="([^"]*)"`)
)

// Single gives the page as one HTML file. Modules, which have no addresses there that they could import
// each other by, have names of an import map; the program is the last thing in the file, so that the page
// is drawn before it is read.
func (p Page) Single() ([]byte, error) {
	html, err := p.index("inline", singlePolicy)
	if err != nil {
		return nil, err
	}
	var failed error
	read := func(name string) string {
		text, err := fs.ReadFile(p.Site, name)
		if err != nil {
			failed = err
		}
		return string(text)
	}
	html = styleLink.ReplaceAllStringFunc(html, func(link string) string {
		return "<style>\n" + inert(read(styleLink.FindStringSubmatch(link)[1]), "style", &failed) + "</style>"
	})
	imports, err := p.imports()
	if err != nil {
		return nil, err
	}
	mapped := false
	html = moduleLink.ReplaceAllStringFunc(html, func(link string) string {
		script := fmt.Sprintf(`<script type="module">import %q;</script>`, specifier(moduleLink.FindStringSubmatch(link)[1]))
		if !mapped {
			mapped = true
			script = `<script type="importmap">` + imports + "</script>\n" + script
		}
		return script
	})
	for _, m := range loaded.FindAllStringSubmatch(html, -1) {
		if !strings.HasPrefix(m[1], "data:") {
			return nil, fmt.Errorf("%s needs another file: %s", indexFile, m[0])
		}
	}
	if failed == nil && !mapped {
		failed = fmt.Errorf("%s has no module", indexFile)
	}
	if failed != nil {
		return nil, failed
	}
	worker, err := p.worker()
	if err != nil {
		return nil, err
	}
	program, err := packed(p.Core.Wasm)
	if err != nil {
		return nil, err
	}
	before, after, found := strings.Cut(html, "</body>")
	if !found {
		return nil, fmt.Errorf("%s has no </body>", indexFile)
	}
	html = before + `<script type="text/plain" id="core-worker">` + inert(string(worker), "script", &failed) + "</script>\n" +
		`<script type="text/plain" id="core-wasm">` + base64.StdEncoding.EncodeToString(program) + "</script>\n</body>" + after
	return []byte(html), failed
}

// inert makes sure that a text does not end the element that it is put into.
func inert(text, element string, failed *error) string {
	lower := strings.ToLower(text)
	if strings.Contains(lower, "</"+element) || strings.Contains(lower, "<!--") {
		*failed = fmt.Errorf("a %s of the page has </%s or <!-- in it", element, element)
	}
	return text
}

// specifier is what a module is called by others.
func specifier(name string) string { return "lab/" + name }

// imports is the import map of all modules, as JSON.
func (p Page) imports() (string, error) {
	names, err := fs.Glob(p.Site, "*.js")
	if err != nil {
		return "", err
	}
	modules := map[string]string{}
	for _, name := range names {
		text, err := fs.ReadFile(p.Site, name)
		if err != nil {
			return "", err
		}
		for _, m := range imported.FindAllSubmatch(text, -1) {
			if _, err := fs.Stat(p.Site, string(m[2])); err != nil {
				return "", fmt.Errorf("%s imports %s: %w", path.Base(name), m[2], err)
			}
		}
		text = imported.ReplaceAll(text, []byte(`${1}"`+specifier("${2}")+`"`))
		modules[specifier(name)] = "data:text/javascript;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(text)
	}
	list, err := json.Marshal(map[string]any{"imports": modules})
	return string(list), err
}
