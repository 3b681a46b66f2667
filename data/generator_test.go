package data_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"actscope/data"
)

// follows compares a set with the points and labels of a reference, whose name
// gives the size of both classes.
func follows(t *testing.T, reference archive, generator string, counts [2]int, make func() (data.Set, error)) {
	t.Helper()
	set, err := make()
	if err != nil {
		t.Fatal(err)
	}
	key := fmt.Sprintf("%s_%d_%d_", generator, counts[0], counts[1])
	reference.close(key+"x", set.X)
	reference.identical(key+"y", set.Y)
}

// A name makes what the generator's own function makes of the same settings.
func TestGenerateKnowsEveryGenerator(t *testing.T) {
	const samples, noise, share, seed = 41, 0.1, 0.3, 5
	own := map[string]func() (data.Set, error){
		"moons": func() (data.Set, error) {
			return data.Moons(data.MoonsConfig{Samples: samples, Noise: noise, Share: share, Seed: seed})
		},
		"circles": func() (data.Set, error) {
			return data.Circles(data.CirclesConfig{Samples: samples, Noise: noise, Share: share, Seed: seed, Factor: 0.8})
		},
		"blobs": func() (data.Set, error) {
			return data.Blobs(data.BlobsConfig{Samples: samples, Noise: noise, Share: share, Seed: seed})
		},
		"xor": func() (data.Set, error) {
			return data.XOR(data.XORConfig{Samples: samples, Noise: noise, Share: share, Seed: seed})
		},
		"spirals": func() (data.Set, error) {
			return data.Spirals(data.SpiralsConfig{Samples: samples, Noise: noise, Share: share, Seed: seed, Turns: 3})
		},
		"regression": func() (data.Set, error) {
			return data.LinearTargets(data.RegressionConfig{Samples: samples, Noise: noise, Seed: seed})
		},
	}
	if len(own) != len(data.GeneratorNames()) {
		t.Errorf("names %v, want %d of them", data.GeneratorNames(), len(own))
	}
	for _, name := range data.GeneratorNames() {
		c := data.GeneratorConfig{Name: name, Samples: samples, Noise: noise, Share: share, Seed: seed}
		if name == "regression" {
			c.Share = 0
		}
		got, err := data.Generate(c)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, err := own[name]()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

// Fresh points are those of another seed, but for what the seed decides of the law.
func TestFreshPointsFollowTheLawOfTheSet(t *testing.T) {
	const seed = 7
	for _, name := range classNames() {
		c := data.GeneratorConfig{Name: name, Samples: 2000, Noise: 0.1, Share: 0.3, Seed: seed}
		set, err := data.Generate(c)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := data.Fresh(c, c.Samples)
		if err != nil {
			t.Fatal(err)
		}
		if err := fresh.Validate(); err != nil || slices.Equal(fresh.X, set.X) {
			t.Errorf("%s: the same points (error %v)", name, err)
		}
		for class := range 2 {
			a, errA := set.ClassMean(class)
			b, errB := fresh.ClassMean(class)
			if errA != nil || errB != nil || math.Hypot(a[0]-b[0], a[1]-b[1]) > 0.1 {
				t.Errorf("%s: class %d has mean %v in the set and %v in fresh points", name, class, a, b)
			}
		}
		if name == "blobs" {
			continue
		}
		c.Seed = data.FreshSeed(seed)
		if other, err := data.Generate(c); err != nil || !slices.Equal(other.X, fresh.X) {
			t.Errorf("%s: not the points of seed %d (error %v)", name, c.Seed, err)
		}
	}
	if _, err := data.Fresh(data.GeneratorConfig{Name: "moon"}, 9); err == nil {
		t.Error("an unknown name is taken")
	}
}

// classNames are those of the generators of classes.
func classNames() []string {
	return slices.DeleteFunc(data.GeneratorNames(), func(name string) bool { return name == "regression" })
}

// The same holds for many classes.
func TestFreshPointsOfManyClassesFollowTheLawOfTheSet(t *testing.T) {
	for _, name := range []string{"blobs", "spirals"} {
		c := data.GeneratorConfig{Name: name, Samples: 3001, Noise: 0.1, Classes: 5, Seed: 7}
		set, err := data.Generate(c)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := data.Fresh(c, 7000)
		if err != nil || fresh.Rows() != 7000 || fresh.Targets != (data.Targets{Count: 5}) || fresh.Validate() != nil {
			t.Fatal(name, fresh.Rows(), fresh.Targets, err)
		}
		for class := range 5 {
			a, errA := set.ClassMean(class)
			b, errB := fresh.ClassMean(class)
			if errA != nil || errB != nil || math.Hypot(a[0]-b[0], a[1]-b[1]) > 0.1 {
				t.Errorf("%s: class %d has mean %v in the set and %v in fresh points", name, class, a, b)
			}
			if n := len(set.ClassRows(class)); n != 600 && n != 601 {
				t.Errorf("%s: class %d has %d rows", name, class, n)
			}
		}
	}
}

func TestGeneratedSetsAreSoundAndRepeatable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := data.GeneratorConfig{
			Name:    rapid.SampledFrom(classNames()).Draw(t, "name"),
			Samples: rapid.IntRange(2, 300).Draw(t, "samples"),
			Noise:   rapid.Float64Range(0, 10).Draw(t, "noise"),
			Seed:    rapid.Uint32().Draw(t, "seed"),
		}
		ones := rapid.IntRange(1, c.Samples-1).Draw(t, "ones")
		c.Share = float64(ones) / float64(c.Samples)
		set, err := data.Generate(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := set.Validate(); err != nil {
			t.Fatal(err)
		}
		if set.Rows() != c.Samples || set.Columns != 2 || len(set.ClassRows(1)) != ones {
			t.Fatalf("%d rows of %d columns, %d of class 1, want %d", set.Rows(), set.Columns, len(set.ClassRows(1)), ones)
		}
		again, err := data.Generate(c)
		if err != nil || !slices.Equal(again.X, set.X) || !slices.Equal(again.Y, set.Y) {
			t.Fatalf("made other points the second time (error %v)", err)
		}
	})
}

func TestShareGivesTheSizeOfClass1(t *testing.T) {
	for _, c := range []struct {
		name    string
		samples int
		share   float64
		ones    int
	}{
		{"moons", 400, 0, 200},
		{"moons", 401, 0, 201},
		{"moons", 401, 0.5, 201},
		{"blobs", 401, 0, 200},
		{"blobs", 401, 0.5, 200},
		{"circles", 401, 0, 201},
		{"xor", 401, 0, 201},
		{"spirals", 401, 0, 201},
		{"moons", 10, 0.25, 3},
		{"blobs", 10, 0.25, 2},
		{"moons", 10, 0.24, 2},
		{"blobs", 10, 0.26, 3},
		{"moons", 2, 0.7, 1},
		{"moons", 10, 0.05, 1},
		{"blobs", 10, 0.95, 9},
		{"moons", 1000, 0.001, 1},
		{"circles", 1000, 0.999, 999},
	} {
		set, err := data.Generate(data.GeneratorConfig{Name: c.name, Samples: c.samples, Share: c.share})
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if ones := len(set.ClassRows(1)); ones != c.ones {
			t.Errorf("%+v: %d points of class 1", c, ones)
		}
	}
}

func TestGenerateRefusesSettingsOutsideTheirDomain(t *testing.T) {
	for _, c := range []struct {
		config data.GeneratorConfig
		field  string
	}{
		{data.GeneratorConfig{Samples: 1}, "GeneratorConfig.Samples"},
		{data.GeneratorConfig{Samples: data.MaxSamples + 1}, "GeneratorConfig.Samples"},
		{data.GeneratorConfig{Samples: 9, Noise: -0.1}, "GeneratorConfig.Noise"},
		{data.GeneratorConfig{Samples: 9, Noise: math.NaN()}, "GeneratorConfig.Noise"},
		{data.GeneratorConfig{Samples: 99, Noise: math.MaxFloat64}, "GeneratorConfig.Noise"},
		{data.GeneratorConfig{Samples: 9, Share: -0.1}, "GeneratorConfig.Share"},
		{data.GeneratorConfig{Samples: 9, Share: 1}, "GeneratorConfig.Share"},
		{data.GeneratorConfig{Samples: 9, Share: math.NaN()}, "GeneratorConfig.Share"},
		{data.GeneratorConfig{Samples: 9, Share: 0.01}, "GeneratorConfig.Share"},
		{data.GeneratorConfig{Samples: 9, Share: 0.99}, "GeneratorConfig.Share"},
		{data.GeneratorConfig{Samples: 9, Classes: 1}, "GeneratorConfig.Classes"},
		{data.GeneratorConfig{Samples: 9, Classes: -3}, "GeneratorConfig.Classes"},
		{data.GeneratorConfig{Samples: 9, Classes: 10}, "GeneratorConfig.Classes"},
		{data.GeneratorConfig{Samples: 9999, Classes: data.MaxClasses + 1}, "GeneratorConfig.Classes"},
	} {
		for _, name := range data.GeneratorNames() {
			c.config.Name = name
			set, err := data.Generate(c.config)
			var setting *data.InputError
			if !errors.As(err, &setting) || setting.Key != c.field || !strings.Contains(err.Error(), c.field) {
				t.Errorf("%+v: error %v, want one about %s", c.config, err, c.field)
			}
			if set.Rows() != 0 {
				t.Errorf("%+v: error and %d rows", c.config, set.Rows())
			}
		}
	}
}

func TestOnlySomeGeneratorsHaveManyClasses(t *testing.T) {
	for _, name := range data.GeneratorNames() {
		_, err := data.Generate(data.GeneratorConfig{Name: name, Samples: 9, Classes: 3})
		if name == "blobs" || name == "spirals" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			_, err = data.Generate(data.GeneratorConfig{Name: name, Samples: 9, Classes: 3, Share: 0.5})
			if err == nil || err.Error() != "GeneratorConfig.Share: 0.5: it has to be 0, for even classes, where there are more than two" {
				t.Errorf("%s: %v", name, err)
			}
		} else if err == nil || err.Error() != "GeneratorConfig.Classes: 3: it has to be 2 for this set: blobs and spirals have more" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := data.Generate(data.GeneratorConfig{Name: name, Samples: 9, Classes: 2}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnknownGeneratorSuggestsTheNearest(t *testing.T) {
	const all = "it has to be one of moons, circles, blobs, xor, spirals, regression"
	for _, c := range []struct{ name, message string }{
		{"moon", `: "moon": ` + all + ": did you mean moons?"},
		{"Circles", all + ": did you mean circles?"},
		{"cirlces", all + ": did you mean circles?"},
		{"two-spirals", all + ": did you mean spirals?"},
		{"blob", all + ": did you mean blobs?"},
		{"or", all + ": did you mean xor?"},
	} {
		_, err := data.Generate(data.GeneratorConfig{Name: c.name, Samples: 9})
		var setting *data.InputError
		if !errors.As(err, &setting) || setting.Key != "GeneratorConfig.Name" || !strings.HasSuffix(err.Error(), c.message) {
			t.Errorf("%q: error %v, want one with %q", c.name, err, c.message)
		}
	}
	for _, name := range []string{"", "?!", "データ", strings.Repeat("moons", 1e6)} {
		_, err := data.Generate(data.GeneratorConfig{Name: name, Samples: 9})
		if err == nil || !strings.HasSuffix(err.Error(), all) {
			t.Errorf("%.10q: error without suggestion wanted, got %v", name, err)
		}
	}
}
