//go:build unix

package runfolder

import (
	"errors"
	"syscall"
	"testing"

	"actscope/internal/input"
)

// A limit of open files stands for every machine that has no room.
func TestMachineWithoutRoomIsNoBadSetting(t *testing.T) {
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	none := before
	none.Cur = 0
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Skip(err)
	}
	_, err := New(dir)
	if failed := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before); failed != nil {
		t.Fatal(failed)
	}
	var bad *input.Error
	if !errors.Is(err, syscall.EMFILE) || errors.As(err, &bad) {
		t.Errorf("%T %v", err, err)
	}
}
