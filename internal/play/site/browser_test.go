package site

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"actscope/graph/machine/kernel"
	"actscope/internal/config"
	"actscope/internal/play"
	"actscope/internal/play/server"
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

// device is what a reader holds in hand; the zero value is a desk of 1440 × 900 with a light screen.
type device struct {
	width, height int
	dark, calm    bool
}

// tab shows the laboratory, with a real core behind it.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string

	mutex      sync.Mutex
	complaints []string
}

// laboratory serves the page with a core of its own for each tab.
func laboratory(t *testing.T) string {
	t.Helper()
	s, err := server.Listen(server.Options{Site: Files(), Kernels: kernel.Set(), New: func(ctx context.Context) (server.Laboratory, error) {
		return play.New(ctx, config.Article())
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s.URL()
}

// open shows the page at an address behind the laboratory's own, such as #v1, and waits for its first picture.
func open(t *testing.T, url, hash string, d device) *tab {
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
	b := &tab{t: t, url: url}
	var cancel context.CancelFunc
	b.ctx, cancel = chromedp.NewContext(browser)
	t.Cleanup(func() {
		cancel()
		b.mutex.Lock()
		defer b.mutex.Unlock()
		for _, c := range b.complaints {
			t.Error(c)
		}
	})
	if err := chromedp.Listen(b.ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.resize(d)
	b.do(chromedp.Navigate(url + hash))
	b.wait(`globalThis.laboratory?.took > 0`)
	return b
}

func (b *tab) resize(d device) {
	b.t.Helper()
	width := cmp.Or(d.width, 1440)
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(width), Height: int64(cmp.Or(d.height, 900)), DeviceScaleFactor: 1, Mobile: width < 600,
	})
	feature := func(name string, on bool, yes, no string) *emulation.MediaFeature {
		if on {
			no = yes
		}
		return &emulation.MediaFeature{Name: name, Value: no}
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		feature("prefers-color-scheme", d.dark, "dark", "light"), feature("prefers-reduced-motion", d.calm, "reduce", "no-preference"),
	}})
}

// hear notes what the page complains about.
func (b *tab) hear(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+e.ExceptionDetails.Text+" "+e.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, a := range e.Args {
			words = append(words, a.Description, string(a.Value))
		}
		b.complaints = append(b.complaints, "console: "+strings.Join(words, " "))
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, "log: "+e.Entry.Text)
	}
}

// call sends a command to the browser.
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
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(30*time.Second))); err != nil {
		b.t.Fatalf("%s: %v; notices %q", condition, err, eval[string](b, `JSON.stringify([...globalThis.laboratory?.lab.notices ?? []])`))
	}
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

// shoot keeps a picture of the page where ACTSCOPE_SHOTS names a folder, to be looked at.
func (b *tab) shoot(name string) {
	b.t.Helper()
	folder := os.Getenv("ACTSCOPE_SHOTS")
	if folder == "" {
		return
	}
	shot := call(b, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err := os.WriteFile(folder+"/"+name+".png", shot.Data, 0o666); err != nil {
		b.t.Fatal(err)
	}
}
