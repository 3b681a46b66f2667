package cost

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"actscope/internal/atomicfile"
	"actscope/internal/study"
)

// Log knows what came of every trial that was carried out under one program, data and
// training, so that a search that was stopped goes on from there, and another search
// of the same trainings need not repeat them.
type Log struct {
	plan string // stands for program, data and training

	mu       sync.Mutex
	attempts map[Trial]Attempt
}

// logFile is the log as JSON.
type logFile struct {
	Plan   string     `json:"plan"`
	Trials []logEntry `json:"trials"`
}

type logEntry struct {
	Trial
	Attempt
}

// OpenLog reads the log at path. Where there is none, or one of other trainings or of
// another program, the log is empty.
func OpenLog(path string, c Config, p study.Provenance) (*Log, error) {
	// What decides a training besides what a trial says.
	same := Config{TestRows: c.TestRows, Training: c.Training}
	same.Training.Activations = nil
	settings, err := same.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var points []byte
	if file, ok := study.DataFile(c.Training.Dataset); ok {
		if points, err = os.ReadFile(file); err != nil {
			return nil, bad("dataset", "%v", err)
		}
	}
	plan := sha256.Sum256(fmt.Appendf(settings, "\n%s\n%s\n%x", p.Version, p.Kernels, sha256.Sum256(points)))
	l := &Log{plan: hex.EncodeToString(plan[:]), attempts: make(map[Trial]Attempt)}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, bad("out", "%v", err)
	}
	var file logFile
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, bad("out", "%s is no log of trials: %v; delete it to start anew", path, err)
	}
	if file.Plan == l.plan {
		for _, e := range file.Trials {
			l.attempts[e.Trial] = e.Attempt
		}
	}
	return l, nil
}

// Trials is the number of trials that the log knows.
func (l *Log) Trials() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.attempts)
}

func (l *Log) find(t Trial) (Attempt, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a, known := l.attempts[t]
	return a, known
}

func (l *Log) add(t Trial, a Attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.attempts[t] = a
}

// Write writes the log, a line a trial, in the order of the trials' parts.
func (l *Log) Write(path string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var entries []logEntry
	for t, a := range l.attempts {
		entries = append(entries, logEntry{t, a})
	}
	slices.SortFunc(entries, func(a, b logEntry) int {
		return cmp.Or(strings.Compare(a.Activation, b.Activation), cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Width, b.Width),
			strings.Compare(string(b.Stage), string(a.Stage)), cmp.Compare(a.Rate, b.Rate), cmp.Compare(a.Number, b.Number))
	})
	err := atomicfile.Write(path, func(w io.Writer) error {
		fmt.Fprintf(w, "{\"plan\":%q,\"trials\":[", l.plan)
		for i, e := range entries {
			line, err := json.Marshal(e)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s\n%s", strings.Repeat(",", min(i, 1)), line)
		}
		_, err := io.WriteString(w, "\n]}\n")
		return err
	})
	if err != nil {
		return fmt.Errorf("writing the log of trials: %w", err)
	}
	return nil
}
