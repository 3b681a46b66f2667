//go:build unix

package input

import "syscall"

// atOnce has opening return at once where it would wait, as on a pipe.
const atOnce = syscall.O_NONBLOCK
