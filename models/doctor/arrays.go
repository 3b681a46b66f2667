package doctor

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/safetensors"
)

// Array is a named array of a file, in C order (last index fastest).
type Array struct {
	Name   string
	Shape  []int // empty for a scalar
	Values []float64
	// Single says that its numbers have 32 bits, Half that they have 16.
	Single, Half bool
}

// Index is the index along each axis of Values[i].
func (a Array) Index(i int) []int { return npz.Array{Shape: a.Shape}.Index(i) }

// Limits of what is read, so that a hostile file costs little.
const (
	mostArrays = 4096     // in a file or folder
	mostBytes  = 1 << 28  // of text
	mostDepth  = 8        // of nested lists
	mostCells  = 16 << 20 // numbers of text
	mostLists  = 1 << 20  // lists of text in a list that may hold arrays
)

// advice is what to do with files of other kinds.
const advice = "save the arrays as .npz (numpy.savez), .safetensors, JSON (an object of nested lists), or a folder of .npy or .csv files"

// Read reads the arrays of an .npz, .safetensors or JSON file, of a folder of .npy and .csv files whose names are the
// arrays', or for "-" of such a file on standard input, which stdin is. Errors are of type [input.Error].
func Read(path string, stdin io.Reader) ([]Array, error) {
	if path == "-" {
		arrays, err := readStream(stdin)
		if err != nil {
			return nil, input.InFile(path, err)
		}
		return arrays, nil
	}
	arrays, err := readPath(path)
	if err != nil {
		return nil, input.InFile(path, err)
	}
	return arrays, nil
}

func readPath(path string) ([]Array, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return readFolder(path)
	}
	f, size, err := input.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readFile(f, size)
}

// readStream reads a file from its begin to its end.
func readStream(stdin io.Reader) ([]Array, error) {
	text, err := io.ReadAll(io.LimitReader(stdin, input.MostStandard+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > input.MostStandard:
		return nil, fmt.Errorf("more than %d MiB: give larger ones as a file", input.MostStandard>>20)
	}
	return readFile(bytes.NewReader(text), int64(len(text)))
}

// readFile reads a file of so many bytes.
func readFile(f interface {
	io.ReadSeeker
	io.ReaderAt
}, size int64) ([]Array, error) {
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	text := bytes.TrimLeft(head, " \t\r\n\ufeff")
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		arrays, err := npz.Read(f, size)
		return fromNPZ(arrays), err
	case len(head) > 8 && head[8] == '{':
		tensors, _, err := safetensors.Read(f, size)
		var arrays []Array
		for _, t := range tensors {
			arrays = append(arrays, Array{Name: t.Name, Shape: t.Shape, Values: t.Values, Single: isSingle(t.Values), Half: isHalf(t)})
		}
		return arrays, err
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		if size > mostBytes {
			return nil, fmt.Errorf("%d bytes of JSON, at most %d are read: save it as .npz", size, mostBytes)
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		return readJSON(f)
	case bytes.HasPrefix(head, []byte("\x93NUMPY")):
		return nil, errors.New("one array: put all .npy files into a folder and name the folder")
	}
	return nil, fmt.Errorf("not a file of arrays: %s", advice)
}

func fromNPZ(from npz.Arrays) []Array {
	var arrays []Array
	for _, a := range from {
		arrays = append(arrays, Array{Name: a.Name, Shape: a.Shape, Values: a.Values, Single: a.Type == npz.Float32})
	}
	return arrays
}

// isHalf tells tensors of 16 bits that are not of whole numbers, such as labels.
func isHalf(t safetensors.Tensor) bool {
	return (t.Type == "F16" || t.Type == "BF16") && slices.ContainsFunc(t.Values, func(v float64) bool { return v != math.Trunc(v) })
}

// isSingle tells numbers of which each has 32 bits and one is no short decimal.
func isSingle(values []float64) bool {
	whole := true
	for _, v := range values {
		if float64(float32(v)) != v && !math.IsNaN(v) {
			return false
		}
		whole = whole && v*1024 == math.Trunc(v*1024)
	}
	return !whole
}

// readFolder reads every .npy and .csv file of a folder.
func readFolder(path string) ([]Array, error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	entries, err := folder.ReadDir(mostArrays + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(entries) > mostArrays {
		return nil, fmt.Errorf("more than %d files: name a folder that has the arrays alone", mostArrays)
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	var arrays []Array
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		file := filepath.Join(path, e.Name())
		var a Array
		switch filepath.Ext(e.Name()) {
		case ".npy":
			var read npz.Array
			if read, err = npz.ReadArrayFile(file); err == nil {
				a = fromNPZ(npz.Arrays{read})[0]
			}
		case ".csv":
			a, err = readCSV(file)
		default:
			continue
		}
		if err != nil {
			return nil, input.Under("array "+name, err)
		}
		if slices.ContainsFunc(arrays, func(b Array) bool { return b.Name == name }) {
			return nil, input.Refuse("array "+name, "there are %s.npy and %s.csv: leave one", name, name)
		}
		a.Name = name
		arrays = append(arrays, a)
	}
	if len(arrays) == 0 {
		return nil, errors.New("no .npy or .csv file in it: each is an array, by the name of the file")
	}
	return arrays, nil
}

// readCSV reads numbers separated by commas, semicolons or spaces, a row to a line; one row or one column is a vector.
func readCSV(path string) (Array, error) {
	f, size, err := input.OpenRegular(path)
	if err != nil {
		return Array{}, err
	}
	defer f.Close()
	if size > mostBytes {
		return Array{}, fmt.Errorf("%d bytes of CSV, at most %d are read: save it as .npy", size, mostBytes)
	}
	var a Array
	rows, columns := 0, 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, mostBytes)
	for line := 1; lines.Scan(); line++ {
		fields := strings.FieldsFunc(strings.TrimPrefix(lines.Text(), "\ufeff"), func(r rune) bool { return strings.ContainsRune(",; \t\r", r) })
		if len(fields) == 0 {
			continue
		}
		if rows > 0 && len(fields) != columns {
			return a, fmt.Errorf("line %d has %d numbers, those before it %d", line, len(fields), columns)
		}
		rows, columns = rows+1, len(fields)
		for _, field := range fields {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil && !errors.Is(err, strconv.ErrRange) {
				return a, fmt.Errorf("line %d: %q is no number", line, field)
			}
			a.Values = append(a.Values, v)
		}
	}
	if err := lines.Err(); err != nil {
		return a, err
	}
	a.Shape = []int{rows, columns}
	if rows == 1 || columns == 1 {
		a.Shape = []int{rows * columns}
	}
	return a, nil
}
