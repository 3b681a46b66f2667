package kernel

import (
	"fmt"
	"os"
)

// Environment names the environment variable that chooses the kernel set: [Portable]
// or [AVX2]. Empty or unset it leaves the choice to the processor.
const Environment = "ACTSCOPE_KERNELS"

// The kernel sets. One set gives one result on every machine that runs it.
const (
	Portable = "portable" // Go, for every platform
	AVX2     = "avx2"     // assembly for amd64 with AVX2 and FMA, and for nothing wider
)

// vectors says that the kernels of [AVX2] compute; they may be called only where
// hasAVX2.
var vectors, setError = choose(os.Getenv(Environment), hasAVX2)

// Set names the kernel set that computes in this process.
func Set() string {
	if vectors {
		return AVX2
	}
	return Portable
}

// CheckSet returns an error if [Environment] asks for a set that does not exist or that
// this machine cannot run. The portable kernels stand in for it, so whoever goes on
// computes with something else than what was asked for.
func CheckSet() error { return setError }

func choose(asked string, able bool) (vectors bool, err error) {
	switch asked {
	case "":
		return able, nil
	case Portable:
		return false, nil
	case AVX2:
		if able {
			return true, nil
		}
		return false, fmt.Errorf("%s=%s: this processor or system lacks AVX2 or FMA; %s runs everywhere", Environment, asked, Portable)
	}
	return false, fmt.Errorf("%s=%s: no such kernel set; there are %s and %s", Environment, asked, AVX2, Portable)
}
