package static

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// tensorModule can read and write arrays in formats whose libraries are two fifths of the whole program,
// and which a page has no use for: it is compiled without them, from a copy.
const tensorModule = "gorgonia.org/tensor"

// cuts say where a file of the module ends instead, and which imports go with what is left out.
var cuts = []struct {
	file, from string
	imports    *regexp.Regexp
}{
	{"dense_compat.go", "\nfunc FromArrowArray(", regexp.MustCompile(`(?m)^.*"github\.com/apache/arrow/.*\n`)},
	{"dense_io.go", "\nfunc (t *Dense) FBEncode(", regexp.MustCompile(`(?m)^.*"(github\.com/google/flatbuffers|gorgonia\.org/tensor/internal/serialization)/.*\n`)},
}

// placeLength is the length of the path of the copy, which the compiled program has in it: [withoutPlace]
// takes it out, and equal lengths make equal programs of it, on every machine.
const placeLength = 200

// copyIn is where the copy is.
func copyIn(dir string) string {
	return filepath.Join(dir, strings.Repeat("t", max(1, placeLength-len(dir)-1)))
}

// withoutPlace is the program without the path of the copy.
func withoutPlace(wasm []byte, dir string) []byte {
	small := copyIn(dir)
	return bytes.ReplaceAll(wasm, []byte(small), bytes.Repeat([]byte("t"), len(small)))
}

// slim writes a module file to dir that is the source's but for the smaller copy, and gives its path.
func slim(ctx context.Context, command, source, dir string) (string, error) {
	at, err := run(ctx, command, source, "list", "-m", "-f", "{{.Dir}}", tensorModule)
	if err != nil {
		return "", err
	}
	original, small := strings.TrimSpace(at), copyIn(dir)
	if err := copySources(original, small); err != nil {
		return "", err
	}
	for _, c := range cuts {
		text, err := os.ReadFile(filepath.Join(original, c.file))
		if err != nil {
			return "", err
		}
		end := bytes.Index(text, []byte(c.from))
		if end < 0 {
			return "", fmt.Errorf("%s of %s has no %q", c.file, tensorModule, strings.TrimSpace(c.from))
		}
		if err := os.WriteFile(filepath.Join(small, c.file), c.imports.ReplaceAll(text[:end+1], nil), 0o644); err != nil {
			return "", err
		}
	}
	text, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		return "", err
	}
	sums, err := os.ReadFile(filepath.Join(source, "go.sum"))
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "slim.mod")
	text = fmt.Appendf(text, "\nreplace %s => %q\n", tensorModule, small)
	if err := os.WriteFile(file, text, 0o644); err != nil {
		return "", err
	}
	return file, os.WriteFile(filepath.Join(dir, "slim.sum"), sums, 0o644)
}

// copySources copies what of a module is compiled.
func copySources(from, to string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case e.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case e.Name() != "go.mod" && (!strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go")):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), content, 0o644)
	})
}
