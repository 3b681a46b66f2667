package present

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"actscope/internal/claims"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/gradcheck"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/pace"
	"actscope/internal/panics"
	"actscope/internal/theory"
	"actscope/models/doctor"
)

// stored is the content of a run folder that figures are drawn from.
type stored struct {
	run    []byte
	arrays npz.Arrays
}

// folders are one of each kind, as small as they get.
var folders = []func() (stored, error){
	sync.OnceValues(func() (stored, error) {
		c := config.Article()
		c.Samples = 40
		return compared(c)
	}),
	sync.OnceValues(func() (stored, error) { // of three inputs, whose principal axes are drawn
		file, err := os.CreateTemp("", "*.csv")
		if err != nil {
			return stored{}, err
		}
		defer os.Remove(file.Name())
		fmt.Fprintln(file, "a,b,c,class")
		for i := range 40 {
			fmt.Fprintf(file, "%d,%d,%d,%d\n", i*i%7, i%5, i*i*i%11, i%2)
		}
		c := config.Article()
		c.Dataset = "csv:" + file.Name()
		return compared(c)
	}),
	sync.OnceValues(func() (stored, error) {
		r, err := claims.Committed()
		if err != nil {
			return stored{}, err
		}
		return store(r, nil)
	}),
	sync.OnceValues(func() (stored, error) {
		text, err := os.ReadFile(filepath.Join("..", "cost", "findings", "run.json"))
		return stored{run: text}, err
	}),
	sync.OnceValues(func() (stored, error) {
		c := theory.Default()
		c.Depth, c.Width, c.Repetitions = 2, 4, 2
		r, err := theory.Study(context.Background(), c)
		if err != nil {
			return stored{}, err
		}
		return store(r.Summary, r.Arrays())
	}),
	sync.OnceValues(func() (stored, error) {
		c := config.Article()
		c.Samples, c.Hidden, c.Epochs = 24, []int{3, 2}, 3
		r, err := pace.Study(context.Background(), c, pace.Options{}, nil)
		if err != nil {
			return stored{}, err
		}
		return store(r.Summary, nil)
	}),
	sync.OnceValues(func() (stored, error) {
		r, err := doctor.Judge(context.Background(), gradientFile(2), doctor.Options{})
		if err != nil {
			return stored{}, err
		}
		run := gradcheck.NewRun("f.npz", []string{"gradcheck"}, r)
		return store(run, run.Compared())
	}),
}

// compared is the run of a comparison.
func compared(c config.Config) (stored, error) {
	c.Epochs, c.Hidden = 2, []int{3, 2}
	r, err := comparison.Run(context.Background(), c, nil, comparison.Saving{})
	if err != nil {
		return stored{}, err
	}
	return store(r.Summary("compare", nil), r.Arrays())
}

func store(run any, arrays npz.Arrays) (stored, error) {
	text, err := json.Marshal(run)
	return stored{text, arrays}, err
}

// What an edit puts in the place of a value in run.json, and of an entry of an array.
var (
	wrongValues = []any{
		json.Number("-1"), json.Number("0"), json.Number("1"), json.Number("1.5"), json.Number("1e300"), json.Number("-1e300"), json.Number("1e-300"),
		json.Number("4096"), json.Number("1000000000"), json.Number("9223372036854775807"), json.Number("1e999"),
		nil, true, "", "relu", "\x1b[31m", strings.Repeat("long ", 12_000), []any{}, map[string]any{},
		[]any{json.Number("4096"), json.Number("4096")}, slices.Repeat([]any{json.Number("4096")}, 100),
	}
	wrongEntries = []float64{math.NaN(), math.Inf(1), -1, 0, 1, 0.5, 1e300, -1e300, 1e140, -1e100, 1e-300, 1e9, math.MaxInt64}
)

// edit makes one change, which four bytes decide.
func (s *stored) edit(b [4]byte) {
	place, value := int(binary.LittleEndian.Uint16(b[1:])), int(b[3])
	switch b[0] % 8 {
	case 0:
		s.run = slices.Clone(s.run)
		s.run[(place*256+value)%len(s.run)] ^= b[0] | 1
	case 1, 2, 3:
		s.editJSON(place, func(container any, key string, at int) {
			put(container, key, at, wrongValues[value%len(wrongValues)])
		})
	case 4:
		s.editJSON(place, func(container any, key string, at int) {
			if m, isMap := container.(map[string]any); isMap {
				delete(m, key)
			} else if list := container.([]any); at > 0 {
				list[at] = list[at-1]
			}
		})
	default:
		s.editArrays(b[0]%8, place, value)
	}
}

// put replaces what an object or a list holds.
func put(container any, key string, at int, v any) {
	if m, isMap := container.(map[string]any); isMap {
		m[key] = v
	} else {
		container.([]any)[at] = v
	}
}

// editJSON shows one of the places in run.json to change.
func (s *stored) editJSON(place int, change func(container any, key string, at int)) {
	decoder := json.NewDecoder(bytes.NewReader(s.run))
	decoder.UseNumber()
	var root any
	if decoder.Decode(&root) != nil {
		return
	}
	var places []func()
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				places = append(places, func() { change(v, key, 0) })
				walk(v[key])
			}
		case []any:
			for at, inner := range v {
				places = append(places, func() { change(v, "", at) })
				walk(inner)
			}
		}
	}
	walk(root)
	if len(places) > 0 {
		places[place%len(places)]()
	}
	if text, err := json.Marshal(root); err == nil {
		s.run = text
	}
}

// editArrays changes an entry, the shape, the name or the number of arrays.
func (s *stored) editArrays(how byte, place, value int) {
	if len(s.arrays) == 0 {
		return
	}
	s.arrays = slices.Clone(s.arrays)
	at := place % len(s.arrays)
	a := &s.arrays[at]
	switch rest := place / len(s.arrays); {
	case how < 7 && len(a.Values) > 0:
		a.Values = slices.Clone(a.Values)
		a.Values[rest%len(a.Values)] = wrongEntries[value%len(wrongEntries)]
	case value%4 == 0:
		a.Shape = []int{len(a.Values)}
	case value%4 == 1 && len(a.Shape) > 0 && a.Shape[0] > 0:
		a.Shape = slices.Clone(a.Shape)
		a.Values = a.Values[:len(a.Values)-len(a.Values)/a.Shape[0]]
		a.Shape[0]--
	case value%4 == 2:
		a.Name = s.arrays[rest%len(s.arrays)].Name + "_"
	default:
		s.arrays = slices.Delete(s.arrays, at, at+1)
	}
}

// write makes a folder of it.
func (s stored) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "run.json"), s.run, 0o666); err != nil {
		t.Fatal(err)
	}
	if s.arrays != nil {
		var file bytes.Buffer
		if err := npz.Write(&file, s.arrays); err != nil {
			t.Skip(err) // two of one name
		}
		if err := os.WriteFile(filepath.Join(dir, "arrays.npz"), file.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// FuzzFolder edits a run folder of some command at several places and draws it. Either it is
// drawn, or what is wrong with it is said; memory and time stay what they are for others.
func FuzzFolder(f *testing.F) {
	if testing.Short() {
		f.Skip("takes long")
	}
	for kind := range folders {
		f.Add(byte(kind), []byte{})
		for _, edit := range []string{"\x01\x07\x00\x04", "\x05\x03\x00\x06", "\x07\x02\x00\x01", "\x04\x09\x00\x00", "\x00\x20\x00\x00"} {
			f.Add(byte(kind), []byte(edit))
		}
	}
	f.Fuzz(func(t *testing.T, kind byte, edits []byte) {
		s, err := folders[int(kind)%len(folders)]()
		if err != nil {
			t.Fatal(err)
		}
		for edit := range slices.Chunk(slices.Clone(edits[:min(len(edits), 12)]), 4) {
			s.edit([4]byte(append(edit, 0, 0, 0)[:4]))
		}
		checkFolder(t, s.write(t))
	})
}

func checkFolder(t *testing.T, dir string) {
	const long, large = 20 * time.Second, 1 << 30
	ctx, stop := context.WithTimeout(t.Context(), long)
	defer stop()
	story, err := Load(ctx, dir)
	var bad *input.Error
	if err != nil && !errors.As(err, &bad) {
		t.Errorf("reading it: %v", err)
	}
	if err == nil {
		_, err = story.HTML(ctx, nil)
		if err != nil {
			t.Errorf("drawing it: %v", err)
		}
	}
	var panicked *panics.Error
	if errors.As(err, &panicked) {
		t.Errorf("%s", panicked.Stack)
	}
	var memory runtime.MemStats
	if runtime.ReadMemStats(&memory); memory.HeapSys > large {
		t.Errorf("took %d MiB", memory.HeapSys>>20)
	}
}
