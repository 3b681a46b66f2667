//go:build unix

package attack

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// A file with a flipped bit, or one that ends too early, is refused, made good, or read for
// what it is.
func TestDamagedFilesAreNoticedOrMadeGood(t *testing.T) {
	t.Parallel()
	var attempts []attempt
	kinds := []struct {
		name   string
		damage func(content []byte, at int) []byte
	}{
		{"bit flipped", func(content []byte, at int) []byte { content[at] ^= 1 << (at * 5 % 8); return content }},
		{"cut off", func(content []byte, at int) []byte { return content[:at] }},
	}
	for _, s := range scenesOf(t) {
		for n, r := range s.reads {
			for i, at := range spread(len(s.old[r.path]), most(3, 80)) {
				for j, kind := range kinds {
					if !*thorough && (n+i+j)%2 == 0 {
						continue
					}
					label := fmt.Sprintf("%s %s at byte %d: actscope %s", r.path, kind.name, at, s.args)
					attempts = append(attempts, attempt{"damage: " + kind.name, label, s, func(dir string) error {
						if err := os.WriteFile(filepath.Join(dir, r.path), kind.damage([]byte(s.old[r.path]), at), 0o644); err != nil {
							return err
						}
						return s.read(dir, r)
					}})
				}
			}
		}
	}
	try(t, attempts)
}

// read runs a command one of whose files is not what it was.
func (s *scene) read(dir string, r source) error {
	before, _ := view(dir)
	o, err := execution{dir: dir, args: s.line()}.run()
	switch {
	case err != nil:
		return err
	case r.mended:
		err = o.judge(statusDone)
	default:
		err = o.judge(statusDone, statusFailed, statusUsage)
	}
	if err != nil {
		return err
	}
	if o.status == statusUsage {
		if after, _ := view(dir); !maps.Equal(before, after) {
			return o.fault("refused, and wrote")
		}
	}
	if o.status != statusDone || !r.sealed {
		return nil
	}
	if err = s.show(dir); err == nil {
		err = s.asUndisturbed(dir, r.path)
	}
	if err == nil && o.stdout != s.calm.stdout {
		err = fmt.Errorf("printed %.300q instead of %.300q", o.stdout, s.calm.stdout)
	}
	if err != nil {
		return o.fault("%v", err)
	}
	return nil
}
