//go:build !linux

package experiment

import "math"

// availableMemory is not known on this platform.
func availableMemory() uint64 { return math.MaxUint64 }
