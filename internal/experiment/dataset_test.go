package experiment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"actscope/internal/config"
)

// csvFile writes a file of points and gives the settings that name it.
func csvFile(t *testing.T, text string) config.Points {
	t.Helper()
	file := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := config.Article().Points
	p.Dataset = "csv:" + file
	return p
}

func TestDatasetKnowsTheBytesThatItWasReadFrom(t *testing.T) {
	const text = "\ufeffa,b,c\r\n1,2,x\r\n3,4,y\r\n5,7,x\r\n6,9,y\r\n\r\n"
	sum := sha256.Sum256([]byte(text))
	want := hex.EncodeToString(sum[:])
	p := csvFile(t, text)
	d, err := Load(t.Context(), p)
	if err != nil || d.SHA256 != want {
		t.Errorf("%v, %v, want %s", d, err, want)
	}
	file, _ := p.File()
	if got, err := HashFile(file); got != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if d, err := Load(t.Context(), config.Article().Points); err != nil || d.SHA256 != "" {
		t.Errorf("generated points have a hash: %v, %v", d.SHA256, err)
	}
}

func TestLoadingHearsItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, p := range []config.Points{config.Article().Points, csvFile(t, "a,b,c\n1,2,x\n3,4,y\n")} {
		if _, err := Load(ctx, p); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", p.Dataset, err)
		}
		pool, err := NewPool(1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pool.Data(ctx, p); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", p.Dataset, err)
		}
		p.TestFraction = 0.5
		if _, err := pool.Data(t.Context(), p); err != nil { // not kept from the first time
			t.Errorf("%s: %v", p.Dataset, err)
		}
	}
}

func TestColumnThatWouldPassForConstantIsRefused(t *testing.T) {
	p := csvFile(t, "a,b,c\n1e-310,2,x\n2e-310,4,y\n1e-310,2,x\n2e-310,4,y\n")
	_, err := Load(t.Context(), p)
	if file, _ := p.File(); err == nil || err.Error() != "dataset: "+file+": a: the numbers differ by at most 1e-310: the squares of that are 0 where columns are standardised: multiply them" {
		t.Error(err)
	}
}
