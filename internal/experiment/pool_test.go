package experiment

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/panics"
)

// poolOf makes a pool.
func poolOf(t *testing.T, jobs int) *Pool {
	t.Helper()
	p, err := NewPool(jobs)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// numbers are from 0 to below n.
func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestResultsComeInTheOrderOfTheTrainingsWhateverTheJobs(t *testing.T) {
	for _, jobs := range []int{1, 3, 40} {
		var running, most atomic.Int32
		shown := 0 // Trained is called by one goroutine at a time
		work := Work[int, int]{
			Pool: poolOf(t, jobs),
			Train: func(_ context.Context, _ *Trainer, k int) (int, error) {
				most.Store(max(most.Load(), running.Add(1)))
				defer running.Add(-1)
				time.Sleep(time.Duration(k%3) * time.Millisecond)
				return k * k, nil
			},
			Trained: func(int, int) { shown++ },
		}
		squares, err := work.All(t.Context(), numbers(30))
		if err != nil || shown != 30 {
			t.Fatalf("%d shown, %v", shown, err)
		}
		for i, v := range squares {
			if v != i*i {
				t.Errorf("result %d is %d", i, v)
			}
		}
		if int(most.Load()) > jobs {
			t.Errorf("%d at a time with %d jobs", most.Load(), jobs)
		}
	}
	var bad *input.Error
	for _, jobs := range []int{0, math.MaxInt} {
		if _, err := NewPool(jobs); !errors.As(err, &bad) || bad.Key != "jobs" {
			t.Errorf("%d jobs: %v", jobs, err)
		}
	}
}

// listed is a ledger without a file.
type listed struct {
	mu    sync.Mutex
	known map[int]int
}

func (l *listed) Find(k int) (int, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v, ok := l.known[k]
	return v, ok
}

func (l *listed) Add(k, v int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k == 13 {
		return errors.New("the disk is full")
	}
	l.known[k] = v
	return nil
}

func TestWhatTheLedgerKnowsIsNotTrainedAgain(t *testing.T) {
	ledger := &listed{known: map[int]int{3: 33, 5: 55}}
	var trained atomic.Int32
	work := Work[int, int]{Pool: poolOf(t, 2), Ledger: ledger, Train: func(_ context.Context, _ *Trainer, k int) (int, error) {
		trained.Add(1)
		return k, nil
	}}
	got, err := work.All(t.Context(), numbers(7))
	if want := []int{0, 1, 2, 33, 4, 55, 6}; err != nil || !slices.Equal(got, want) || trained.Load() != 5 {
		t.Errorf("%v after %d trainings, %v", got, trained.Load(), err)
	}
	if _, err := work.All(t.Context(), []int{13}); err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("a ledger that cannot be written: %v", err)
	}
}

func TestAPanicIsAnErrorOfItsTrainingAlone(t *testing.T) {
	pool := poolOf(t, 1)
	work := Work[int, int]{Pool: pool, Train: func(_ context.Context, _ *Trainer, k int) (int, error) {
		if k == 2 {
			panic("a bug")
		}
		return k, nil
	}}
	var panicked *panics.Error
	if _, err := work.All(t.Context(), numbers(4)); !errors.As(err, &panicked) || !strings.Contains(panicked.Stack, "pool_test.go") {
		t.Errorf("got %v", err)
	}
	work.Failed = func(k int, err error) (int, error) {
		if !errors.As(err, &panicked) {
			return 0, err
		}
		return -k, nil
	}
	if got, err := work.All(t.Context(), numbers(4)); err != nil || !slices.Equal(got, []int{0, 1, -2, 3}) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestTheFirstErrorAndTheEndOfTheContextStopWork(t *testing.T) {
	var trained atomic.Int32
	work := Work[int, int]{Pool: poolOf(t, 2), Train: func(ctx context.Context, _ *Trainer, k int) (int, error) {
		switch trained.Add(1); {
		case k == 4:
			return 0, errors.New("it cannot be trained")
		case k > 4: // until the error has gone round, however busy the machine is
			select {
			case <-ctx.Done():
			case <-time.After(10 * time.Second):
			}
		}
		return k, ctx.Err()
	}}
	if err := work.Run(t.Context(), slices.Values(numbers(10_000))); err == nil || err.Error() != "it cannot be trained" || trained.Load() > 100 {
		t.Errorf("%d trainings, %v", trained.Load(), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := work.Run(ctx, slices.Values(numbers(10))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTrainingsShareEqualData(t *testing.T) {
	pool := poolOf(t, 2)
	points := config.Article().Points
	first, err := pool.Data(t.Context(), points)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := pool.Data(t.Context(), points); again != first {
		t.Error("equal points were made twice")
	}
	for points.DataSeed = range int64(2) {
		if other, err := pool.Data(t.Context(), points); err != nil || other == first {
			t.Errorf("another data seed gave the same points, %v", err)
		}
	}
	if again, _ := pool.Data(t.Context(), config.Article().Points); again == first {
		t.Error("more data are kept than there are trainings at a time")
	}
}
