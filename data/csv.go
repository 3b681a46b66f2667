package data

import (
	"context"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"actscope/internal/input"
	"actscope/internal/memory"
)

// Limits of a file.
const (
	// MaxCoordinates is how many numbers it may hold beside one column of targets: 1 GiB.
	MaxCoordinates = 1 << 27
	// MaxCoordinate is the largest magnitude of a number: as many squares of differences as
	// there may be have a finite sum, so that [Standardise] never overflows.
	MaxCoordinate = 1e140
	// MaxClasses is the largest number of classes.
	MaxClasses = 1000
	// MaxNumericClasses is how many different numbers are classes where nothing is said.
	MaxNumericClasses = 20
	// MaxName is how many letters of the name of a column or class are kept.
	MaxName = 200
)

// CSVConfig says how a file of comma-separated values is read.
type CSVConfig struct {
	Name string // of the file or stream, for errors; "CSV" if empty
	// Label names the column of the targets, or several with commas between them; the last
	// column if empty. A column with a comma in its name is found by its whole name first.
	Label string
	// Task says what the targets are: "classes", "regression", or "auto" (or "") for what
	// they look like: see [ReadCSV].
	Task string
	// Bytes, if not nil, is written every byte of the file that was read, to its end if that
	// went well: for a hash.
	Bytes io.Writer
}

// Names are what a file calls the columns and classes of its set.
type Names struct {
	Inputs  []string // of the set's columns, in order
	Targets []string // of the target columns, in order: one of classes
	Classes []string // how the file writes class 0, class 1 and so on; nil where Y holds no classes
}

// ReadCSV reads a set from comma-separated values (RFC 4180) in UTF-8, with or
// without a byte order mark, its lines ended by LF or CR LF. The first line names
// the columns, each by a name of its own. Every column but the targets' holds one
// decimal number a row: none may be missing, NaN or larger than [MaxCoordinate].
//
// One target column holds classes where there is text in it, or two different values, or
// numbers of which at most [MaxNumericClasses] differ. Other numbers are to be predicted:
// [Regression]. Where text stands among more different numbers than that, CSVConfig.Task
// has to say which of both is meant. Several target columns are labels, [MultiLabel], where
// they hold nothing but 0 and 1, and numbers to be predicted otherwise. The task "regression"
// makes numbers of either, "classes" asks for classes or labels.
//
// The 2 to [MaxClasses] different values of a column of classes become the classes 0, 1 and
// so on in sorted order: by size where all are numbers, so that 0 and 1 stay what they are
// and 1.0 is the same as 1, by the bytes of their text otherwise. The numbers of a regression
// and the labels of a column have to differ in two rows at least.
//
// Space around a value does not count, and neither do its quotes: "1" is the
// number 1. (Between a closing quote and its comma, however, RFC 4180 has no
// space.) Space and line breaks within the name of a column or class count as one
// space. Of a name longer than [MaxName] letters as many are kept, the last of them an
// ellipsis; where that makes two names one, the later has its column's number, or that of
// its class, after it. Empty lines are skipped. A first line that has numbers in all
// columns but the last is taken for values whose header is missing, which is an
// error, unless CSVConfig.Label names one of its columns.
//
// All errors are of type [*InputError], those about the file with the line and the column of
// the table. Beside the set and the names of its classes only one row is in memory, which may
// be some 4 MiB long.
func ReadCSV(r io.Reader, c CSVConfig) (Set, Names, error) {
	return readCSV(r, c, MaxCoordinates)
}

// ReadCSVFile reads a set from a file as ReadCSV does, which may be a pipe: it is read once.
// Errors call the file by its path if the configuration has no name for it. A file that cannot
// be opened is an error that wraps the system's; where the context ends, the error is its.
func ReadCSVFile(ctx context.Context, path string, c CSVConfig) (Set, Names, error) {
	f, err := input.Open(ctx, path)
	if err != nil {
		return Set{}, Names{}, err
	}
	defer f.Close()
	if c.Name == "" {
		c.Name = path
	}
	set, names, err := ReadCSV(f, c)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return set, names, err
}

// readCSV is ReadCSV for files of at most maxCoordinates coordinates.
func readCSV(r io.Reader, c CSVConfig, maxCoordinates int) (Set, Names, error) {
	t, err := openTable(r, c)
	if err != nil {
		return Set{}, Names{}, err
	}
	targets, err := newTargetReader(t, c.Task)
	if err != nil {
		return Set{}, Names{}, err
	}
	set := Set{Columns: len(t.inputs), Targets: Targets{Task: Regression, Count: len(t.targets)}}
	for {
		row, err := t.nextRow()
		if err == io.EOF {
			break
		}
		if err != nil {
			return Set{}, Names{}, err
		}
		if err := makeRoom(&set, maxCoordinates); err != nil {
			return Set{}, Names{}, t.lineFault(t.line, err)
		}
		for _, j := range t.inputs {
			v, err := parseCoordinate(row[j])
			if err != nil {
				return Set{}, Names{}, t.valueFault(j, err)
			}
			set.X = append(set.X, v)
		}
		if set.Y, err = targets.add(row, set.Y); err != nil {
			return Set{}, Names{}, err
		}
	}
	names := Names{Inputs: t.names(t.inputs), Targets: t.names(t.targets)}
	if set.Targets, names.Classes, err = targets.finish(set.Y); err != nil {
		return Set{}, Names{}, err
	}
	return set, names, nil
}

// makeRoom has a set grow by a row: where it has no room by a quarter, if the machine has.
func makeRoom(set *Set, maxCoordinates int) error {
	need := len(set.X) + set.Columns
	targets := set.Targets.Columns()
	all := need
	if targets > 1 {
		all += len(set.Y) + targets
	}
	if all > maxCoordinates {
		return fmt.Errorf("the file is too large: at most %d numbers are read beside the labels", maxCoordinates)
	}
	if need <= cap(set.X) {
		return nil
	}
	grown := min(need+need/4+1024, maxCoordinates)
	bytes := 8 * float64(grown)
	if targets > 1 {
		bytes *= 1 + float64(targets)/float64(set.Columns)
	}
	if err := memory.Check("", "the points up to here", bytes, "take fewer rows or columns"); err != nil {
		return err
	}
	set.X = slices.Grow(set.X, grown-len(set.X))
	return nil
}

// shortened returns a name of at most MaxName letters.
func shortened(name string) string {
	if utf8.RuneCountInString(name) <= MaxName {
		return name
	}
	return string([]rune(name)[:MaxName-1]) + "…"
}
