package experiment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"actscope/graph/machine/kernel"
)

// Provenance is what, besides a configuration, decides the bits of a result.
// Results of equal provenance may be put together.
type Provenance struct {
	// Version names the program.
	Version string `json:"version"`
	// Commit is that of its source, with +dirty where files were changed since; "" where a build does
	// not know it.
	Commit string `json:"commit,omitempty"`
	// Kernels names the arithmetic: the numeric kernels, the compiler, whose
	// library computes exponentials, and the instruction set, which decides
	// whether a product and a sum are rounded once or twice.
	Kernels string `json:"kernels"`
}

// CurrentProvenance is that of this program. A build that is not of a clean
// commit is told from others by a hash of its executable.
var CurrentProvenance = sync.OnceValues(func() (Provenance, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	version := info.Main.Version
	if version == "" || version == "(devel)" || strings.HasSuffix(version, "+dirty") {
		hash, err := executableHash()
		if err != nil {
			return Provenance{}, fmt.Errorf("cannot tell which program this is: %w", err)
		}
		version = strings.TrimPrefix(version+" ", "(devel) ") + "build " + hash
	}
	return Provenance{Version: strings.TrimSpace(version), Commit: commit(info), Kernels: kernelSet(info)}, nil
})

// Origin is what a result has to say of where it comes from.
type Origin struct {
	Provenance
	// DataSHA256 is that of the file of points, or of the numbers that were generated: see
	// [Dataset.Hash]. It is empty of studies that make many sets of points.
	DataSHA256 string `json:"data_sha256,omitempty"`
}

// NewOrigin is that of a result of this program on points whose hash is given.
func NewOrigin(dataSHA256 string) Origin {
	p, err := CurrentProvenance()
	if err != nil {
		p = Provenance{Version: "unknown", Kernels: kernel.Set()}
	}
	return Origin{p, dataSHA256}
}

// commit is the commit that a build was made from, if it knows it.
func commit(info *debug.BuildInfo) (revision string) {
	dirty := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	if revision == "" {
		return ""
	}
	return revision + dirty
}

// kernelSet describes the arithmetic of a build.
func kernelSet(info *debug.BuildInfo) string {
	set := []string{kernel.Set(), runtime.Version(), runtime.GOARCH}
	for _, s := range info.Settings {
		if s.Value != "" && (s.Key == "GO"+strings.ToUpper(runtime.GOARCH) || s.Key == "-tags") {
			set = append(set, s.Value)
		}
	}
	return strings.Join(set, " ")
}

func executableHash() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
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
	return hex.EncodeToString(h.Sum(nil)[:6]), nil
}
