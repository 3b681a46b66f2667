//go:build unix

package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"actscope/graph/machine/kernel"
)

// given is a file that the core in the page's worker makes.
func (b *browser) given(name string) []byte {
	b.Helper()
	text := ask[string](b, `laboratory.lab.link.export("`+name+`").then(async ({ body }) => {
		let text = "";
		for (const b of new Uint8Array(await body.arrayBuffer())) text += String.fromCharCode(b);
		return btoa(text);
	})`)
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		b.Fatal(err)
	}
	return body
}

// The page in one file, opened from disk, trains the same networks as the program does: it is drawn before
// the core runs, it asks for no other file, and compare repeats what it exports.
func TestPagesWithoutServerTrainTheSameNetworks(t *testing.T) {
	b := newBrowser(t)
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command to compile the core with")
	}
	dir := t.TempDir()
	table := filepath.Join(dir, "points.csv")
	var points strings.Builder
	points.WriteString("größe,x2,label\n")
	for i := range 60 {
		fmt.Fprintf(&points, "%d,%d,%d\n", i%7, i%5, i%2)
	}
	if err := os.WriteFile(table, []byte(points.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	single, site := filepath.Join(dir, "laboratory.html"), filepath.Join(dir, "site")
	args := []string{"play", "--source", filepath.Join("..", ".."), "--hidden", "4", "--activations", "relu,sigmoid"}
	o := succeed(t, append(args, "--single", single, "--static", site, "--dataset", "csv:"+table)...)
	if strings.Count(o.stdout, "\n") != 2 || !strings.Contains(o.stdout, single) || !strings.Contains(o.stdout, site) {
		t.Errorf("said %q", o.stdout)
	}
	content, err := os.ReadFile(single)
	if err != nil {
		t.Fatal(err)
	}
	if len(content) > 9e6 {
		t.Errorf("the file has %d bytes", len(content))
	}
	if strings.Contains(string(content), dir) {
		t.Error("the file says where it was made")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(site)))
	defer server.Close()
	for where, url := range map[string]string{"one file": "file://" + single, "site": server.URL + "/"} {
		began := time.Now()
		b.open(url)
		b.wait(`performance.getEntriesByName("first-paint").length > 0`)
		t.Logf("%s: painted after %v", where, time.Since(began))
		b.wait(`document.querySelectorAll("canvas, svg").length > 3 && laboratory.lab.frame !== null`)
		t.Logf("%s: first frame after %v", where, time.Since(began))
		if at := ask[string](b, `laboratory.lab.state.settings.dataset`); at != "csv:points.csv" {
			t.Errorf("%s: the points are %s", where, at)
		}
		at := b.playTo(30)
		b.shot("static " + where)
		study := filepath.Join(dir, "study.yaml")
		for name, content := range map[string][]byte{study: b.given("study.yaml"), filepath.Join(dir, "data.csv"): b.given("data.csv")} {
			if err := os.WriteFile(name, content, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		save := filepath.Join(dir, "saved "+where)
		cmd := program(t, "compare", "--config", "study.yaml", "--quiet", "--format", "svg", "--out", "out "+where, "--save", save)
		cmd.Dir = dir
		cmd.Env = append(cmd.Env, kernel.Environment+"=portable")
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: compare: %v: %s", where, err, said)
		}
		shown := unzipped(t, b.given("weights.safetensors"))
		if len(shown) != 2 {
			t.Errorf("%s: %d networks are exported", where, len(shown))
		}
		for name, content := range shown {
			if savedNetwork(t, save, name[strings.LastIndexAny(name, "-/")+1:]) != tensorsOf(content) {
				t.Errorf("%s: at epoch %d compare has other weights of %s than the page", where, at, name)
			}
		}
	}
	b.silent()
	if err := chromedp.Do(b.ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
}

func TestPlayRefusesWhatItCannotUse(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine.html")
	if err := os.WriteFile(mine, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ line, want string }{
		{"--port 65536", "port: 65536"},
		{"--port x", "port"},
		{"--host 0.0.0.0", "host:"},
		{"--host example.org", "host:"},
		{"--idle -1s", "idle: -1s"},
		{"--epochs 0", "epochs: 0"},
		{"--config " + filepath.Join(dir, "none.yaml"), "none.yaml"},
		{"--dataset csv:" + filepath.Join(dir, "none.csv"), "none.csv"},
		{"--samples 100000", "samples: 100000"},
		{"--hidden 8x20", "hidden: 20 hidden layers"},
		{"--source .", "source: goes with"},
		{"--single " + mine, "single: " + mine + " was not written by"},
		{"--static " + dir, "static: " + dir + " holds mine.html"},
		{"--single " + filepath.Join(dir, "x.html") + " --port 8080", "port: is about a server"},
		{"--single " + filepath.Join(dir, "x.html") + " --source " + dir, "source: " + dir + " has not the sources"},
		{"extra", "unknown command"},
	} {
		o := command(t.Context(), append([]string{"play"}, strings.Fields(c.line)...)...)
		if o.status != statusUsage || o.stdout != "" || !strings.Contains(o.stderr, c.want) {
			t.Errorf("play %s: status %d, %q, %s", c.line, o.status, o.stdout, o.stderr)
		}
	}
	if content, err := os.ReadFile(mine); err != nil || string(content) != "mine" {
		t.Errorf("the file is %q, %v", content, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
