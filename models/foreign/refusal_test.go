package foreign

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/input"
)

// zipOf is an archive of empty files.
func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := archive.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// refused opens a file and has the error name it and say everything.
func refused(t *testing.T, path string, o Options, words ...string) {
	t.Helper()
	_, err := Open(path, o)
	var bad *input.Error
	if !errors.As(err, &bad) || bad.File != path {
		t.Errorf("%s: %v, which is no input error about the file", path, err)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v\nlacks %q", err, w)
		}
	}
}

// What other programs wrote is known under every name.
func TestFilesThatAreNotReadAreAnswered(t *testing.T) {
	const torch, skl = "safetensors.torch.save_file(net.state_dict()", "*net.coefs_, *net.intercepts_"
	for name, words := range map[string][]string{
		"state.pt": {"torch.save", torch}, "whole.pth": {"torch.save", torch}, "legacy.pt": {"a pickle of PyTorch", torch}, "script.pt": {"TorchScript", torch},
		"protocol0.pkl": {"a pickle", skl}, "protocol2.pkl": {"a pickle", "(scikit-learn)", skl}, "protocol5.pkl": {"a pickle", skl}, "plain.joblib": {"a pickle", skl},
		"zlib.joblib": {"a pickle, compressed with zlib", skl}, "gzip.joblib": {"compressed with gzip", skl}, "bz2.joblib": {"compressed with bzip2", skl}, "xz.joblib": {"compressed with xz", skl},
	} {
		path := filepath.Join("testdata/refused", name)
		refused(t, path, Options{}, words...)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if name == "protocol0.pkl" || strings.HasSuffix(name, "2.joblib") || name == "xz.joblib" {
			continue // text, or compressed so that the inside is not seen
		}
		for _, other := range []string{"net.npz", "net.safetensors", "net.onnx", "net"} {
			renamed := filepath.Join(t.TempDir(), other)
			if err := os.WriteFile(renamed, content, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, renamed, Options{}, words...)
		}
	}
}

// The length of a safetensors header may be the first bytes of another format.
func TestSafetensorsOfAnyHeaderAreRead(t *testing.T) {
	for _, first := range []string{"\x80\x02", "\x80\x04", "\x80\x05", "\x78\x01", "\x78\x9c", "\x1f\x8b", "PK", "\x08\x01", "{\""} {
		length := binary.LittleEndian.Uint16([]byte(first))
		header := `{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}`
		content := binary.LittleEndian.AppendUint64(nil, uint64(length))
		content = append(content, header+strings.Repeat(" ", int(length)-len(header))+"\x00\x00\x80?\x00\x00\x80?"...)
		for _, name := range []string{"net.safetensors", "net"} {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if model, err := Open(path, Options{}); err != nil || model.String() != "2 → 1" {
				t.Errorf("%q: %v, %v", first, model, err)
			}
		}
	}
}

func TestFilesAreKnownByTheirFirstBytes(t *testing.T) {
	header := func(n byte, text string) string { return string([]byte{n, 0, 0, 0, 0, 0, 0, 0}) + text }
	for _, c := range []struct{ name, content, word string }{
		{"net.h5", "\x89HDF\r\n\x1a\n.....", "np.savez(\"net.npz\", *model.get_weights())"},
		{"net.onnx", "\x89HDF\r\n\x1a\n.....", "HDF5"},
		{"net.keras", string(zipOf(t, "metadata.json", "config.json", "model.weights.h5")), "*model.get_weights()"},
		{"net.npz", string(zipOf(t, "word/document.xml")), "a zip archive without NumPy's arrays: word/document.xml"},
		{"net.npz", string(zipOf(t)), "no weights are in it"},
		{"net.tflite", "\x1c\x00\x00\x00TFL3....", "tf2onnx"},
		{"saved_model.pb", "\x08\x01\x12\x02", "tf2onnx"},
		{"net.mlmodel", "\x08\x05\x12\x02", "Core ML"},
		{"net.gguf", "GGUF\x03\x00\x00\x00", "GGUF"},
		{"net.mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64", "scipy.io.loadmat"},
		{"net.npy", "\x93NUMPY\x01\x00", "one NumPy array"},
		{"net.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull"},
		{"net.safetensors", "<!DOCTYPE html><html>", "HTML"},
		{"net.onnx", " \n<html><body>", "HTML"},
		{"net.txt", "tree\nversion=v3\n", "LightGBM"},
		{"net.gz", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "compressed with gzip"},
		{"net.npz", "", "an empty file"},
		{"net.safetensors", "a few words of text", "it is text, though its name ends in .safetensors"},
		{"net.npz", "\x01\x02\x03\x00", "its first bytes are none that are known, though its name ends in .npz"},
		{"net.safetensors", header(0, "{"), "header"},
		{"net.safetensors", header(200, "{\"0.weight\":"), "truncated"},
		{"net.npz", "PK\x03\x04", "not an .npz archive, or a damaged one"},
		{"net.json", `{"learner": {"gradient_booster": {}}, "version": [1, 7, 0]}`, "no weights are in it"},
		{"net.json", `{"class_name": "Sequential", "config": {"layers": ["Dense"]}}`, "no weights are in it: it has no arrays"},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, path, Options{}, c.word)
	}
}
