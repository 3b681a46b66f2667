package input

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/term"
)

// Standard is the path that stands for standard input where a file is read, and for standard output
// where one is written. A file of this name is called ./-.
const Standard = "-"

// MostStandard is how much of standard input is read, in bytes: it is kept in memory, because most
// files are read more than once.
const MostStandard = 256 << 20

// standard is what standard input held, once it is read, and the setting that it was read for.
var standard struct {
	sync.Mutex
	by      string
	content []byte
}

// ReadStandard reads standard input, which r is, whole, to be the file [Standard] for a setting from then
// on. Until then that file is refused, so that nothing reads standard input that the command line did not
// name. For a second setting it is an [Error]; where the context ends, the error is its.
func ReadStandard(ctx context.Context, r io.Reader, by string) error {
	standard.Lock()
	defer standard.Unlock()
	switch {
	case standard.by == by:
		return nil
	case standard.by != "":
		return Refuse(by, "- is standard input, which is %s already: give one of them as a file", standard.by)
	}
	if f, is := r.(*os.File); is {
		if err := checkStandard(f); err != nil {
			return err
		}
	}
	type all struct {
		content []byte
		err     error
	}
	read := make(chan all, 1)
	go func() { // nobody has to wait for who writes into a pipe
		content, err := io.ReadAll(io.LimitReader(r, MostStandard+1))
		read <- all{content, err}
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case a := <-read:
		switch {
		case a.err != nil:
			return InFile(Standard, a.err)
		case len(a.content) > MostStandard:
			return RefuseFile(Standard, "more than %d MiB: give larger ones as a file", MostStandard>>20)
		}
		standard.by, standard.content = by, a.content
		return nil
	}
}

// checkStandard refuses what is no stream of bytes that ends, such as /dev/zero.
func checkStandard(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return InFile(Standard, err)
	}
	mode := info.Mode()
	if mode.IsRegular() || mode&(fs.ModeNamedPipe|fs.ModeSocket) != 0 || mode&fs.ModeCharDevice != 0 && term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return RefuseFile(Standard, "neither a file nor a pipe")
}

// File is a regular file that is read, or standard input, which was.
type File interface {
	io.Reader
	io.ReaderAt
	io.Seeker
	io.Closer
}

// openStandard is standard input from its begin.
func openStandard() (File, int64, error) {
	standard.Lock()
	defer standard.Unlock()
	if standard.by == "" {
		return nil, 0, RefuseFile(Standard, "it is not given here: name a file, ./- for one that is called -")
	}
	return inMemory{bytes.NewReader(standard.content)}, int64(len(standard.content)), nil
}

type inMemory struct{ *bytes.Reader }

// Close implements [io.Closer].
func (inMemory) Close() error { return nil }
