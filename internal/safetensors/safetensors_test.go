package safetensors

import (
	"actscope/internal/number"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var sample = []Tensor{
	{Name: "W1", Shape: []int{2, 3}, Values: []float64{0, math.Copysign(0, -1), 1.0 / 3, -5e-324, math.MaxFloat64, 1e-300}},
	{Name: "scalar", Shape: []int{}, Values: []float64{math.Pi}},
	{Name: "empty", Shape: []int{0, 7}, Values: []float64{}},
	{Name: "größe \"x\"", Shape: []int{2}, Values: []float64{math.Inf(-1), 7}},
}

func encoded(t *testing.T, tensors []Tensor, metadata map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, tensors, metadata); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	metadata := map[string]string{"format": "pt", "a": "<b>"}
	file := encoded(t, sample, metadata)
	tensors, meta, err := Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample, tensors, cmpopts.IgnoreFields(Tensor{}, "Type")); diff != "" {
		t.Error(diff)
	}
	if !math.Signbit(tensors[0].Values[1]) {
		t.Error("-0 became 0")
	}
	if diff := cmp.Diff(metadata, meta); diff != "" {
		t.Error(diff)
	}
	if !bytes.Equal(file, encoded(t, sample, metadata)) {
		t.Error("the same tensors give other bytes")
	}
	if (8+binary.LittleEndian.Uint64(file))%8 != 0 {
		t.Error("the numbers are not aligned")
	}
}

// A second parser, written from the format's description: it takes each tensor's
// bytes from where the header says.
func TestASecondParserReadsTheFile(t *testing.T) {
	file := encoded(t, sample, nil)
	n := binary.LittleEndian.Uint64(file[:8])
	var header map[string]struct {
		Dtype   string
		Shape   []int
		Offsets []int `json:"data_offsets"`
	}
	if err := json.Unmarshal(file[8:8+n], &header); err != nil {
		t.Fatal(err)
	}
	if len(header) != len(sample) {
		t.Errorf("%d tensors", len(header))
	}
	for _, want := range sample {
		h := header[want.Name]
		var values []float64
		for data := file[8+int(n)+h.Offsets[0] : 8+int(n)+h.Offsets[1]]; len(data) > 0; data = data[8:] {
			var v float64
			if err := binary.Read(bytes.NewReader(data[:8]), binary.LittleEndian, &v); err != nil {
				t.Fatal(err)
			}
			values = append(values, v)
		}
		if diff := cmp.Diff(want.Values, values, cmpopts.EquateEmpty()); h.Dtype != "F64" || diff != "" || fmt.Sprint(h.Shape) != fmt.Sprint(want.Shape) {
			t.Errorf("%s: %+v, %s", want.Name, h, diff)
		}
	}
}

func TestNumPyReadsTheFile(t *testing.T) {
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import numpy").Run() != nil {
		t.Skip("no /usr/bin/python3 with NumPy here")
	}
	path := filepath.Join(t.TempDir(), "f.safetensors")
	if err := os.WriteFile(path, encoded(t, sample[:1], map[string]string{"k": "v"}), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", `
import json, struct, sys, numpy
raw = open(sys.argv[1], "rb").read()
n, = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8:8+n])
assert header["__metadata__"] == {"k": "v"}
begin, end = header["W1"]["data_offsets"]
print([float(v).hex() for v in numpy.frombuffer(raw[8+n+begin:8+n+end], "<f8").reshape(header["W1"]["shape"]).ravel()])
`, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := "['0x0.0p+0', '-0x0.0p+0', '0x1.5555555555555p-2', '-0x0.0000000000001p-1022', '0x1.fffffffffffffp+1023', '0x1.56e1fc2f8f359p-997']"
	if got := strings.TrimSpace(string(out)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// raw is a file with the given header and data.
func raw(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

func TestSinglePrecisionAndAnyOrderAreRead(t *testing.T) {
	file := raw(`{"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}   `, 8)
	file = binary.LittleEndian.AppendUint32(file, math.Float32bits(0.1))
	file = binary.LittleEndian.AppendUint32(file, math.Float32bits(-2))
	tensors, metadata, err := Read(bytes.NewReader(file), int64(len(file)))
	if err != nil || metadata != nil || len(tensors) != 2 || tensors[0].Name != "a" || tensors[1].Values[0] != float64(float32(0.1)) || tensors[1].Values[1] != -2 {
		t.Errorf("%+v, %v, %v", tensors, metadata, err)
	}
	file = raw(`{}`, 0)
	if tensors, _, err := Read(bytes.NewReader(file), int64(len(file))); err != nil || len(tensors) != 0 {
		t.Errorf("no tensors: %v, %v", tensors, err)
	}
}

// Bytes as the standards have them: IEEE 754's examples of binary16, two's complement, and float32 cut to half its bits.
func TestOtherTypesAreRead(t *testing.T) {
	nan := math.NaN()
	for kind, test := range map[string]struct {
		bytes  string
		values []float64
	}{
		"F16":  {"\x00\x3c\x01\x3c\x00\xc0\xff\x7b\x00\x04\xff\x03\x01\x00\x00\x80\x00\x7c\x00\xfc\x55\x35\x01\x7c", []float64{1, 1 + 1./1024, -2, 65504, 0x1p-14, 0x1p-14 - 0x1p-24, 0x1p-24, 0, math.Inf(1), math.Inf(-1), 1365. / 4096, nan}},
		"BF16": {"\x80\x3f\x49\x40\x80\xff\x01\x00", []float64{1, 3.140625, math.Inf(-1), 0x1p-133}},
		"I64":  {"\x03\x00\x00\x00\x00\x00\x00\x00\xfe\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\x00\x01\x00\x00", []float64{3, -2, 1 << 40}},
		"I32":  {"\xff\xff\xff\xff\x00\x00\x00\x80\x09\x00\x00\x00", []float64{-1, -1 << 31, 9}},
		"I16":  {"\xff\xff\x00\x80\x09\x00", []float64{-1, -1 << 15, 9}},
		"I8":   {"\xff\x80\x09", []float64{-1, -128, 9}},
		"U8":   {"\xff\x00\x09", []float64{255, 0, 9}},
		"BOOL": {"\x01\x00\x01", []float64{1, 0, 1}},
	} {
		header := fmt.Sprintf(`{"w":{"dtype":%q,"shape":[%d],"data_offsets":[0,%d]}}`, kind, len(test.values), len(test.bytes))
		file := append(raw(header, 0), test.bytes...)
		tensors, _, err := Read(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(kind, err)
		}
		if diff := cmp.Diff([]Tensor{{"w", []int{len(test.values)}, test.values, kind}}, tensors, cmpopts.EquateNaNs()); diff != "" {
			t.Error(kind, diff)
		}
	}
}

// The half-precision numbers of Python's struct, all of them.
func TestPythonReadsTheSameHalves(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	out, err := exec.Command(python, "-c", "import struct\nfor i in range(65536): print(struct.unpack('<e', struct.pack('<H', i))[0].hex())").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(out))
	if len(lines) != 1<<16 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		want, err := strconv.ParseFloat(line, 64)
		if got := number.Half(uint16(i)); err != nil || math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Fatalf("%#x is %v, in Python %s", i, got, line)
		}
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	whole := encoded(t, sample, nil)
	huge := raw("{}", 0)
	binary.LittleEndian.PutUint64(huge, math.MaxUint64)
	one := func(fields string, data int) []byte { return raw(`{"w":{`+fields+`}}`, data) }
	for name, test := range map[string]struct {
		file []byte
		want string
	}{
		"empty":           {nil, "truncated"},
		"seven bytes":     {whole[:7], "truncated"},
		"half a header":   {whole[:20], "of the header's"},
		"truncated":       {whole[:len(whole)-1], `tensor "größe \"x\"": truncated`},
		"too long":        {append(bytes.Clone(whole), 0), "1 bytes follow the last tensor"},
		"huge header":     {huge, "not a safetensors file"},
		"an archive":      {append([]byte("PK\x03\x04\x00\x00\x00\x00"), 1, 2, 3), "truncated"},
		"no object":       {raw(`[1]`, 0), "does not begin with {"},
		"no JSON":         {raw(`{"w"`, 0), `tensor "w"`},
		"unclosed":        {raw(`{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}`, 8), "header"},
		"more JSON":       {raw(`{}{}`, 0), "bytes follow its end"},
		"twice":           {raw(`{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}`, 8), "occurs twice"},
		"type":            {one(`"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]`, 8), `type "F8_E4M3": BF16, BOOL, F16`},
		"no type":         {one(`"shape":[1],"data_offsets":[0,8]`, 8), `type ""`},
		"no shape":        {one(`"dtype":"F64","data_offsets":[0,8]`, 8), "no shape"},
		"negative side":   {one(`"dtype":"F64","shape":[-1],"data_offsets":[0,8]`, 8), "negative side"},
		"overflow":        {one(`"dtype":"F64","shape":[4611686018427387904,4],"data_offsets":[0,8]`, 8), "more elements"},
		"short":           {one(`"dtype":"F64","shape":[2],"data_offsets":[0,8]`, 8), "do not hold 2 numbers"},
		"backwards":       {one(`"dtype":"F64","shape":[0],"data_offsets":[0,-8]`, 8), `tensor "w"`},
		"gap":             {one(`"dtype":"F64","shape":[1],"data_offsets":[8,16]`, 16), "begin at byte 8 where 0"},
		"overlap":         {raw(`{"v":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"w":{"dtype":"F64","shape":[1],"data_offsets":[4,12]}}`, 12), "begin at byte 4 where 8"},
		"beyond the file": {one(`"dtype":"F64","shape":[99999],"data_offsets":[0,799992]`, 8), "truncated"},
		"text metadata":   {raw(`{"__metadata__":{"a":1}}`, 0), "metadata"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := Read(bytes.NewReader(test.file), int64(len(test.file))); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
	if _, _, err := ReadFile(t.TempDir()); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder: %v", err)
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	for name, tensors := range map[string][]Tensor{
		"no name":   {{Shape: []int{}, Values: []float64{1}}},
		"metadata":  {{Name: "__metadata__", Shape: []int{}, Values: []float64{1}}},
		"twice":     {sample[0], sample[0]},
		"too few":   {{Name: "w", Shape: []int{2}, Values: []float64{1}}},
		"not UTF-8": {{Name: "\xff", Shape: []int{1}, Values: []float64{1}}},
	} {
		var b bytes.Buffer
		if err := Write(&b, tensors, nil); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, b.Len())
		}
	}
	if err := Write(brokenPipe{}, sample, nil); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

var errBroken = errors.New("broken")

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }

// Whatever the bytes: no panic, no more memory than the file's size explains, and
// what is read can be written and read again.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := Write(&b, sample, map[string]string{"a": "b"}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(raw(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 8))
	f.Add(raw(`{}`, 0))
	f.Fuzz(func(t *testing.T, file []byte) {
		tensors, metadata, err := Read(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		total := 0
		for _, tensor := range tensors {
			total += len(tensor.Values)
			if tensor.Name == "" {
				return // cannot be written
			}
		}
		if total > len(file) {
			t.Errorf("%d values from %d bytes", total, len(file))
		}
		again := encoded(t, tensors, metadata)
		got, _, err := Read(bytes.NewReader(again), int64(len(again)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tensors, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Tensor{}, "Type")); diff != "" {
			t.Error(diff)
		}
	})
}
