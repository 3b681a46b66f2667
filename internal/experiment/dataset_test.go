package experiment

import (
	"crypto/sha256"
	"encoding/hex"
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
