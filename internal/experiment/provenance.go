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
	return Provenance{Version: strings.TrimSpace(version), Kernels: kernelSet(info)}, nil
})

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
