//go:build !linux

package study

import "math"

// availableMemory is not known on this platform.
func availableMemory() uint64 { return math.MaxUint64 }
