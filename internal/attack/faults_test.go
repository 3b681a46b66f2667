//go:build unix

package attack

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// Whatever file operation a program is killed at, or a disk is full at or fails at, files are
// whole, those of one folder together, and the same command ends as if nothing had been.
func TestFilesAreAllOldOrAllNewAfterAnyFault(t *testing.T) {
	t.Parallel()
	var attempts []attempt
	for _, s := range scenesOf(t) {
		for kind, moments := range s.moments() {
			for _, k := range moments {
				fault := fmt.Sprintf("%s:%d", kind, k)
				attempts = append(attempts, attempt{"faults: " + kind, "ACTSCOPE_FAULT=" + fault + " actscope " + s.args, s, func(dir string) error { return s.fault(dir, fault) }})
			}
		}
	}
	try(t, attempts)
}

// moments are the operations at which a fault of each kind is tried, counted from 1: all; or
// kills after each first and last of several renamings or links, which is where files are committed, a
// full disk half-way, and the failure of what commits.
func (s *scene) moments() map[string][]int {
	all := make([]int, len(s.operations))
	var edges []int
	for i, o := range s.operations {
		all[i] = i + 1
		if (o == "rename" || o == "link") && (i == 0 || i == len(s.operations)-1 || s.operations[i-1] != o || s.operations[i+1] != o) {
			edges = append(edges, i+1)
		}
	}
	if *thorough || len(all) == 0 {
		return map[string][]int{"kill": all, "full": all, "fail": all}
	}
	after := make([]int, len(edges))
	for i, e := range edges {
		after[i] = min(e+1, len(all))
	}
	return map[string][]int{"kill": slices.Compact(after), "full": {len(all)/2 + 1}, "fail": edges[:min(1, len(edges))]}
}

func (s *scene) fault(dir, fault string) error {
	o, err := execution{dir: dir, args: s.line(), fault: fault}.run()
	if err != nil {
		return err
	}
	killed := o.status == bySignal+int(syscall.SIGKILL)
	if !killed {
		if err := o.judge(statusDone, statusFailed); err != nil {
			return err
		}
	}
	if err := s.allOrNothing(dir); err != nil {
		return o.fault("%v", err)
	}
	_, leftovers := view(dir)
	if len(leftovers) > 0 && !killed && !s.failsToRemove(fault) {
		return o.fault("left behind: %v", leftovers)
	}
	if err := age(leftovers); err != nil {
		return err
	}
	return s.goesOn(dir)
}

// failsToRemove says whether a fault is that a file on its way could not be removed.
func (s *scene) failsToRemove(fault string) bool {
	var k int
	_, err := fmt.Sscanf(fault, "fail:%d", &k)
	return err == nil && k <= len(s.operations) && s.operations[k-1] == "remove"
}

// goesOn runs the command, and says what is not as if it had been run alone.
func (s *scene) goesOn(dir string) error {
	o, err := execution{dir: dir, args: s.line(), patience: time.Minute}.run() // it has to end, on a busy machine too
	if err == nil {
		err = o.judge(statusDone)
	}
	if err == nil && o.interrupted {
		err = o.fault("took too long")
	}
	if err == nil {
		err = s.show(dir)
	}
	if err == nil {
		err = s.asUndisturbed(dir, "")
	}
	if err != nil {
		return fmt.Errorf("run again: %w", err)
	}
	return nil
}

// age makes what was left behind older than anything that is still on its way.
func age(leftovers []string) error {
	before := time.Now().Add(-48 * time.Hour)
	for _, root := range leftovers {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				err = os.Chtimes(path, before, before)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
