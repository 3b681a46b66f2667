package comparison

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"actscope/internal/atomicfile"
	"actscope/internal/config"
	"actscope/internal/input"
)

// tiny is a comparison of a moment.
func tiny(epochs int) config.Config {
	c := config.Article()
	c.Samples, c.Hidden, c.Epochs, c.Activations = 40, []int{2}, epochs, []string{"relu", "tanh"}
	return c
}

// losses are those of all networks.
func losses(t *testing.T, r *Result, err error) [][]float64 {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]float64
	for _, n := range r.Networks {
		all = append(all, n.History.Loss)
	}
	return all
}

// save trains into a folder of saved trainings.
func save(t *testing.T, folder string, epochs int) {
	t.Helper()
	if _, err := Run(t.Context(), tiny(epochs), nil, Saving{Save: folder, Resume: existing(folder)}); err != nil {
		t.Fatal(err)
	}
}

// existing is the folder, or "" where nothing is saved there.
func existing(folder string) string {
	if _, _, err := openGeneration(folder); err != nil {
		return ""
	}
	return folder
}

// goesOn resumes a folder to the given epochs and wants the losses of a run that never stopped.
func goesOn(t *testing.T, folder string, c config.Config) (warnings []error) {
	t.Helper()
	whole, err := Run(t.Context(), c, nil, Saving{})
	want := losses(t, whole, err)
	resumed, err := Run(t.Context(), c, nil, Saving{Resume: folder, Warn: func(err error) { warnings = append(warnings, err) }})
	got := losses(t, resumed, err)
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("network %d went on to %v, want %v", i, got[i], want[i])
		}
	}
	return warnings
}

// Whichever operation fails, alone or with the death of the program, the folder holds the old
// state or the new one, of all networks, and takes the next.
func TestSavingSurvivesAFaultAtEveryOperation(t *testing.T) {
	old, next := t.TempDir(), t.TempDir()
	save(t, old, 2)
	save(t, next, 3)
	states := make(map[int]*generation)
	for epochs, folder := range map[int]string{2: old, 3: next} {
		g, _, err := openGeneration(folder)
		if err != nil {
			t.Fatal(err)
		}
		states[epochs] = g
	}
	keep := func(folder string) error {
		k, err := newKeeper(Saving{Save: folder, Resume: folder}, tiny(3))
		if err != nil {
			return err
		}
		for name, r := range states[3].trainings {
			k.keep(name, kept{checkpoint: r.files[0], course: r.files[1], parameters: []byte("parameters"), onnx: []byte("onnx")})
		}
		return k.finish()
	}
	for _, dead := range []bool{false, true} {
		for k := 1; ; k++ {
			folder := t.TempDir()
			if err := os.CopyFS(folder, os.DirFS(old)); err != nil {
				t.Fatal(err)
			}
			n := 0
			end := atomicfile.Inject(func(operation, path string) error {
				if n++; n == k || dead && n > k {
					return &fs.PathError{Op: operation, Path: path, Err: errors.New("no space left")}
				}
				return nil
			})
			failed := keep(folder)
			end()
			if n < k {
				break
			}
			g, problems, err := openGeneration(folder)
			if err != nil || len(problems) > 0 {
				t.Fatalf("fault %d, dead %v (%v): %v, %v", k, dead, failed, err, problems)
			}
			epochs := g.trainings["relu"].checkpoint.Epoch
			if failed == nil && epochs != 3 {
				t.Errorf("fault %d, dead %v: not saved, and no word of it", k, dead)
			}
			for name, want := range states[epochs].trainings {
				if got := g.trainings[name]; got == nil || !bytes.Equal(got.files[0], want.files[0]) || !bytes.Equal(got.files[1], want.files[1]) {
					t.Errorf("fault %d, dead %v (%v): %s is not what it was after %d epochs", k, dead, failed, name, epochs)
				}
			}
			if err := keep(folder); err != nil {
				t.Errorf("fault %d, dead %v: then %v", k, dead, err)
			}
		}
	}
}

// Whichever bit of whichever file flips, the training goes on from the state before, and says
// so before it does.
func TestDamagedStateIsFoundByItsChecksumAndTheOneBeforeTaken(t *testing.T) {
	folder := t.TempDir()
	save(t, folder, 2)
	save(t, folder, 3)
	latest := filepath.Join(folder, "generation-2")
	entries, err := os.ReadDir(latest)
	if err != nil || len(entries) != 6 {
		t.Fatal(entries, err)
	}
	for _, e := range entries {
		file := filepath.Join(latest, e.Name())
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		step := 1
		if e.Name() != stateFile {
			step = max(1, len(whole)/50)
		}
		for at := 0; at < len(whole); at += step {
			damaged := slices.Clone(whole)
			damaged[at] ^= 1
			if err := os.WriteFile(file, damaged, 0o666); err != nil {
				t.Fatal(err)
			}
			g, problems, err := openGeneration(folder)
			switch {
			case errors.Is(err, errOtherVersion): // of the version's only digit
			case err != nil:
				t.Fatalf("byte %d of %s: %v", at, e.Name(), err)
			case g.name == "generation-2":
				if e.Name() != stateFile { // white space, or the case of a key
					t.Errorf("byte %d of %s: not noticed", at, e.Name())
				}
			case len(problems) != 1 || !strings.Contains(problems[0].Error(), latest):
				t.Errorf("byte %d of %s: %v", at, e.Name(), problems)
			}
		}
		if err := os.WriteFile(file, whole, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	course := filepath.Join(latest, "relu"+courseSuffix)
	if err := os.Truncate(course, 20); err != nil {
		t.Fatal(err)
	}
	if warnings := goesOn(t, folder, tiny(5)); len(warnings) != 1 || !strings.Contains(warnings[0].Error(), course+": damaged") {
		t.Errorf("%v", warnings)
	}
	if err := os.RemoveAll(filepath.Join(folder, "generation-1")); err != nil {
		t.Fatal(err)
	}
	var refused *input.Error
	if _, err := Run(t.Context(), tiny(5), nil, Saving{Resume: folder}); !errors.As(err, &refused) || refused.Key != "resume" || !strings.Contains(err.Error(), course) {
		t.Errorf("with no other state: %v", err)
	}
}

func TestWithoutCurrentTheNewestGenerationCounts(t *testing.T) {
	folder := t.TempDir()
	save(t, folder, 2)
	save(t, folder, 3)
	for _, damage := range []func(file string) error{os.Remove, func(file string) error { return os.WriteFile(file, []byte("{}"), 0o666) }} {
		if err := damage(filepath.Join(folder, currentFile)); err != nil {
			t.Fatal(err)
		}
		g, problems, err := openGeneration(folder)
		if err != nil || g.trainings["relu"].checkpoint.Epoch != 3 || len(problems) != 1 {
			t.Errorf("%v, %v, %v", g, problems, err)
		}
	}
}

func TestStateOfAnotherVersionIsRefused(t *testing.T) {
	folder := t.TempDir()
	save(t, folder, 2)
	text := `{"format":"actscope saved trainings","version":2,"generation":"generation-1"}`
	if err := os.WriteFile(filepath.Join(folder, currentFile), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	for key, saving := range map[string]Saving{"resume": {Resume: folder}, "save": {Save: folder}} {
		var refused *input.Error
		if _, err := Run(t.Context(), tiny(3), nil, saving); !errors.As(err, &refused) || refused.Key != key || !strings.Contains(err.Error(), "another version") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// The folder was saved by the program as it was before there were generations, with the
// portable kernels: settings, checkpoints and courses side by side.
func TestStateOfEarlierVersionsIsRead(t *testing.T) {
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("testdata", "saved_earlier"))); err != nil {
		t.Fatal(err)
	}
	g, problems, err := openGeneration(folder)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	for name, want := range map[string][]float64{
		"relu": {0.62656880786707, 0.6243496854993907, 0.6221672793209306},
		"tanh": {0.6422217557409079, 0.6394119391803765, 0.6366288763551541},
	} {
		if got := g.trainings[name].checkpoint.Loss; !slices.Equal(got, want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if err := g.check("resume", tiny(7)); err != nil {
		t.Error(err)
	}
	k, err := newKeeper(Saving{Save: folder}, tiny(7))
	if err != nil {
		t.Fatal(err)
	}
	k.trainings["relu"] = kept{}
	for range 2 {
		if err := k.write(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "tanh"+checkpointSuffix)); err != nil {
		t.Error("the state that was found is gone while its successor trains")
	}
	if err := removeGenerations(folder, k.latest); err != nil {
		t.Fatal(err)
	}
	if left, _ := savedNetworks(folder); len(left) > 0 {
		t.Errorf("%v are left of the earlier version", left)
	}
}

func TestGenerationsThatAreKeptAreTheFirstFoundAndTheLastTwo(t *testing.T) {
	folder := t.TempDir()
	save(t, folder, 2)
	defer func(take, write time.Duration) { takeEvery, writeEvery = take, write }(takeEvery, writeEvery)
	takeEvery, writeEvery = 0, 0
	save(t, folder, 6)
	all := generations(folder)
	if len(all) != 3 || all[0] != 1 || all[2] != all[1]+1 || all[2] < 8 {
		t.Errorf("%v", all)
	}
	g, _, err := openGeneration(folder)
	if err != nil || g.trainings["relu"].checkpoint.Epoch != 6 || g.trainings["tanh"].checkpoint.Epoch != 6 {
		t.Errorf("%v, %v", g, err)
	}
	goesOn(t, folder, tiny(8))
}

func TestTrainingThatHadNotBegunStartsAnew(t *testing.T) {
	folder := t.TempDir()
	save(t, folder, 2)
	g, _, err := openGeneration(folder)
	if err != nil {
		t.Fatal(err)
	}
	relu := g.trainings["relu"]
	if _, err := writeGeneration(folder, tiny(2), "", map[string]kept{"relu": {checkpoint: relu.files[0], course: relu.files[1]}}); err != nil {
		t.Fatal(err)
	}
	goesOn(t, folder, tiny(4))
}

// What stops before the first epoch ends keeps the state that it went on from.
func TestStopBeforeTheFirstEpochLosesNothing(t *testing.T) {
	folder, other := t.TempDir(), t.TempDir()
	save(t, folder, 2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, tiny(4), nil, Saving{Save: folder, Resume: folder}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	goesOn(t, folder, tiny(4))
	if _, err := Run(t.Context(), tiny(2), nil, Saving{Save: other, Resume: folder}); err != nil {
		t.Fatal(err)
	}
	goesOn(t, other, tiny(4))
}

func TestPointsThatHaveChangedAreRefused(t *testing.T) {
	file, folder := filepath.Join(t.TempDir(), "points.csv"), t.TempDir()
	write := func(first string) {
		text := "x,y,label\n" + first + ",0,a\n" + strings.Repeat("1,2,a\n3,1,b\n2,0,b\n0,3,a\n", 10)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c := tiny(2)
	c.Dataset = "csv:" + file
	write("1")
	if _, err := Run(t.Context(), c, nil, Saving{Save: folder}); err != nil {
		t.Fatal(err)
	}
	c.Epochs = 3
	goesOn(t, folder, c)
	write("2")
	var refused *input.Error
	if _, err := Run(t.Context(), c, nil, Saving{Resume: folder}); !errors.As(err, &refused) || refused.Key != "resume" || !strings.Contains(err.Error(), "other points") {
		t.Errorf("%v", err)
	}
	if err := (Saving{Resume: folder}).Check(c); !errors.As(err, &refused) || refused.Key != "resume" || !strings.Contains(err.Error(), "other points") {
		t.Errorf("before training: %v", err)
	}
}

func TestTrainingsOfOtherSettingsAreNotWrittenOver(t *testing.T) {
	folder := t.TempDir()
	save(t, folder, 2)
	c := tiny(2)
	c.Seed++
	var refused *input.Error
	if _, err := Run(t.Context(), c, nil, Saving{Save: folder}); !errors.As(err, &refused) || refused.Key != "save" || !strings.Contains(err.Error(), "seed 42, not 43") {
		t.Errorf("%v", err)
	}
}

// A disk that is full in between stops no training; one that is full at the end loses none of
// its results.
func TestTrainingGoesOnWhereItsStateCannotBeStored(t *testing.T) {
	folder := t.TempDir()
	defer func(take, write time.Duration) { takeEvery, writeEvery = take, write }(takeEvery, writeEvery)
	takeEvery, writeEvery = 0, 0
	defer atomicfile.Inject(func(operation, path string) error {
		if operation == "write" && strings.HasSuffix(path, courseSuffix) {
			return errors.New("no space left")
		}
		return nil
	})()
	var warnings int
	r, err := Run(t.Context(), tiny(3), nil, Saving{Save: folder, Warn: func(error) { warnings++ }})
	if err != nil || r.NotSaved == nil || len(r.Networks) != 2 || warnings == 0 {
		t.Errorf("%v, %v, %d warnings", err, r, warnings)
	}
}
