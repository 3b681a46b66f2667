package experiment

import (
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
	"time"

	"actscope/internal/atomicfile"
	"actscope/internal/config"
	"actscope/internal/input"
)

// LedgerFile is a [Ledger] in a JSON file: it knows what came of every training that was carried out under one plan: V for the
// training K. Both have a form in JSON. A ledger may be used by many goroutines.
type LedgerFile[K comparable, V any] struct {
	path, plan string
	order      func(a, b K) int

	mu      sync.Mutex
	entries map[K]V
	saved   time.Time
}

// content is the file as JSON.
type content[K comparable, V any] struct {
	Plan      string        `json:"plan"`
	Trainings []entry[K, V] `json:"trainings"`
}

type entry[K comparable, V any] struct {
	Training K `json:"training"`
	Outcome  V `json:"outcome"`
}

// saveEvery is how often a ledger is written while it grows: what a power cut may lose.
const saveEvery = 20 * time.Second

// LedgerPlan stands for what decides a training besides its K: settings in any form, the points
// of a dataset that is a file, and the program.
func LedgerPlan(settings []byte, dataset string, p Provenance) (string, error) {
	var points string
	if file, ok := config.DataFile(dataset); ok {
		var err error
		if points, err = HashFile(file); err != nil {
			return "", input.Under("dataset", err)
		}
	}
	plan := sha256.Sum256(fmt.Appendf(settings, "\n%s\n%s\n%s", p.Version, p.Kernels, points))
	return hex.EncodeToString(plan[:]), nil
}

// OpenLedger reads the ledger at path. Where there is none, or one of another plan, it is empty.
// Errors are of type [input.Error], about the setting "out".
func OpenLedger[K comparable, V any](path, plan string, order func(a, b K) int) (*LedgerFile[K, V], error) {
	l := &LedgerFile[K, V]{path: path, plan: plan, order: order, entries: make(map[K]V), saved: time.Now()}
	text, err := input.ReadRegular(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return l, nil
	case err != nil:
		return nil, input.Under("out", err)
	}
	var c content[K, V]
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, input.Refuse("out", "%s is not a list of trainings: %v; delete it to start anew", path, err)
	}
	if c.Plan == plan {
		for _, e := range c.Trainings {
			l.entries[e.Training] = e.Outcome
		}
	}
	return l, nil
}

// Trainings is how many the ledger knows.
func (l *LedgerFile[K, V]) Trainings() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

// Find is what came of a training, if that is known.
func (l *LedgerFile[K, V]) Find(k K) (v V, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v, known = l.entries[k]
	return v, known
}

// Add remembers what came of a training, and writes the ledger now and then.
func (l *LedgerFile[K, V]) Add(k K, v V) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.entries[k] = v; time.Since(l.saved) < saveEvery {
		return nil
	}
	return l.write()
}

// WriteUnlessEmpty is Write where there is something to write.
func (l *LedgerFile[K, V]) WriteUnlessEmpty() error {
	if l.Trainings() == 0 {
		return nil
	}
	return l.Write()
}

// Remove removes the file, if there is one.
func (l *LedgerFile[K, V]) Remove() error {
	if err := os.Remove(l.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the list of trainings: %w", err)
	}
	return nil
}

// Write writes the ledger, a line a training, in order.
func (l *LedgerFile[K, V]) Write() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.write()
}

func (l *LedgerFile[K, V]) write() error {
	entries := make([]entry[K, V], 0, len(l.entries))
	for k, v := range l.entries {
		entries = append(entries, entry[K, V]{k, v})
	}
	slices.SortFunc(entries, func(a, b entry[K, V]) int { return l.order(a.Training, b.Training) })
	err := atomicfile.Write(l.path, func(w io.Writer) error {
		fmt.Fprintf(w, "{\"plan\":%q,\"trainings\":[", l.plan)
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
		return fmt.Errorf("writing the list of trainings: %w", err)
	}
	l.saved = time.Now()
	return nil
}
