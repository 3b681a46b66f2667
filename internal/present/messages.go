package present

import (
	"io"

	"actscope/internal/input"
)

// Messages is standard error for all that is said there: names that others chose can neither
// command the terminal nor fill it; see [input.VisibleLines].
type Messages struct{ Stderr io.Writer }

// Write takes whole messages.
func (m Messages) Write(message []byte) (int, error) {
	if _, err := io.WriteString(m.Stderr, input.VisibleLines(string(message))); err != nil {
		return 0, err
	}
	return len(message), nil
}

// bare is what is behind messages, for bars that move the cursor.
func bare(stderr io.Writer) io.Writer {
	if m, ok := stderr.(Messages); ok {
		return m.Stderr
	}
	return stderr
}
