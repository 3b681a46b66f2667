package input_test

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"actscope/internal/input"
)

func TestOnlyWrongPlacesAreTheUsersFault(t *testing.T) {
	for cause, usage := range map[syscall.Errno]bool{
		syscall.ENOENT: true, syscall.ENOTDIR: true, syscall.EACCES: true, syscall.EROFS: true, syscall.ENAMETOOLONG: true, syscall.EEXIST: true,
		syscall.ENOSPC: false, syscall.EDQUOT: false, syscall.EIO: false, syscall.EMFILE: false, syscall.ENFILE: false, syscall.ENOMEM: false, syscall.EAGAIN: false,
	} {
		for _, key := range []string{"out", ""} {
			err := input.RefusePlace(key, "cannot make it: %w", &os.PathError{Op: "mkdir", Path: "d", Err: cause})
			want := input.Refuse(key, "cannot make it: mkdir d: %v", cause).Error()
			var bad *input.Error
			if errors.As(err, &bad) != usage || !errors.Is(err, cause) || err.Error() != want {
				t.Errorf("%v: %T %v", cause, err, err)
			}
		}
	}
}
