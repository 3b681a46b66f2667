//go:build unix

package input_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"actscope/internal/input"
)

// pipe makes a named pipe.
func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPipeIsReadOnceToItsEnd(t *testing.T) {
	path := pipe(t)
	want := strings.Repeat("a line\n", 100_000)
	go os.WriteFile(path, []byte(want), 0o600)
	f, err := input.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || string(got) != want {
		t.Errorf("%d of %d bytes, %v", len(got), len(want), err)
	}
}

func TestWaitingForAPipeEndsWithTheContext(t *testing.T) {
	stopped := errors.New("stopped")
	soon := func() context.Context {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(20*time.Millisecond, func() { cancel(stopped) })
		return ctx
	}
	ctx := soon()
	if _, err := input.Open(ctx, pipe(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("without a writer: %v", err)
	}
	path := pipe(t)
	writer := make(chan *os.File, 1)
	go func() {
		w, _ := os.OpenFile(path, os.O_WRONLY, 0)
		w.WriteString("half a li")
		writer <- w
	}()
	ctx = soon()
	f, err := input.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(f)
	if string(got) != "half a li" || !errors.Is(err, context.Canceled) {
		t.Errorf("%q, %v from a writer who says nothing more", got, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	(<-writer).Close()
}

func TestWhatIsNoFileOfBytesIsRefused(t *testing.T) {
	for path, want := range map[string]string{"/dev/urandom": "neither a file nor a pipe", t.TempDir(): "is a directory", "/nowhere": "no such file or directory"} {
		f, err := input.Open(t.Context(), path)
		var bad *input.Error
		if !errors.As(err, &bad) || bad.File != path || bad.Reason != want {
			t.Errorf("%s: %v, %v", path, f, err)
		}
	}
	for _, path := range []string{"/dev/urandom", t.TempDir(), pipe(t)} {
		if _, err := input.ReadRegular(path); err == nil || err.Error() != path+": not a regular file" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFileThatIsTooLargeIsRefusedUnread(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sparse")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 10<<40); err != nil {
		t.Skip(err)
	}
	if _, err := input.ReadRegular(path); err == nil || err.Error() != path+": 10240.0 GiB long: at most 1 GiB are read" {
		t.Error(err)
	}
}
