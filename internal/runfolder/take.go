package runfolder

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"actscope/internal/atomicfile"
	"actscope/internal/input"
)

// Place says where a run is to go.
type Place struct {
	// Path is a folder. Said says that the user named it; otherwise, where it holds a run of other
	// settings, one of its name and a number is taken.
	Path string
	Said bool
	// Force has a run of other settings replaced.
	Force bool
}

// mostNumbered is up to which number a folder is looked for.
const mostNumbered = 10_000

// Take makes sure that a run can be written to a place, and that nothing is lost by it: what is
// there is of an earlier run of what is asked, which is replaced whole when the folder is
// committed, or nothing. Call it before the work whose result goes there, and [Folder.Discard]
// after it. The error is an [input.Error] about the setting "out".
func Take(p Place, a Asked) (*Folder, error) {
	if p.Path == "" {
		return nil, input.Refuse("out", "names no folder")
	}
	f := &Folder{asked: a, whole: true}
	for n := 1; n <= mostNumbered; n++ {
		f.path = p.Path
		if n > 1 {
			f.path = fmt.Sprintf("%s-%d", filepath.Clean(p.Path), n)
		}
		why, err := f.take(p)
		switch {
		case err != nil:
			return nil, err
		case why == "":
			return f, nil
		case p.Said:
			return nil, input.Refuse("out", "%s %s", f.path, why)
		}
		f.passed = append(f.passed, f.path)
	}
	return nil, input.Refuse("out", "%s and %d more are taken: name another folder", p.Path, mostNumbered-1)
}

// take takes the folder, or says why it is not for this run.
func (f *Folder) take(p Place) (why string, err error) {
	_, before := os.Stat(f.path)
	if err := f.prepare(); err != nil {
		return "", err
	}
	release, taken, err := atomicfile.Occupy(f.path)
	if err != nil {
		return "", input.RefusePlace("out", "cannot write to %s: %w", f.path, err)
	}
	if taken {
		return "is being written to by another run: wait for it, or name another folder", nil
	}
	f.release = func() {
		release()
		if before != nil {
			os.Remove(f.path) // if nothing came of it
		}
		f.release = nil
	}
	if err = atomicfile.Settle(f.path); err == nil {
		why, err = f.judge(p)
	}
	if why != "" || err != nil {
		f.release()
	}
	return why, err
}

// judge says why what is in the folder is not for this run to replace.
func (f *Folder) judge(p Place) (why string, err error) {
	c, err := inspect(f.path)
	if err != nil {
		return "", input.RefusePlace("out", "cannot look into %s: %w", f.path, err)
	}
	if len(c.foreign) > 0 {
		return "", input.Refuse("out", "%s holds %s, which no run has written there: name another folder, or move %s away first",
			f.path, input.Visible(listed(c.foreign)), map[bool]string{true: "it", false: "them"}[len(c.foreign) == 1])
	}
	settings := f.asked.settings()
	equal := false
	if c.manifest != nil && c.manifest.Settings != "" {
		equal = c.manifest.Settings == settings && settings != Unknown
	} else {
		equal = f.asked.wereOf(f.path)
	}
	if !equal && !p.Force && c.results() {
		return "holds a run of other settings: name another folder, or replace it with --force", nil
	}
	return "", nil
}

// listed are the first of some names.
func listed(names []string) string {
	const most = 3
	text := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Claim says in the folder what the files are of that the run keeps there before it has a
// result, to go on from.
func (f *Folder) Claim() error {
	if readManifest(f.path) != nil {
		return nil
	}
	c, err := inspect(f.path)
	if err != nil || c.results() {
		return err
	}
	f.claimed = true
	text, err := f.manifest(nil)
	if err != nil {
		return err
	}
	return atomicfile.Create(filepath.Join(f.path, manifestFile), text)
}

// Passed are the folders of the default name that hold runs of other settings.
func (f *Folder) Passed() []string { return slices.Clone(f.passed) }

// Written are the files that were written, with / between their parts.
func (f *Folder) Written() []string { return slices.Clone(f.written) }

// Page is the path of the page.
func (f *Folder) Page() string { return filepath.Join(f.path, reportFile) }
