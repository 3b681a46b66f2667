package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"actscope/internal/input"
)

// parse applies the text of a file.
func parse(text []byte, c *Config) error {
	lines, err := ParseYAML("study.yaml", text)
	if err != nil {
		return err
	}
	return c.set("study.yaml", lines)
}

// configs are configurations that are hard to write, by name.
func configs() map[string]Config {
	strange := Article()
	strange.Dataset, strange.Label, strange.Noise = "csv:a \"b\"\\c: #d.csv", "klass, ünï", 1e-7
	parts := Article()
	parts.Parts, parts.Hidden, parts.Activations = []string{"batch-norm", "dropout:0.2"}, []int{1, 2, 3}, []string{"tanh"}
	formulas := Article()
	formulas.Activations = []string{"sigmoid", "max(-2,min(2,z))", "-z/2", "0.25*relu(z)"}
	return map[string]Config{"article": Article(), "parts": parts, "strange": strange, "formulas": formulas}
}

func TestConfigFileRoundTrips(t *testing.T) {
	for name, c := range configs() {
		var text bytes.Buffer
		if err := Write(&text, c); err != nil {
			t.Fatal(err)
		}
		var back Config
		if err := parse(text.Bytes(), &back); err != nil {
			t.Fatalf("%s: %v in\n%s", name, err, text.String())
		}
		if !reflect.DeepEqual(c, back) {
			t.Errorf("%s: %+v became %+v", name, c, back)
		}
	}
}

func TestConfigFileSetsWhatItSays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study.yaml")
	text := "# a comment\n---\nhidden: [16, 16]\nactivations: relu,tanh # two\nepochs: 12\nnoise: \"0.5\"\nlearning-rate: 1e-2\n"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	c := Article()
	if _, err := ReadFile(path, &c); err != nil {
		t.Fatal(err)
	}
	want := Article()
	want.Hidden, want.Activations, want.Epochs, want.Noise, want.LearningRate = []int{16, 16}, []string{"relu", "tanh"}, 12, 0.5, 0.01
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v", c)
	}
	for _, one := range []string{"\ufeffepochs: 12\n", "\ufeff---\nepochs: 12\n", "---\nepochs: 12\n...\n# the end\n", "epochs: 12\n...\n...\n", "\ufeffepochs: 12\r\n"} {
		c := Article()
		if err := parse([]byte(one), &c); err != nil || c.Epochs != 12 {
			t.Errorf("%q: %v, %d epochs", one, err, c.Epochs)
		}
	}
	for _, empty := range []string{"", "# nothing\n", "\n\n", "\ufeff"} {
		c := Article()
		if err := parse([]byte(empty), &c); err != nil || !reflect.DeepEqual(c, Article()) {
			t.Errorf("%q: %v, %+v", empty, err, c)
		}
	}
}

func TestBadConfigFilesAreRefusedWithLineAndColumn(t *testing.T) {
	for _, test := range []struct{ text, place, want string }{
		{"epochs: 10\nepoch: 20\n", ":2:1:", "did you mean epochs"},
		{"epochs: 10\nepochs: 20\n", ":2:", "epochs"},
		{"epochs: ten\n", ":1:9:", `"ten" is not a whole number`},
		{"epochs: 1.5\n", ":1:9:", "whole number"},
		{"epochs:\n  much: 3\n", ":2:", "not a value|no value|a mapping|anchors"},
		{"epochs:\n", ":1:", "not a value|no value|a mapping|anchors"},
		{"hidden: [8, [8, 8]]\n", "", "a list within a list"},
		{"hidden: [8, eight]\n", ":1:10:", `hidden layer 2 is "eight"`},
		{"a: &a [1, 1]\nb: &b [*a, *a]\n", ":1:4:", "anchors"},
		{"epochs: &e 10\nseed: *e\n", ":1:", "not a value|no value|a mapping|anchors"},
		{"- epochs\n", ":1:1:", "not a list of settings"},
		{"epochs: [1\n", ":1:", ""},
		{"epochs: 10\n---\nseed: 1\n", ":2:1:", "second document"},
		{"epochs: 10\n...\nseed: 1\n", ":3:1:", "second document"},
		{"epochs: 10\n...\n---\nseed: 1\n", ":3:1:", "second document"},
		{"...\nepochs: 10\n", ":2:1:", "second document"},
		{"---\n---\nepochs: 10\n", ":2:1:", "second document"},
		{"\ufeff\ufeffepochs: 10\n", ":1:1:", "a byte-order mark"},
		{"epochs: 10\nseed: \ufeff1\n", ":2:7:", "a byte-order mark"},
		{"\xff\xfee\x00", "", "UTF-16: save it as UTF-8"},
		{"\xfe\xff\x00e", "", "UTF-16: save it as UTF-8"},
		{"{epochs: {a: {b: 1}}}\n", "", "a list within a list|a mapping within"},
		{strings.Repeat("[", 50_000), "", "a list within a list|a mapping within"},
		{strings.Repeat("#", 2_000_000), "", "larger than 1024 KiB"},
		{"epochs: \"10\n", ":1:", ""},
		{"\tepochs: 10\n", ":1:", ""},
	} {
		t.Run(test.text[:min(len(test.text), 20)], func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.yaml")
			if err := os.WriteFile(path, []byte(test.text), 0o666); err != nil {
				t.Fatal(err)
			}
			c := Article()
			_, err := ReadFile(path, &c)
			var bad *input.Error
			if !errors.As(err, &bad) {
				t.Fatalf("got %v", err)
			}
			said := false
			for _, want := range strings.Split(test.want, "|") {
				said = said || strings.Contains(err.Error(), want)
			}
			if !said || !strings.Contains(err.Error(), "bad.yaml"+test.place) {
				t.Errorf("got %v, want %q at %q", err, test.want, test.place)
			}
			if !reflect.DeepEqual(c, Article()) {
				t.Error("half of the file was taken")
			}
		})
	}
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none"), new(Config)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

// Whatever the bytes, they are settings or an error; what is read can be written
// and read again.
func FuzzFile(f *testing.F) {
	f.Add([]byte("hidden: [16, 16]\nactivations: relu,tanh\nepochs: 12\n"))
	f.Add([]byte("a: &a [1]\nb: *a\n"))
	f.Add([]byte("dataset: \"csv:a b\"\nnoise: .inf\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c := Article()
		if err := parse(text, &c); err != nil {
			return
		}
		var written bytes.Buffer
		if err := Write(&written, c); err != nil {
			t.Fatal(err)
		}
		if c.Validate() != nil {
			return
		}
		var back Config
		if err := parse(written.Bytes(), &back); err != nil || !reflect.DeepEqual(c, back) {
			t.Errorf("%+v became %+v, %v", c, back, err)
		}
	})
}
