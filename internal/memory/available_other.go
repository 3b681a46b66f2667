//go:build !linux

package memory

import "math"

// available is not known on this platform.
func available() uint64 { return math.MaxUint64 }
