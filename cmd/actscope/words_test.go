package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// Names that others chose neither command the terminal nor fill it, whichever command says
// them.
func TestMessagesQuoteAndShortenWhatOthersChose(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Skip(err)
		}
		return path
	}
	const nasty = "\x1b[2J\u202e\a\r"
	long := strings.Repeat("long", 15_000)
	points := write("a"+nasty+".csv", "x"+nasty+",label\n1,"+nasty+"\n")
	settings := write(nasty+".yaml", "epochs: 0\n")
	unknown := write("unknown.yaml", "\"key"+nasty+long+"\": 1\n")
	for _, args := range [][]string{
		{"compare", "--dataset", "csv:" + points, "--label", "label"},
		{"compare", "--dataset", "csv:" + points, "--label", nasty + long},
		{"compare", "--dataset", "csv:" + dir + "/" + nasty + long},
		{"compare", "--dataset", nasty + long},
		{"compare", "--config", settings},
		{"compare", "--config", unknown},
		{"compare", "--activations", "exp(z" + nasty + long},
		{"compare", "--activations", strings.Repeat("z+", 30_000)},
		{"compare", "--epochs", nasty + long},
		{"compare", "--" + nasty + long},
		{"compare", "--out", settings + "/" + nasty},
		{nasty + long},
		{"claims", "--claim", nasty + long},
		{"figures", dir + "/" + nasty},
		{"gradcheck", "--against", dir + "/" + nasty + long},
		{"gradcheck", "--export", dir + "/" + nasty + "/x"},
		{"sweep", "status", dir + "/" + nasty},
		{"sweep", "plan", settings, dir + "/" + nasty + "/s"},
	} {
		o := command(t.Context(), args...)
		if o.status != statusUsage || len(o.stderr) > 10_000 {
			t.Errorf("%.80q: status %d, %d bytes", args, o.status, len(o.stderr))
		}
		if at := strings.IndexFunc(o.stderr, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsGraphic(r) }); at >= 0 {
			t.Errorf("%.80q: %.200q", args, o.stderr[max(0, at-50):])
		}
	}
}

// panicking is a writer that panics.
type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("nobody expects this") }

// A panic that nobody expects is said to be a fault of the program.
func TestPanicOfACommandIsAnError(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	err := run(t.Context(), []string{"version"}, panicking{}, &stderr)
	if s := explain(err, &stderr); s != statusFailed || !strings.Contains(stderr.String(), "nobody expects this\nThis is a fault of the program.") {
		t.Errorf("status %d, %s", s, stderr.String())
	}
}
