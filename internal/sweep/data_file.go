package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"actscope/internal/config"
)

// dataFile is a file that trials read, and what was in it when the plan was made.
type dataFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// hashFiles notes the content of the files that the plan's data sets are read from.
func (p *Plan) hashFiles() error {
	for _, a := range p.axes {
		if a.setting.Key != "dataset" {
			continue
		}
		for i := range a.values.len() {
			path, ok := config.DataFile(a.values.at(i))
			if !ok {
				continue
			}
			sum, err := hashFile(path)
			if err != nil {
				return badInput("", "dataset: %v", err)
			}
			p.files = append(p.files, dataFile{path, sum})
		}
	}
	return nil
}

// checkFiles refuses to go on with data that have changed.
func (p *Plan) checkFiles() error {
	for _, f := range p.files {
		sum, err := hashFile(f.Path)
		if err != nil {
			return badInput("", "dataset: %v: a relative path is looked up where the sweep is run", err)
		}
		if sum != f.SHA256 {
			return badInput(f.Path, "has changed since the sweep was planned: put the old file back, or plan again in another directory")
		}
	}
	return nil
}

func hashFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a plain file, which every shard could read", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
