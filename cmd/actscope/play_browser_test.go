//go:build unix

package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a Chromium with one page, and what it complains about.
type browser struct {
	*testing.T
	ctx context.Context

	mutex      sync.Mutex
	complaints []string
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes long")
	}
	path, err := exec.LookPath("chromium")
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("no Chromium: install Debian's package chromium to test the laboratory in a browser")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 900), chromedp.Flag("headless", "new"))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	b := &browser{T: t, ctx: ctx}
	b.ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(b.ctx) // what is left of it ends with this process
		stop()
	})
	b.listen()
	return b
}

// another is another tab of the same browser.
func (b *browser) another() *browser {
	b.Helper()
	ctx, stop := chromedp.NewContext(b.ctx)
	b.Cleanup(stop)
	other := &browser{T: b.T, ctx: ctx}
	other.listen()
	return other
}

func (b *browser) listen() {
	b.Helper()
	if err := chromedp.Listen(b.ctx, b.hear); err != nil {
		b.Fatal(err)
	}
}

// hear notes complaints.
func (b *browser) hear(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, fmt.Sprintf("exception: %s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console: "+string(e.Type))
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, "log: "+e.Entry.Text)
	}
}

// silent fails where the page complained.
func (b *browser) silent() {
	b.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, c := range b.complaints {
		b.Error(c)
	}
}

func (b *browser) open(url string) {
	b.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(url)); err != nil {
		b.Fatalf("%s: %v", url, err)
	}
}

// wait waits until a condition holds.
func (b *browser) wait(condition string) {
	b.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(time.Minute))); err != nil {
		b.shot("failed")
		b.mutex.Lock()
		defer b.mutex.Unlock()
		b.Fatalf("%s: %v\n%s\nthe page says %q", condition, err, strings.Join(b.complaints, "\n"), ask[string](b, `document.body.innerText.slice(0, 300)`))
	}
}

// ask is the value of an expression.
func ask[T any](b *browser, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%.200s: %v", expression, err)
	}
	return v
}

// shot writes a screenshot where ACTSCOPE_SHOTS names a folder.
func (b *browser) shot(name string) {
	b.Helper()
	dir := os.Getenv("ACTSCOPE_SHOTS")
	if dir == "" {
		return
	}
	r, err := chromedp.Call(b.ctx, devtools.CaptureScreenshot, devtools.CaptureScreenshotParams{})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), r.Data, 0o666)
	}
	if err != nil {
		b.Error(err)
	}
}

// epoch is the one that the page shows.
const epoch = `Number(document.getElementById("epoch").textContent.replace(/\D/g, ""))`

func (b *browser) click(id string) {
	b.Helper()
	ask[bool](b, `document.getElementById("`+id+`").click(), true`)
}

// playTo plays until an epoch has passed, and pauses there; it gives the epoch at which that is.
func (b *browser) playTo(least int) int {
	b.Helper()
	b.click("play")
	b.wait(fmt.Sprintf("%s >= %d", epoch, least))
	b.click("play")
	b.wait(`document.getElementById("play").textContent.includes("Play")`)
	b.wait(`new Promise((done) => { const before = ` + epoch + `; setTimeout(() => done(before === ` + epoch + `), 300) })`)
	return ask[int](b, epoch)
}

// download is what the server gives for a name.
func (b *browser) download(name string) []byte {
	b.Helper()
	text := ask[string](b, `fetch("export/`+name+`?tab=" + sessionStorage.getItem("laboratory")).then(async (r) => {
		if (!r.ok) throw new Error(await r.text());
		const bytes = new Uint8Array(await r.arrayBuffer());
		let text = "";
		for (const b of bytes) text += String.fromCharCode(b);
		return btoa(text);
	})`)
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		b.Fatal(err)
	}
	return body
}

// unzipped are the files of an archive.
func unzipped(t *testing.T, archive []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range r.File {
		body, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(content)
	}
	return files
}

// What was trained under somebody's eyes is, weight for weight, what compare trains of its export.
func TestComparisonRepeatsWhatThePageTrained(t *testing.T) {
	b := newBrowser(t)
	p := playing(t, "--hidden", "5,3", "--activations", "relu,tanh", "--seed", "7")
	b.open(p.url)
	b.wait(epoch + ` === 0 && document.querySelectorAll("canvas, svg").length > 3`)
	at := b.playTo(40)
	b.shot("played")
	study := b.download("study.yaml")
	if !strings.Contains(string(study), fmt.Sprintf("epochs: %d\n", at)) {
		t.Errorf("at epoch %d the study is\n%s", at, study)
	}
	dir := t.TempDir()
	file, save := filepath.Join(dir, "study.yaml"), filepath.Join(dir, "saved")
	if err := os.WriteFile(file, study, 0o666); err != nil {
		t.Fatal(err)
	}
	succeed(t, "compare", "--config", file, "--quiet", "--format", "svg", "--out", filepath.Join(dir, "out"), "--save", save)
	shown := unzipped(t, b.download("weights.safetensors"))
	if len(shown) != 2 {
		t.Errorf("%d networks are exported", len(shown))
	}
	for name, content := range shown {
		short := name[strings.LastIndexAny(name, "-/")+1:]
		if saved := savedNetwork(t, save, short); saved != tensorsOf(content) {
			t.Errorf("%s: compare has other weights than the page", name)
		}
	}
	b.silent()
	p.end()
}

// tensorsOf is what follows a safetensors file's header.
func tensorsOf(content string) string {
	n := 0
	for i := range 8 {
		n |= int(content[i]) << (8 * i)
	}
	return content[8+n:]
}

// savedNetwork are the numbers of a network that compare saved.
func savedNetwork(t *testing.T, dir, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return tensorsOf(string(content))
}

func TestReloadAndBrokenSocketLoseNothing(t *testing.T) {
	b := newBrowser(t)
	p := playing(t)
	b.open(p.url)
	b.wait(epoch + " === 0")
	at := b.playTo(20)
	if err := chromedp.Do(b.ctx, chromedp.Reload()); err != nil {
		t.Fatal(err)
	}
	b.wait(fmt.Sprintf("%s === %d", epoch, at))
	other := b.another() // a tab of its own
	other.open(p.url)
	other.wait(epoch + ` === 0 && document.querySelectorAll("canvas, svg").length > 3`)
	b.wait(fmt.Sprintf("%s === %d", epoch, at))
	b.silent()
	other.silent()
}

func TestFifthTabIsToldInWords(t *testing.T) {
	b := newBrowser(t)
	p := playing(t)
	tabs := []*browser{b}
	b.open(p.url)
	for len(tabs) < 5 {
		tabs = append(tabs, b.another())
		tabs[len(tabs)-1].open(p.url)
		if len(tabs) < 5 {
			tabs[len(tabs)-1].wait(`document.querySelectorAll("canvas, svg").length > 3`)
		}
	}
	tabs[4].wait(`document.body.innerText.includes("close one of them")`)
	tabs[4].shot("fifth")
}

// A page of another origin that even knows the address gets nothing.
func TestForeignPageGetsNothing(t *testing.T) {
	b := newBrowser(t)
	p := playing(t)
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<!doctype html><title>foreign</title><body>")
	}))
	defer foreign.Close()
	b.open(foreign.URL)
	for what, script := range map[string]string{
		"a socket":  `new Promise((done) => { const w = new WebSocket(URL_.replace("http", "ws") + "ws?tab=a"); w.onopen = () => done(true); w.onerror = () => done(false) })`,
		"a request": `fetch(URL_, { mode: "no-cors" }).then(() => true, () => false)`,
		"a script":  `new Promise((done) => { const s = document.createElement("script"); s.src = URL_ + "link.js"; s.onload = () => done(true); s.onerror = () => done(false); document.body.append(s) })`,
		"a style":   `new Promise((done) => { const s = document.createElement("link"); s.rel = "stylesheet"; s.href = URL_ + "layout.css"; s.onload = () => done(true); s.onerror = () => done(false); document.head.append(s) })`,
	} {
		if ask[bool](b, strings.ReplaceAll(script, "URL_", `"`+p.url+`"`)) {
			t.Errorf("a foreign page has %s", what)
		}
	}
	ask[bool](b, `new Promise((done) => { const f = document.createElement("iframe"); f.src = "`+p.url+`"; f.onload = () => done(true); document.body.append(f) })`)
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if !slices.ContainsFunc(b.complaints, func(c string) bool {
		return strings.Contains(c, "frame-ancestors") || strings.Contains(c, "X-Frame-Options")
	}) {
		t.Errorf("a foreign page has a frame: %q", b.complaints)
	}
}
