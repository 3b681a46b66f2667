//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// namedPipe makes a pipe and has a text written to it once somebody reads; "" for nobody.
func namedPipe(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if text != "" {
		go os.WriteFile(path, []byte(text), 0o600)
	}
	return path
}

func TestPointsAndSettingsComeThroughPipes(t *testing.T) {
	t.Parallel()
	points := strings.Repeat("0,1,a\n2,3,b\n1,1,a\n4,2,b\n", 5)
	dir := t.TempDir()
	file := filepath.Join(dir, "points.csv")
	if err := os.WriteFile(file, []byte("u,v,y\n"+points), 0o600); err != nil {
		t.Fatal(err)
	}
	want := succeed(t, "compare", "--dataset", "csv:"+file, "--epochs", "2", "--quiet", "--format", "svg", "--out", filepath.Join(dir, "file")).stdout
	got := succeed(t, "compare", "--config", namedPipe(t, "epochs: 2\n"), "--dataset", "csv:"+namedPipe(t, "u,v,y\n"+points), "--quiet", "--format", "svg", "--out", filepath.Join(dir, "pipe")).stdout
	if got != want {
		t.Errorf("%s\nfrom pipes, from files\n%s", got, want)
	}
}

func TestWaitingForAPipeHearsASignal(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"compare", "--config"}, {"graph", "--config"}, {"gradcheck", "--export", filepath.Join(t.TempDir(), "x.npz"), "--config"}, {"claims", "--config"}, {"cost", "--config"},
		{"compare", "--out", t.TempDir(), "--dataset"}, {"graph", "--dataset"}, {"gradcheck", "--export", filepath.Join(t.TempDir(), "x.npz"), "--dataset"},
	} {
		path := namedPipe(t, "")
		if args[len(args)-1] == "--dataset" {
			path = "csv:" + path
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		if o := command(ctx, append(args, path)...); o.status != statusStopped {
			t.Errorf("%v: status %d: %s", args, o.status, o.stderr)
		}
	}
}

func TestPipeIsRefusedWhereItIsReadTwice(t *testing.T) {
	t.Parallel()
	pipe := namedPipe(t, "")
	for _, c := range []string{"claims --quick --dataset csv:%s --out %s", "cost --quick --dataset csv:%s --out %s"} {
		o := command(t.Context(), strings.Fields(fmt.Sprintf(c, pipe, t.TempDir()))...)
		if o.status != statusUsage || !strings.Contains(o.stderr, "read more than once") {
			t.Errorf("%s: status %d: %s", c, o.status, o.stderr)
		}
	}
}
