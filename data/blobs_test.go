package data_test

import (
	"fmt"
	"math"
	"testing"

	"actscope/data"
)

func TestBlobsFollowScikitLearn(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []struct {
		counts [2]int
		config data.BlobsConfig
	}{
		{[2]int{1, 1}, data.BlobsConfig{Samples: 2, Noise: 1, Seed: 42}},
		{[2]int{3, 2}, data.BlobsConfig{Samples: 5, Noise: 0.18, Seed: 0}},
		{[2]int{200, 200}, data.BlobsConfig{Samples: 400, Noise: 2.5, Seed: 42}},
		{[2]int{151, 150}, data.BlobsConfig{Samples: 301, Noise: 1, Seed: math.MaxUint32}},
		{[2]int{32, 68}, data.BlobsConfig{Samples: 100, Share: 0.68, Seed: 5}},
		{[2]int{99, 1}, data.BlobsConfig{Samples: 100, Noise: 0.2, Share: 0.01, Seed: 6}},
		{[2]int{1, 6}, data.BlobsConfig{Samples: 7, Noise: 1e6, Share: 0.9, Seed: 9}},
	} {
		follows(t, reference, "blobs", c.counts, func() (data.Set, error) { return data.Blobs(c.config) })
	}
}

func TestBlobsOfManyClassesFollowScikitLearn(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []data.BlobsConfig{
		{Classes: 3, Samples: 100, Noise: 1, Seed: 42},
		{Classes: 7, Samples: 52, Noise: 0.3, Seed: math.MaxUint32},
		{Classes: 50, Samples: 50, Seed: 1},
	} {
		set, err := data.Blobs(c)
		if err != nil {
			t.Fatal(err)
		}
		reference.close(fmt.Sprintf("blobs_of_%d_x", c.Classes), set.X)
		reference.identical(fmt.Sprintf("blobs_of_%d_y", c.Classes), set.Y)
		if err := set.Validate(); err != nil || set.Targets.Classes() != c.Classes {
			t.Errorf("%v, %v", set.Targets, err)
		}
	}
}
