package viz

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/font/gofont/goregular"
)

// collectionOf wraps a font as the only one of a collection.
func collectionOf(font []byte) []byte {
	const header = 16
	out := append([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10"), font...)
	tables := int(binary.BigEndian.Uint16(font[4:]))
	for i := range tables {
		at := out[header+12+16*i+8:]
		binary.BigEndian.PutUint32(at, binary.BigEndian.Uint32(at)+header)
	}
	return out
}

func TestCharactersAreFoundInTheFontsOfFolders(t *testing.T) {
	for name, content := range map[string][]byte{"a.ttf": goregular.TTF, "deep/b.TTC": collectionOf(goregular.TTF)} {
		dir := t.TempDir()
		for file, data := range map[string][]byte{name: content, "0.ttf": []byte("no font"), "1.otf": goregular.TTF[:900], "2.ttc": nil, "note.txt": goregular.TTF} {
			path := filepath.Join(dir, file)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		fonts := newSystemFonts(func() []string { return []string{dir, filepath.Join(dir, "missing")} })
		if g := fonts.glyph('A'); g == nil || g.advance <= 0 || g.em <= 0 {
			t.Errorf("%s: no A: %+v", name, g)
		}
		if fonts.glyph('漢') != nil || fonts.glyph('字') != nil {
			t.Errorf("%s: a character that it does not have", name)
		}
	}
}

// useFonts makes a folder that of the machine's fonts.
func useFonts(t *testing.T, folders ...string) {
	before := machineFonts
	machineFonts = newSystemFonts(func() []string { return folders })
	t.Cleanup(func() { machineFonts = before })
}

func TestMissingScriptsAreSaidOnceAndDoNotMoveAnything(t *testing.T) {
	figure := func() *Figure {
		return &Figure{Name: "scripts", Title: "漢字 and ไทย", Panels: []*Panel{{Title: []Span{{Text: "漢字"}}}}}
	}
	picture := func() (height int) {
		var b bytes.Buffer
		if err := figure().WritePNG(&b, 1); err != nil {
			t.Fatal(err)
		}
		config, err := png.DecodeConfig(&b)
		if err != nil {
			t.Fatal(err)
		}
		return config.Height
	}
	useFonts(t)
	layout, err := figure().Layout()
	if err != nil {
		t.Fatal(err)
	}
	if h := picture(); h < int(layout.Height)+10 || h > int(layout.Height)+40 {
		t.Errorf("%d px high with a note, %v without", h, layout.Height)
	}
	for _, c := range "漢字ไทย" { // as if the machine had them
		machineFonts.found[c] = &systemGlyph{em: 1000, advance: 1000}
	}
	if h := picture(); h != int(layout.Height) {
		t.Errorf("%d px high, want %v", h, layout.Height)
	}
}
