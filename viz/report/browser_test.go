package report

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"actscope/viz"
)

// chromium is a browser for all tests, started by the first that needs one.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "chromium")
	if err != nil {
		return nil, err
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("headless", "new"), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	stopChromium = func() {
		_ = chromedp.Cancel(ctx) // what is left of it ends with this process
		os.RemoveAll(profile)
	}
	return ctx, chromedp.Do(ctx)
})

var stopChromium = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	stopChromium()
	os.Exit(code)
}

// device is what a reader holds in hand. The zero value is a desk with a light screen.
type device struct {
	width, height     int // 0: 1200, 800
	ratio             int // 0: 1
	dark, calm, paper bool
	noScript          bool
	before            string // script that runs before the page's own
}

// tab shows a page and notes what it asks for and complains about.
type tab struct {
	t    *testing.T
	ctx  context.Context
	file string

	mutex      sync.Mutex
	requests   []string
	blocked    []string // why requests were
	complaints []string
}

// open shows a page, from disk.
func open(t *testing.T, content []byte, d device) *tab {
	if testing.Short() {
		t.Skip("a browser takes long")
	}
	t.Helper()
	browser, err := chromium()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("no Chromium: install Debian's package chromium to test the page in a browser")
	}
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{t: t, file: filepath.Join(t.TempDir(), "report.html")}
	if err := os.WriteFile(b.file, content, 0o666); err != nil {
		t.Fatal(err)
	}
	var cancel context.CancelFunc
	b.ctx, cancel = chromedp.NewContext(browser)
	t.Cleanup(cancel)
	if err := chromedp.Listen(b.ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	b.resize(d)
	if d.before != "" {
		call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: d.before})
	}
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: d.noScript})
	b.do(chromedp.Navigate("file://" + b.file))
	if !d.noScript && d.before == "" && bytes.Contains(content, []byte(`id="film-data"`)) {
		b.wait(`!document.querySelector(".film").hidden`)
	}
	return b
}

// resize makes the screen that of a device.
func (b *tab) resize(d device) {
	b.t.Helper()
	width, height, ratio := d.width, cmp.Or(d.height, 800), d.ratio
	if width == 0 {
		width = 1200
	}
	if ratio == 0 {
		ratio = 1
	}
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(width), Height: int64(height), DeviceScaleFactor: float64(ratio), Mobile: width < 600,
	})
	feature := func(name string, on bool, yes, no string) *emulation.MediaFeature {
		if on {
			no = yes
		}
		return &emulation.MediaFeature{Name: name, Value: no}
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		feature("prefers-color-scheme", d.dark, "dark", "light"), feature("prefers-reduced-motion", d.calm, "reduce", "no-preference"),
	}}
	if d.paper {
		media.Media = "print"
	}
	call(b, emulation.SetEmulatedMedia, media)
}

// hear notes requests and complaints.
func (b *tab) hear(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *network.EventLoadingFailed:
		b.blocked = append(b.blocked, string(e.BlockedReason))
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console: "+string(e.Type))
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, "log: "+e.Entry.Text)
	}
}

// checkSilence fails where the page asked for more than itself or complained.
func (b *tab) checkSilence() {
	b.t.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if want := []string{"file://" + b.file}; !slices.Equal(b.requests, want) {
		b.t.Errorf("the page asked for %q, want %q", b.requests, want)
	}
	for _, c := range b.complaints {
		b.t.Error(c)
	}
}

// call sends a command to the page.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	r, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// wait waits until a JavaScript expression is true.
func (b *tab) wait(condition string) {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		b.t.Fatalf("%s: %v", condition, err)
	}
}

// settle waits until what was asked for is drawn.
func (b *tab) settle() {
	b.t.Helper()
	eval[bool](b, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true)))))`)
}

// eval gives the value of a JavaScript expression.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.200s: %v", expression, err)
	}
	return v
}

// screenshot counts the pixels of each colour, as CSS has it, that the screen shows.
func (b *tab) screenshot() map[string]int {
	b.t.Helper()
	shot := call(b, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	picture, err := png.Decode(bytes.NewReader(shot.Data))
	if err != nil {
		b.t.Fatal(err)
	}
	pixels := map[viz.Color]int{}
	size := picture.Bounds().Size()
	for i := range size.X * size.Y {
		pixels[color.NRGBAModel.Convert(picture.At(i%size.X, i/size.X)).(viz.Color)]++
	}
	seen := map[string]int{}
	for c, n := range pixels {
		seen[hex(c)] += n
	}
	return seen
}

func TestPageIsSilentAndAsksForNothing(t *testing.T) {
	for name, d := range map[string]device{"desk": {}, "phone": {width: 360, ratio: 3, dark: true}} {
		b := open(t, written(t, samplePage(t)), d)
		eval[bool](b, `document.querySelector(".slider").focus(), true`)
		b.do(chromedp.KeyEvent(end))
		b.settle()
		if got := b.snapshot(); got != 23 {
			t.Errorf("%s: snapshot %d", name, got)
		}
		b.checkSilence()
	}
}

func TestEveryShapeOfFilmIsSilent(t *testing.T) {
	empty := sampleFilm(2, 1, 3, 4)
	for s := range empty.Epochs {
		for n := range empty.Nets {
			empty.Nets[n].Loss, empty.Nets[n].Accuracy, empty.Nets[n].Wrong = nil, nil, nil
			for i := range empty.Nets[n].Fields[s] {
				empty.Nets[n].Fields[s][i] = nan
			}
			for i := range empty.Nets[n].Layers[0].Points[s] {
				empty.Nets[n].Layers[0].Points[s][i] = nan
			}
		}
	}
	huge := sampleFilm(1, 1, 3, 4)
	for s := range huge.Epochs {
		huge.Nets[0].Layers[0].Points[s] = []float64{-1e308, 1e308, 0, 1e-300, 5, 5, 1e308, -1e308}
	}
	for name, f := range map[string]*Film{"one of all": sampleFilm(1, 0, 1, 0), "eight deep": sampleFilm(8, 9, 20, 30), "not finite": empty, "huge": huge} {
		b := open(t, written(t, Page{Title: name, Film: f}), device{})
		eval[bool](b, `document.querySelector(".slider").focus(), true`)
		b.do(chromedp.KeyEvent(end))
		b.settle()
		b.checkSilence()
	}
}

// Without this, silence could mean that nobody listens.
func TestRequestsAndErrorsWouldBeHeard(t *testing.T) {
	b := open(t, []byte(`<!DOCTYPE html><title>x</title><img src="other.png"><script>console.error("x"); setTimeout(() => { missing() })</script>`), device{})
	b.wait(`document.images[0].complete`)
	b.settle()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if len(b.requests) != 2 || !strings.HasSuffix(b.requests[1], "other.png") {
		t.Errorf("requests %q", b.requests)
	}
	if all := strings.Join(b.complaints, "\n"); !strings.Contains(all, "console: error") || !strings.Contains(all, "exception: ") {
		t.Errorf("complaints %q", all)
	}
}

func TestPolicyRunsNoOtherScriptAndLoadsNothing(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{})
	if eval[bool](b, `{
		const script = document.createElement("script");
		script.textContent = "window.intruder = true";
		document.body.append(script);
		const image = document.createElement("img");
		image.src = "other.png";
		document.body.append(image);
		"intruder" in window;
	}`) {
		t.Error("another script ran")
	}
	b.settle()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if !slices.Equal(b.blocked, []string{"csp"}) {
		t.Errorf("of the requests %q were blocked: %q", b.requests, b.blocked)
	}
}
