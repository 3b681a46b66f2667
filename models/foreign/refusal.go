package foreign

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"actscope/internal/input"
	"unicode/utf8"
)

// What to type in Python to write what can be read.
const (
	fromTorch = `in Python: torch.onnx.export(net, x[:1], "net.onnx"), which keeps the activations, or safetensors.torch.save_file(net.state_dict(), "net.safetensors")`
	fromSKL   = `in Python: open("net.onnx", "wb").write(skl2onnx.to_onnx(net, X[:1]).SerializeToString()), or np.savez("net.npz", *net.coefs_, *net.intercepts_)`
	fromKeras = `in Python: np.savez("net.npz", *model.get_weights()), or tf2onnx.convert.from_keras(model, output_path="net.onnx")`
	fromTF    = `in Python: tf2onnx.convert.from_keras(model, output_path="net.onnx"), or python -m tf2onnx.convert --saved-model FOLDER --output net.onnx`
	fromArray = `in Python: np.savez("net.npz", W1=W1, b1=b1, W2=W2, b2=b2)`
)

// fromPickle answers a pickle of which nobody knows who wrote it.
const fromPickle = `in Python, of scikit-learn: np.savez("net.npz", *net.coefs_, *net.intercepts_) or skl2onnx.to_onnx; of PyTorch: torch.onnx.export(net, x[:1], "net.onnx") or safetensors.torch.save_file(net.state_dict(), "net.safetensors")`

// known are files that hold networks and cannot be read, by their first bytes.
var known = []struct {
	at             int
	magic          string
	reason, advice string
}{
	{0, "\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes them (.h5)", fromKeras},
	{0, "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", "a pickle of PyTorch, which runs code when it is read", fromTorch},
	{4, "TFL3", "a TensorFlow Lite file", fromTF},
	{0, "GGUF", "a GGUF file, of a language model", supported},
	{0, "MATLAB ", "a MATLAB file (.mat)", `in Python: m = scipy.io.loadmat("net.mat"), then np.savez("net.npz", W1=m["W1"], b1=m["b1"], ...)`},
	{0, "\x93NUMPY", "one NumPy array (.npy)", "put all arrays of the network into one file, " + fromArray},
	{0, "version https://git-lfs", "a pointer of Git LFS and not the file itself", "fetch it: git lfs pull"},
	{0, "tree\nversion=", "trees of LightGBM and no network of layers", supported},
	{0, "%PDF", "a PDF document", ""},
	{0, "\x89PNG", "a picture (PNG)", ""},
}

// refusal knows, by their first bytes, files that hold networks and cannot be read, and the line
// of Python that writes one that can; "" for all others.
func refusal(s source, head []byte) (reason, advice string) {
	if isSafetensors(head) {
		return "", ""
	}
	for _, k := range known {
		if len(head) >= k.at && bytes.HasPrefix(head[k.at:], []byte(k.magic)) {
			return k.reason, k.advice
		}
	}
	ending := strings.ToLower(filepath.Ext(s.path))
	pickled := slices.Contains([]string{".pkl", ".pickle", ".joblib"}, ending)
	switch {
	case len(head) == 0:
		return "an empty file", ""
	case bytes.HasPrefix(head, []byte("PK")):
		return zipRefusal(s)
	case isPickle(head):
		return pickleRefusal(head)
	case pickled && (head[0] == '(' || head[0] == 'c'):
		return pickleRefusal(head)
	case ending == ".pb":
		return "a TensorFlow graph (.pb)", fromTF
	case ending == ".mlmodel":
		return "a Core ML file", "export the network that it was converted from, as ONNX"
	case looksLikePage(head):
		return "a page of the web (HTML) and not the file itself", "download the file, not the page that shows it"
	}
	if inside, how := decompressed(head); how != "" {
		if isPickle(inside) || pickled {
			_, advice := pickleRefusal(inside)
			return "a pickle, compressed with " + how + " as joblib does it, which runs code when it is read", advice
		}
		return "compressed with " + how, "decompress it first"
	}
	return "", ""
}

// isPickle tells pickles of protocol 2 to 5.
func isPickle(head []byte) bool {
	return len(head) > 1 && head[0] == 0x80 && 2 <= head[1] && head[1] <= 5
}

func pickleRefusal(head []byte) (reason, advice string) {
	reason = "a pickle, which runs code when it is read"
	switch {
	case bytes.Contains(head, []byte("sklearn")):
		return reason + " (scikit-learn)", fromSKL
	case bytes.Contains(head, []byte("torch")):
		return reason + " (PyTorch)", fromTorch
	case bytes.Contains(head, []byte("keras")):
		return reason + " (Keras)", fromKeras
	}
	return reason, fromPickle
}

// zipRefusal knows archives of PyTorch and Keras by the names in them.
func zipRefusal(s source) (reason, advice string) {
	var archive *zip.Reader
	if s.content != nil {
		archive, _ = zip.NewReader(bytes.NewReader(s.content), int64(len(s.content)))
	} else if file, size, err := input.OpenRegular(s.path); err == nil {
		defer file.Close()
		archive, _ = zip.NewReader(file, size)
	}
	if archive == nil || archive.File == nil {
		return "", "" // the reader of npz says what is wrong
	}
	has := func(is func(name string) bool) bool {
		return slices.ContainsFunc(archive.File, func(f *zip.File) bool { return is(f.Name) })
	}
	named := func(name string) func(string) bool {
		return func(n string) bool { return n == name || strings.HasSuffix(n, "/"+name) }
	}
	switch {
	case has(named("data.pkl")) && has(func(n string) bool { return strings.Contains("/"+n, "/code/") }):
		return "a TorchScript archive of PyTorch", fromTorch
	case has(named("data.pkl")):
		return "a file of torch.save, a pickle, which runs code when it is read", fromTorch
	case has(named("model.weights.h5")), has(named("config.json")) && has(named("metadata.json")):
		return "a .keras file, whose weights are HDF5", fromKeras
	case len(archive.File) > 0 && !has(func(n string) bool { return strings.HasSuffix(n, ".npy") }):
		return fmt.Sprintf("a zip archive without NumPy's arrays: %s is in it", archive.File[0].Name), fromArray
	}
	return "", ""
}

// folderRefusal knows folders that hold networks; "" for what is no folder.
func folderRefusal(path string) (reason, advice string) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return "", ""
	}
	has := func(name string) bool {
		_, err := os.Stat(filepath.Join(path, name))
		return err == nil
	}
	switch {
	case has("saved_model.pb"):
		return "a SavedModel folder of TensorFlow", fromTF
	case has("Manifest.json") && strings.HasSuffix(path, ".mlpackage"):
		return "a Core ML package", "export the network that it was converted from, as ONNX"
	}
	return "a folder", "name a file in it: ONNX, safetensors, npz and JSON can be read"
}

// decompressed is the beginning of what compressed bytes hold, and how they are compressed, ""
// where they are not. Of bzip2, xz and lz4 only the kind is told.
func decompressed(head []byte) (inside []byte, how string) {
	var r io.Reader
	var err error
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		how = "gzip"
		r, err = gzip.NewReader(bytes.NewReader(head))
	case len(head) > 1 && head[0] == 0x78 && (int(head[0])<<8+int(head[1]))%31 == 0:
		how = "zlib"
		r, err = zlib.NewReader(bytes.NewReader(head))
	case bytes.HasPrefix(head, []byte("BZh")):
		return nil, "bzip2"
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return nil, "xz"
	case bytes.HasPrefix(head, []byte{0x04, 0x22, 0x4d, 0x18}):
		return nil, "lz4"
	default:
		return nil, ""
	}
	if err != nil {
		return nil, how
	}
	inside = make([]byte, headBytes)
	n, _ := io.ReadFull(r, inside) // the head is cut off: an error is no news
	return inside[:n], how
}

// looksLikePage tells HTML.
func looksLikePage(head []byte) bool {
	text := strings.ToLower(string(bytes.TrimLeft(head[:min(len(head), 256)], " \t\r\n\ufeff")))
	return strings.HasPrefix(text, "<!doctype html") || strings.HasPrefix(text, "<html")
}

// appearance says what a file that no reader knows looks like.
func appearance(head []byte, ending string) string {
	what := "its first bytes are none that are known"
	if text := head[:max(0, len(head)-utf8.UTFMax)]; len(head) < headBytes && utf8.Valid(head) || utf8.Valid(text) && len(text) > 0 {
		if !bytes.ContainsRune(head, 0) {
			what = "it is text"
		}
	}
	switch ending {
	case ".npz", ".safetensors":
		return what + ", though its name ends in " + ending
	}
	return what
}
