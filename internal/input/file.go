package input

import (
	"context"
	"io"
	"io/fs"
	"os"

	"golang.org/x/term"
)

// Open opens a file that is read once, from its begin to its end: a regular file, a pipe or a
// terminal. Where the context ends, opening and reading end at once with its error, even while
// they wait for who writes into a pipe. (A goroutine then waits on, until somebody writes.)
// Directories, and devices such as /dev/zero, are refused. Other errors of opening are of type
// [Error]. [Standard] is standard input: see [ReadStandard].
func Open(ctx context.Context, path string) (io.ReadCloser, error) {
	if path == Standard {
		f, _, err := openStandard()
		return f, err
	}
	info, err := os.Stat(path) // without opening, which may do something to a device
	if err != nil {
		return nil, InFile(path, err)
	}
	if info.IsDir() {
		return nil, RefuseFile(path, "is a directory")
	}
	type opening struct {
		file *os.File
		err  error
	}
	opened := make(chan opening, 1)
	go func() {
		f, err := os.Open(path)
		opened <- opening{f, err}
	}()
	var f *os.File
	select {
	case o := <-opened:
		if f, err = o.file, o.err; err != nil {
			return nil, InFile(path, err)
		}
	case <-ctx.Done():
		go func() {
			if o := <-opened; o.err == nil {
				o.file.Close()
			}
		}()
		return nil, ctx.Err()
	}
	if info, err = f.Stat(); err != nil {
		f.Close()
		return nil, InFile(path, err)
	}
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return regular{ctx, f}, nil
	case mode&fs.ModeNamedPipe != 0, mode&fs.ModeCharDevice != 0 && term.IsTerminal(int(f.Fd())):
		return newStream(ctx, f), nil
	}
	f.Close()
	return nil, RefuseFile(path, "neither a file nor a pipe")
}

// regular is a file that is read while a context lasts.
type regular struct {
	ctx context.Context
	io.ReadCloser
}

// Read implements [io.Reader].
func (r regular) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.ReadCloser.Read(p)
}

// stream is a file of which a read may take for ever: a goroutine reads it, and nobody has to
// wait for that.
type stream struct {
	*io.PipeReader
	file *os.File
	stop func() bool
}

func newStream(ctx context.Context, f *os.File) stream {
	reader, writer := io.Pipe()
	go func() {
		_, err := io.Copy(writer, f)
		writer.CloseWithError(err)
	}()
	return stream{reader, f, context.AfterFunc(ctx, func() { writer.CloseWithError(ctx.Err()) })}
}

// Close implements [io.Closer].
func (s stream) Close() error {
	s.stop()
	s.PipeReader.Close()
	return s.file.Close()
}

// OpenRegular opens a file for reading and gives its size. Anything but a regular file, such
// as a pipe, which could be read only once and would be waited for, is refused, but for
// [Standard], which is read already. Errors are of type [Error].
func OpenRegular(path string) (File, int64, error) {
	if path == Standard {
		return openStandard()
	}
	info, err := os.Stat(path)
	if err == nil && info.Mode().IsRegular() {
		var f *os.File
		if f, err = os.OpenFile(path, os.O_RDONLY|atOnce, 0); err == nil {
			if info, err = f.Stat(); err == nil && info.Mode().IsRegular() { // as it was a moment ago
				return f, info.Size(), nil
			}
			f.Close()
		}
	}
	if err != nil {
		return nil, 0, InFile(path, err)
	}
	return nil, 0, RefuseFile(path, "not a regular file")
}

// MostRegular is the size of the largest file that [ReadRegular] reads, in bytes: above what
// the longest trainings leave behind.
const MostRegular = 1 << 30

// ReadRegular reads a regular file whole, of at most [MostRegular] bytes; see [OpenRegular].
func ReadRegular(path string) ([]byte, error) {
	f, size, err := OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > MostRegular {
		return nil, RefuseFile(path, "%.1f GiB long: at most %d GiB are read", float64(size)/(1<<30), MostRegular>>30)
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(f, content); err != nil {
		return nil, InFile(path, err)
	}
	return content, nil
}
