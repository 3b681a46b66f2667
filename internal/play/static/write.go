package static

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"actscope/internal/atomicfile"
	"actscope/internal/input"
)

// manifestFile lists the files of a folder that was written here, with their sums: what is as it was
// written may be replaced, and nothing else.
const manifestFile = "actscope-play.json"

// manifest is the content of that file.
type manifest struct {
	Files map[string]string `json:"files"` // SHA-256 by name
}

// seal ends a single file, with the sum of what is before it.
const seal = "<!-- actscope play --single %s -->\n"

// CheckFolder refuses a folder with anything in it that was not written here, or was changed since, as
// an [input.Error] about "static".
func CheckFolder(dir string) error {
	_, err := replaceable(dir)
	return err
}

// replaceable are the names of files in a folder that may be replaced.
func replaceable(dir string) (map[string]string, error) {
	if dir == "" {
		return nil, input.Refuse("static", "names no folder")
	}
	if err := atomicfile.Settle(dir); err != nil && !errors.Is(err, fs.ErrNotExist) && !isFile(dir) {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, input.RefusePlace("static", "cannot look into %s: %w", dir, err)
	}
	var before manifest
	if text, err := os.ReadFile(filepath.Join(dir, manifestFile)); err == nil {
		json.Unmarshal(text, &before) // of another kind: nothing is known
	}
	for _, e := range entries {
		name := e.Name()
		if name == manifestFile && before.Files != nil || atomicfile.IsTemporary(name) {
			continue
		}
		sum, known := before.Files[name]
		if !known {
			return nil, input.Refuse("static", "%s holds %s, which was not written by actscope play --static: name another folder, or move it away first", dir, input.Visible(name))
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || sumOf(content) != sum {
			return nil, input.Refuse("static", "%s was changed since actscope play wrote it: name another folder, or move it away first", filepath.Join(dir, name))
		}
	}
	return before.Files, nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// WriteFolder writes files to a folder, all or none, in place of those that it wrote there before.
func WriteFolder(dir string, files map[string][]byte) error {
	old, err := replaceable(dir)
	if err != nil {
		return err
	}
	if err := atomicfile.Mkdir(dir); err != nil {
		return input.RefusePlace("static", "cannot make %s: %w", dir, err)
	}
	change, err := atomicfile.Begin(dir)
	if err != nil {
		return input.RefusePlace("static", "cannot write to %s: %w", dir, err)
	}
	defer change.Discard()
	change.Before = func() (remove []string, err error) {
		for _, name := range slices.Sorted(maps.Keys(old)) {
			if files[name] == nil && filepath.IsLocal(name) {
				remove = append(remove, name)
			}
		}
		return remove, nil
	}
	list := manifest{map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		list.Files[name] = sumOf(files[name])
		if err := writeTo(change, name, files[name]); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	if err := writeTo(change, manifestFile, append(text, '\n')); err != nil {
		return err
	}
	return change.Commit()
}

func writeTo(c *atomicfile.Change, name string, content []byte) error {
	return c.Write(name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// CheckSingle refuses a place for a single file where there is another one than was written here, as an
// [input.Error] about "single".
func CheckSingle(file string) error {
	if file == "" {
		return input.Refuse("single", "names no file")
	}
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
			return input.Refuse("single", "%s is not a folder that exists", filepath.Dir(file))
		}
		if _, err := os.Lstat(file); err == nil {
			return input.Refuse("single", "%s is a link that leads nowhere", file)
		}
		return nil
	}
	switch {
	case err != nil:
		return input.RefusePlace("single", "cannot look at %s: %w", file, err)
	case !info.Mode().IsRegular():
		return input.Refuse("single", "%s is no regular file: name another", file)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return input.RefusePlace("single", "cannot read %s: %w", file, err)
	}
	if last := bytes.LastIndex(content, []byte("<!-- actscope play")); last < 0 || string(content[last:]) != sealOf(content[:last]) {
		return input.Refuse("single", "%s was not written by actscope play --single, or was changed since: name another file, or move it away first", file)
	}
	return nil
}

func sealOf(content []byte) string { return fmt.Sprintf(seal, sumOf(content)) }

// WriteSingle writes a page to a file, which is either whole or as it was.
func WriteSingle(file string, html []byte) error {
	if err := CheckSingle(file); err != nil {
		return err
	}
	err := atomicfile.Write(file, func(w io.Writer) error {
		if _, err := w.Write(html); err != nil {
			return err
		}
		_, err := io.WriteString(w, sealOf(html))
		return err
	})
	if err != nil {
		return input.RefusePlace("single", "cannot write %s: %w", file, err)
	}
	return nil
}
