//go:build faults

package atomicfile

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// A program built with the tag faults takes from its environment what is to go wrong, as
// KIND:K, K counting operations from 1:
//
//	kill:K  the program is killed before operation K, a write half done
//	full:K  from operation K on there is no room for files, folders and bytes
//	fail:K  operation K fails
//	count:0 nothing; at each operation its number goes to standard error
func init() {
	kind, number, ok := strings.Cut(os.Getenv("ACTSCOPE_FAULT"), ":")
	if !ok {
		return
	}
	at, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		panic(err)
	}
	var done atomic.Int64
	Inject(func(operation, path string) error {
		n := done.Add(1)
		switch {
		case kind == "count":
			fmt.Fprintf(os.Stderr, "operation %d: %s\n", n, operation)
		case kind == "kill" && n == at && operation != "write":
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		case kind == "kill" && n == at:
			go syscall.Kill(os.Getpid(), syscall.SIGKILL)
			return syscall.EIO
		case kind == "full" && n >= at && operation != "rename" && operation != "remove" && operation != "sync":
			return &os.PathError{Op: operation, Path: path, Err: syscall.ENOSPC}
		case kind == "fail" && n == at:
			return &os.PathError{Op: operation, Path: path, Err: syscall.EIO}
		}
		return nil
	})
}
