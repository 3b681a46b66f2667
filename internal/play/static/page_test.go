package static

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// small is a page of two modules, one of which imports the other in each way that there is.
func small() Page {
	return Page{
		Site: fstest.MapFS{
			"index.html": {Data: []byte(`<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="look.css">` +
				`<script type="module" src="main.js"></script></head><body><a href="https://example.org/">x</a></body></html>`)},
			"look.css": {Data: []byte("body { color: red }\n")},
			"main.js":  {Data: []byte("import { a } from \"./other.js\";\nexport * from \"./other.js\";\nconst late = () => import(\"./other.js\");\nimport \"./other.js\";\n// \"./other.js\"\n")},
			"other.js": {Data: []byte("export const a = \"ä\";\n")},
		},
		Core: Core{Wasm: []byte("\x00asm"), Support: []byte("class Go {}")},
	}
}

func TestFolderIsASiteWithItsCore(t *testing.T) {
	p := small()
	p.Begin.Settings = map[string]string{"dataset": "y = x1 < 0"}
	files, err := p.Folder()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 6 {
		t.Errorf("%d files", len(files))
	}
	if index := string(files["index.html"]); !strings.Contains(index, `<html data-core="worker" lang="en">`) || !strings.Contains(index, "'wasm-unsafe-eval'") {
		t.Errorf("index.html is %s", index)
	}
	worker := string(files["worker.js"])
	if !strings.HasPrefix(worker, "class Go {}\n") || !strings.Contains(worker, `globalThis.beginning = {"settings":{"dataset":"y = x1 \u003c 0"}};`) || !strings.Contains(worker, "DecompressionStream") {
		t.Errorf("worker.js is %s", worker)
	}
	if got := unpacked(t, files["actscope.wasm.gz"]); got != "\x00asm" {
		t.Errorf("the program is %q", got)
	}
	again, err := p.Folder()
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if !bytes.Equal(files[name], again[name]) {
			t.Errorf("%s is another one each time", name)
		}
	}
}

func unpacked(t *testing.T, b []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestSingleFileHasEverythingInIt(t *testing.T) {
	text, err := small().Single()
	if err != nil {
		t.Fatal(err)
	}
	html := string(text)
	for _, want := range []string{`<html data-core="inline"`, "<style>\nbody { color: red }\n</style>", `<script type="module">import "lab/main.js";</script>`, `id="core-worker">class Go {}`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in %s", want, html)
		}
	}
	var imports struct{ Imports map[string]string }
	found := regexp.MustCompile(`<script type="importmap">(.*)</script>`).FindStringSubmatch(html)
	if found == nil || json.Unmarshal([]byte(found[1]), &imports) != nil || len(imports.Imports) != 2 {
		t.Fatalf("the import map: %v", found)
	}
	main, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(imports.Imports["lab/main.js"], "data:text/javascript;charset=utf-8;base64,"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "import { a } from \"lab/other.js\";\nexport * from \"lab/other.js\";\nconst late = () => import(\"lab/other.js\");\nimport \"lab/other.js\";\n// \"./other.js\"\n"; string(main) != want {
		t.Errorf("main.js is %s", main)
	}
	program := regexp.MustCompile(`id="core-wasm">([A-Za-z0-9+/=]*)</script>\n</body></html>$`).FindStringSubmatch(html)
	if program == nil {
		t.Fatalf("no program at the end of %s", html)
	}
	packed, err := base64.StdEncoding.DecodeString(program[1])
	if err != nil {
		t.Fatal(err)
	}
	if got := unpacked(t, packed); got != "\x00asm" {
		t.Errorf("the program is %q", got)
	}
	if strings.Index(html, "importmap") > strings.Index(html, `type="module"`) {
		t.Error("modules come before their map")
	}
}

func TestPagesThatWouldNotWorkAreRefused(t *testing.T) {
	for want, change := range map[string]func(fstest.MapFS){
		"index.html":       func(m fstest.MapFS) { delete(m, "index.html") },
		"look.css":         func(m fstest.MapFS) { delete(m, "look.css") },
		"imports other.js": func(m fstest.MapFS) { delete(m, "other.js") },
		"</style":          func(m fstest.MapFS) { m["look.css"].Data = []byte("</style>") },
		"another file": func(m fstest.MapFS) {
			m["index.html"].Data = bytes.Replace(m["index.html"].Data, []byte("<a "), []byte(`<img src="x.png"><a `), 1)
		},
		"no module": func(m fstest.MapFS) {
			m["index.html"].Data = bytes.Replace(m["index.html"].Data, []byte(`<script type="module" src="main.js"></script>`), nil, 1)
		},
		"<html": func(m fstest.MapFS) { m["index.html"].Data = []byte("<body></body>") },
		"</body>": func(m fstest.MapFS) {
			m["index.html"].Data = bytes.Replace(m["index.html"].Data, []byte("</body>"), nil, 1)
		},
	} {
		p := small()
		change(p.Site.(fstest.MapFS))
		if _, err := p.Single(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	p := small()
	p.Site.(fstest.MapFS)["worker.js"] = &fstest.MapFile{}
	if _, err := p.Folder(); err == nil {
		t.Error("a worker.js of the page's own is replaced")
	}
}
