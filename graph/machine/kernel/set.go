package kernel

import (
	"fmt"
	"os"
)

// Environment names the environment variable that chooses the kernel set, [Portable] or [AVX2],
// or what computes that of AVX2, [AVX512]. Empty or unset it leaves the choice to the processor.
const Environment = "ACTSCOPE_KERNELS"

// The kernel sets. One set gives one result on every machine that runs it.
const (
	Portable = "portable" // Go, for every platform
	AVX2     = "avx2"     // assembly for amd64 with AVX2 and FMA
)

// AVX512 is no set of its own: it is AVX2 with products by AVX-512 where that has the same bits.
const AVX512 = "avx512"

// vectors says that the kernels of [AVX2] compute; they may be called only where hasAVX2.
// wide says that those of [AVX512] stand for some of them; they need hasAVX512.
var vectors, wide, setError = choose(os.Getenv(Environment), hasAVX2, hasAVX512)

// Set names the kernel set that computes in this process, whose results do not depend on
// [Instructions].
func Set() string {
	if vectors {
		return AVX2
	}
	return Portable
}

// Instructions names what the set is computed by: the set, or [AVX512].
func Instructions() string {
	if vectors && wide {
		return AVX512
	}
	return Set()
}

// CheckSet returns an error if [Environment] asks for a set that does not exist or that
// this machine cannot run. The portable kernels stand in for it, so whoever goes on
// computes with something else than what was asked for.
func CheckSet() error { return setError }

func choose(asked string, able, ableWide bool) (vectors, wide bool, err error) {
	ableWide = ableWide && able
	switch asked {
	case "":
		return able, ableWide, nil
	case Portable:
		return false, false, nil
	case AVX2:
		if able {
			return true, false, nil
		}
		return false, false, fmt.Errorf("%s=%s: this processor or system lacks AVX2 or FMA; %s runs everywhere", Environment, asked, Portable)
	case AVX512:
		if ableWide {
			return true, true, nil
		}
		return false, false, fmt.Errorf("%s=%s: this processor or system lacks AVX-512; %s computes the same where there is AVX2, and %s runs everywhere", Environment, asked, AVX2, Portable)
	}
	return false, false, fmt.Errorf("%s=%s: no such kernel set; there are %s, %s and %s", Environment, asked, AVX512, AVX2, Portable)
}
