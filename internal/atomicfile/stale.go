package atomicfile

import (
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"
)

// staleAfter is the age from which what is on its way counts as left behind.
const staleAfter = 24 * time.Hour

// temporaryName is what [temporaryPattern] makes; programs of earlier versions put the file's
// own name where it has "new".
var temporaryName = regexp.MustCompile(`^\.(new|(.+\.)?(csv|html|json|npy|npz|png|safetensors|svg|yaml))\.[0-9]{1,10}$`)

// RemoveStale removes from a folder what killed programs have left on its way there: files and
// folders of its names that are older than a day and that no process holds.
func RemoveStale(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !temporaryName.MatchString(e.Name()) || !(e.Type().IsRegular() || e.IsDir()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		holder, remove := path, os.Remove // which spares a folder that is not ours, unless it is empty
		if e.IsDir() && isStaged(path) {
			holder, remove = filepath.Join(path, markerName), removeStaged
		}
		if info, err := os.Lstat(holder); err == nil && time.Since(info.ModTime()) >= staleAfter && !held(holder) {
			remove(path)
		}
	}
}

// looked are the folders from which this process has removed what was stale.
var looked sync.Map

func removeStaleOnce(dir string) {
	if _, before := looked.LoadOrStore(dir, true); !before {
		RemoveStale(dir)
	}
}
