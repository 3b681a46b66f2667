package runfolder

import (
	"actscope/internal/input"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestFolderThatCannotBeWrittenIsABadSetting(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", file, filepath.Join(file, "below"), "/proc/no such folder", "a\x00b"} {
		_, err := New(path)
		var bad *input.Error
		if !errors.As(err, &bad) || bad.Key != "out" {
			t.Errorf("%q: got %v", path, err)
		}
	}
}
