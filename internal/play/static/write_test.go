package static

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/input"
)

// refusedFor wants an error about a key with some words in it.
func refusedFor(t *testing.T, err error, key, words string) {
	t.Helper()
	var bad *input.Error
	if !errors.As(err, &bad) || bad.Key != key || !strings.Contains(bad.Reason, words) {
		t.Errorf("got %v, want a refusal of %s with %q", err, key, words)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestFolderIsReplacedOnlyAsItWasWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "site")
	if err := WriteFolder(dir, map[string][]byte{"a.js": []byte("1"), "b.js": []byte("2")}); err != nil {
		t.Fatal(err)
	}
	if err := WriteFolder(dir, map[string][]byte{"a.js": []byte("3")}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, filepath.Join(dir, "a.js")); got != "3" {
		t.Errorf("a.js is %q", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "b.js")); err == nil {
		t.Error("a file of the old page is left")
	}
	write(t, filepath.Join(dir, "a.js"), "by hand")
	refusedFor(t, CheckFolder(dir), "static", "was changed")
	refusedFor(t, WriteFolder(dir, map[string][]byte{"a.js": []byte("4")}), "static", "was changed")
	if got := read(t, filepath.Join(dir, "a.js")); got != "by hand" {
		t.Errorf("what was changed is %q", got)
	}
	write(t, filepath.Join(dir, "a.js"), "3")
	write(t, filepath.Join(dir, "notes.txt"), "mine")
	refusedFor(t, WriteFolder(dir, map[string][]byte{"a.js": []byte("4")}), "static", "notes.txt")
	if got := read(t, filepath.Join(dir, "notes.txt")); got != "mine" {
		t.Errorf("what somebody put there is %q", got)
	}
}

func TestFoldersOfOthersAreRefused(t *testing.T) {
	dir := t.TempDir()
	refusedFor(t, CheckFolder(""), "static", "names no folder")
	file := filepath.Join(dir, "file")
	write(t, file, "mine")
	refusedFor(t, CheckFolder(file), "static", "not a directory")
	refusedFor(t, CheckFolder(dir), "static", "holds file")
	forged := t.TempDir() // a manifest that claims what it does not know
	write(t, filepath.Join(forged, manifestFile), `{"files":{"../x":"","index.html":"00"}}`)
	write(t, filepath.Join(forged, "index.html"), "mine")
	refusedFor(t, CheckFolder(forged), "static", "was changed")
	other := t.TempDir()
	write(t, filepath.Join(other, manifestFile), "[]")
	refusedFor(t, CheckFolder(other), "static", manifestFile)
	if err := CheckFolder(filepath.Join(dir, "none")); err != nil {
		t.Error(err)
	}
}

func TestSingleFileIsReplacedOnlyAsItWasWritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	for _, html := range []string{"<p>1", "<p>2\n"} {
		if err := WriteSingle(file, []byte(html)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, file); !strings.HasPrefix(got, html+"<!-- actscope play --single ") {
			t.Errorf("the file is %q", got)
		}
	}
	write(t, file, strings.Replace(read(t, file), "2", "3", 1))
	refusedFor(t, WriteSingle(file, nil), "single", "was changed")
	write(t, file, "mine")
	refusedFor(t, CheckSingle(file), "single", "was not written by")
	if got := read(t, file); got != "mine" {
		t.Errorf("the file is %q", got)
	}
	refusedFor(t, CheckSingle(""), "single", "names no file")
	refusedFor(t, CheckSingle(dir), "single", "no regular file")
	refusedFor(t, CheckSingle(filepath.Join(dir, "none", "x.html")), "single", "not a folder that exists")
	link := filepath.Join(dir, "link.html")
	if os.Symlink(filepath.Join(dir, "nowhere"), link) == nil {
		refusedFor(t, CheckSingle(link), "single", "leads nowhere")
	}
}

func TestSourcesAreWanted(t *testing.T) {
	dir := t.TempDir()
	_, err := Compile(t.Context(), dir)
	refusedFor(t, err, "source", "has not the sources")
	write(t, filepath.Join(dir, "go.mod"), "module other\n")
	_, err = Compile(t.Context(), dir)
	refusedFor(t, err, "source", "has not the sources")
	t.Setenv("PATH", dir)
	_, err = Compile(t.Context(), filepath.Join("..", "..", ".."))
	refusedFor(t, err, "source", "no go command")
}
