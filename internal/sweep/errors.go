package sweep

import "fmt"

// InputError is something that the user gave and that cannot be used: a plan file,
// a folder, a number of shards.
type InputError struct {
	// Path is the file or directory, "" where there is none.
	Path string
	// Line and Column count from 1 and are 0 where they are not known.
	Line, Column int
	// Reason says what is wrong and what to do.
	Reason string
}

func (e *InputError) Error() string {
	switch {
	case e.Path == "":
		return e.Reason
	case e.Line == 0:
		return e.Path + ": " + e.Reason
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Reason)
}

func badInput(path, format string, args ...any) error {
	return &InputError{Path: path, Reason: fmt.Sprintf(format, args...)}
}

// MissingError says that trials have no record yet.
type MissingError struct {
	Missing, Trials int
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%d of %d trials have no record yet: run the sweep again to complete it", e.Missing, e.Trials)
}

// ContradictionError is one trial with two different records, which equal programs
// on equal data cannot make.
type ContradictionError struct {
	Trial Trial
	// Segments are the two files.
	Segments [2]string
}

func (e *ContradictionError) Error() string {
	return fmt.Sprintf("trial %d (%s) has one result in %s and another in %s: a trial's result depends on its settings alone, so a machine computes wrongly or a data file has changed; move one of them away",
		e.Trial.Index, e.Trial.ID, e.Segments[0], e.Segments[1])
}

// SegmentError is a file among the results that cannot be used.
type SegmentError struct {
	Path, Reason string
	// Foreign is a whole segment of another plan; others are damaged.
	Foreign bool
}

func (e *SegmentError) Error() string { return e.Path + ": " + e.Reason }
