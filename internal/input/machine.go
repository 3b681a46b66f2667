package input

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
)

// machineErrors are what a machine answers that has no room or is broken, whatever it is asked.
var machineErrors = []error{
	syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EIO, syscall.EMFILE, syscall.ENFILE,
	syscall.ENOMEM, syscall.EAGAIN, syscall.EINTR, syscall.ENOBUFS, syscall.ESTALE, syscall.ETIMEDOUT,
}

// OfMachine says whether an error is one of the machine, such as a full disk, and not of what
// the user gave, such as a path that leads nowhere.
func OfMachine(err error) bool {
	return slices.ContainsFunc(machineErrors, func(e error) bool { return errors.Is(err, e) })
}

// RefusePlace is an error about a place to write to: [Refuse], but where the cause is an error
// of the machine it is no [Error], because the same place will do when the machine does.
func RefusePlace(key, format string, args ...any) error {
	reason := fmt.Errorf(format, args...)
	switch {
	case !OfMachine(reason):
		return Refuse(key, format, args...)
	case key == "":
		return reason
	}
	return fmt.Errorf("%s: %w", key, reason)
}
