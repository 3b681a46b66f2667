package experiment

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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

	// Aside is where the list of another plan was put that was at the path, "" for none.
	Aside string

	mu      sync.Mutex
	entries map[K]V
	saved   time.Time
}

// content is the file as JSON. SHA256 is the checksum of the text that follows ledgerBegin.
type content[K comparable, V any] struct {
	Format    int           `json:"format"`
	Plan      string        `json:"plan"`
	SHA256    string        `json:"sha256"`
	Trainings []entry[K, V] `json:"trainings"`
}

const (
	ledgerFormat = 1
	ledgerBegin  = `"trainings":[`
)

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

// OpenLedger reads the ledger at path; where there is none, it is empty. One of another plan is
// put aside, under a name of its own beside it, where its own plan finds it again. Errors are
// of type [input.Error], about the setting "out".
func OpenLedger[K comparable, V any](path, plan string, order func(a, b K) int) (*LedgerFile[K, V], error) {
	l := &LedgerFile[K, V]{path: path, plan: plan, order: order, entries: make(map[K]V), saved: time.Now()}
	found, err := l.read(path)
	if err != nil {
		return nil, input.Under("out", err)
	}
	if found != "" && found != plan {
		l.Aside = aside(path, found)
		if err := atomicfile.Rename(path, l.Aside); err != nil {
			return nil, input.Under("out", err)
		}
	}
	if found != plan {
		if _, err := l.read(aside(path, plan)); err != nil {
			return nil, input.Under("out", err)
		}
	}
	return l, nil
}

// aside is the path to which the ledger of a plan is put.
func aside(path, plan string) string {
	name := sha256.Sum256([]byte(plan))
	ending := filepath.Ext(path)
	return fmt.Sprintf("%s-%x%s", strings.TrimSuffix(path, ending), name[:4], ending)
}

// read takes over the entries of a file, if they are of the ledger's plan, and gives the plan
// that they are of, "" where there is no file.
func (l *LedgerFile[K, V]) read(path string) (plan string, err error) {
	text, err := input.ReadRegular(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	}
	var c content[K, V]
	if err := json.Unmarshal(text, &c); err != nil {
		return "", input.RefuseFile(path, "not a list of trainings: %v; delete it to start anew", err)
	}
	if c.Plan != l.plan {
		return cmp.Or(c.Plan, "none"), nil
	}
	_, trainings, _ := bytes.Cut(text, []byte(ledgerBegin))
	if c.SHA256 != fmt.Sprintf("%x", sha256.Sum256(trainings)) {
		return "", input.RefuseFile(path, "damaged: its checksum is wrong; delete it to start anew")
	}
	for _, e := range c.Trainings {
		l.entries[e.Training] = e.Outcome
	}
	return c.Plan, nil
}

// Adopt takes over what other ledgers of the same plan know; what cannot be read is passed over.
func (l *LedgerFile[K, V]) Adopt(paths ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, path := range paths {
		l.read(path)
	}
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
	var trainings bytes.Buffer
	for i, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("writing the list of trainings: %w", err)
		}
		fmt.Fprintf(&trainings, "%s\n%s", strings.Repeat(",", min(i, 1)), line)
	}
	trainings.WriteString("\n]}\n")
	err := atomicfile.Write(l.path, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "{\"format\":%d,\"plan\":%q,\"sha256\":\"%x\",%s%s", ledgerFormat, l.plan, sha256.Sum256(trainings.Bytes()), ledgerBegin, trainings.Bytes())
		return err
	})
	if err != nil {
		return fmt.Errorf("writing the list of trainings: %w", err)
	}
	l.saved = time.Now()
	return nil
}
