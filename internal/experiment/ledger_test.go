package experiment

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"actscope/internal/input"
)

func open(t *testing.T, path, plan string) *LedgerFile[int, string] {
	t.Helper()
	l, err := OpenLedger[int, string](path, plan, cmp.Compare[int])
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestWhatIsWrittenIsFoundUnderTheSamePlan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	l := open(t, path, "a")
	var adding sync.WaitGroup
	for i := range 20 {
		adding.Go(func() {
			if err := l.Add(i, strings.Repeat("x", i)); err != nil {
				t.Error(err)
			}
		})
	}
	adding.Wait()
	if err := l.Write(); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again := open(t, path, "a")
	if v, known := again.Find(7); !known || v != "xxxxxxx" || again.Trainings() != 20 {
		t.Errorf("%q, %v, %d trainings", v, known, again.Trainings())
	}
	if err := again.Write(); err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(path); err != nil || string(second) != string(first) {
		t.Errorf("written again: other bytes, %v", err)
	}
	other := open(t, path, "b")
	if other.Trainings() != 0 || other.Aside == "" {
		t.Errorf("%d trainings of another plan, which is now at %q", other.Trainings(), other.Aside)
	}
	if err := errors.Join(other.Add(1, "y"), other.Write()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if l = open(t, path, "a"); l.Trainings() != 20 {
			t.Errorf("back under its own plan the ledger knows %d trainings", l.Trainings())
		}
		if other := open(t, path, "b"); other.Trainings() != 1 {
			t.Errorf("back under its own plan the other ledger knows %d trainings", other.Trainings())
		}
	}
	if err := os.Remove(aside(path, "a")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := l.Remove(); err != nil {
			t.Fatal(err)
		}
	}
	if l := open(t, path, "a"); l.Trainings() != 0 || l.WriteUnlessEmpty() != nil {
		t.Error("a removed ledger is not empty")
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("an empty ledger was written, %v", err)
	}
}

func TestGrowingLedgerIsWrittenNowAndThen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	l := open(t, path, "a")
	for i, age := range []time.Duration{0, 2 * saveEvery, 0} {
		l.saved = time.Now().Add(-age)
		if err := l.Add(i, ""); err != nil {
			t.Fatal(err)
		}
	}
	if n := open(t, path, "a").Trainings(); n != 2 {
		t.Errorf("%d trainings are safe, want those until the second", n)
	}
	l.path, l.saved = filepath.Join(path, "none"), time.Time{}
	if err := l.Add(3, ""); err == nil {
		t.Error("a ledger that cannot be written is no error")
	}
}

func TestFlippedBitInALedgerIsNoticed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	l := open(t, path, "a")
	if err := errors.Join(l.Add(12, "one"), l.Add(5, "two"), l.Write()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		for bit := range 8 {
			damaged := slices.Clone(whole)
			damaged[at] ^= 1 << bit
			if err := os.WriteFile(path, damaged, 0o666); err != nil {
				t.Fatal(err)
			}
			l, err := OpenLedger[int, string](path, "a", cmp.Compare[int])
			if err != nil {
				continue
			}
			one, _ := l.Find(12)
			if two, _ := l.Find(5); l.Trainings() > 0 && (l.Trainings() != 2 || one != "one" || two != "two") {
				t.Errorf("bit %d of byte %d: %d trainings, %q, %q", bit, at, l.Trainings(), one, two)
			}
		}
	}
}

func TestUnreadableLedgersAreErrorsAboutTheFolder(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken")
	if err := os.WriteFile(broken, []byte(`{"plan":"`), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{broken, dir} {
		var bad *input.Error
		if _, err := OpenLedger[int, string](path, "a", cmp.Compare[int]); !errors.As(err, &bad) || bad.Key != "out" {
			t.Errorf("%s: %v", path, err)
		}
	}
}
