// Package memory refuses work for which the machine has no room before the room is taken.
package memory

import (
	"fmt"

	"actscope/internal/input"
)

// Error says that something needs more memory than there is.
type Error struct {
	// What needs it, in the plural, such as "these networks".
	What string
	// Needed is the estimate, Available what the machine has, in bytes.
	Needed, Available float64
	// Advice is what to do.
	Advice string
}

func (e *Error) Error() string {
	const gigabyte = 1 << 30
	return fmt.Sprintf("%s need about %.1f GiB and %.1f GiB are free: %s", e.What, e.Needed/gigabyte, e.Available/gigabyte, e.Advice)
}

// Check refuses what needs the given number of bytes and more than the machine has left, as
// an [input.Error] about a key whose cause is an [Error]. Where the machine does not tell
// how much is free, everything is tried. The estimate is a float64 so that products of
// sizes that a user gives cannot overflow.
func Check(key, what string, needed float64, advice string) error {
	return CheckAgainst(available(), key, what, needed, advice)
}

// CheckAgainst is [Check] on a machine with the given number of bytes left.
func CheckAgainst(available uint64, key, what string, needed float64, advice string) error {
	if needed > float64(available) {
		return input.Under(key, &Error{What: what, Needed: needed, Available: float64(available), Advice: advice})
	}
	return nil
}
