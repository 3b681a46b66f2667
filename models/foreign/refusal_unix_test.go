//go:build unix

package foreign

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWhatIsNoFileIsRefused(t *testing.T) {
	folder, saved, pipe := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "net.npz")
	if err := os.WriteFile(filepath.Join(saved, "saved_model.pb"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	refused(t, folder, Options{}, "a folder: name a file in it")
	refused(t, saved, Options{}, "SavedModel", "tf2onnx")
	refused(t, pipe, Options{}, "not a regular file")
	refused(t, "/dev/zero", Options{}, "not a regular file")
	refused(t, filepath.Join(folder, "missing.npz"), Options{}, "no such file")
}
