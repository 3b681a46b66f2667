package main

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"
)

// constant is a contender whose rounds give the same, and are noted in calls.
func constant(name string, calls *string, d time.Duration, losses ...float64) contender {
	return contender{peer: name, threads: 1, round: func(context.Context) (outcome, error) {
		*calls += name
		return outcome{d, [][]float64{losses}}, nil
	}}
}

func measured(t *testing.T, rounds int, contenders ...contender) *measurement {
	t.Helper()
	m := &measurement{key: "x", title: "a test", tolerance: 1e-6}
	if err := m.run(t.Context(), contenders, rounds, io.Discard); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRoundsInterleaveAndTheFirstIsNotTimed(t *testing.T) {
	calls := ""
	m := measured(t, 3, constant("A", &calls, time.Second, 1), constant("B", &calls, 3*time.Second, 1), constant("C", &calls, time.Second, 1))
	if calls != "ABC"+"ABC"+"BCA"+"CAB" {
		t.Errorf("turns %s", calls)
	}
	b := m.find("B")
	if len(b.times) != 3 || m.ratios(b) != (spread{3, 3, 3}) || b.median() != 3*time.Second {
		t.Errorf("times %v, ratios %v", b.times, m.ratios(b))
	}
}

func TestShortRoundsAreRepeated(t *testing.T) {
	calls := ""
	m := measured(t, 1, constant("A", &calls, turnTime/3, 1), constant("B", &calls, 0, 1))
	if a, b := strings.Count(calls, "A"), strings.Count(calls, "B"); a != 2*4 || b != 2*mostRepeats { // 3 thirds are rounded down
		t.Errorf("A had %d rounds in two turns, B %d", a, b)
	}
	if got := m.find("A").median(); got != turnTime/3 {
		t.Errorf("rounds of %v are said to take %v", turnTime/3, got)
	}
}

func TestTimesOfOtherLossesDoNotCount(t *testing.T) {
	for _, c := range []struct {
		name   string
		losses []float64
		counts bool
	}{
		{"equal", []float64{0.5, 0.25}, true},
		{"within the tolerance", []float64{0.5, 0.25 * (1 + 9e-7)}, true},
		{"beyond it", []float64{0.5, 0.25 * (1 + 2e-6)}, false},
		{"in the first epoch", []float64{0.6, 0.25}, false},
		{"NaN", []float64{0.5, math.NaN()}, false},
		{"a share of the epochs", []float64{0.5}, true},
		{"none", nil, false},
		{"too many", []float64{0.5, 0.25, 0.1}, false},
	} {
		calls := ""
		m := measured(t, 1, constant("A", &calls, time.Second, 0.5, 0.25), constant("B", &calls, time.Second, c.losses...))
		if counts := m.find("B") != nil; counts != c.counts {
			t.Errorf("%s: counts %t, %v", c.name, counts, m.series[1].failure)
		}
		if !c.counts && calls != "ABA" {
			t.Errorf("%s: a contender that failed had its turn again: %s", c.name, calls)
		}
	}
}

func TestNothingCountsWithoutTheReference(t *testing.T) {
	calls := ""
	broken := contender{peer: "A", threads: 1, round: func(context.Context) (outcome, error) { return outcome{}, errors.New("broken") }}
	m := measured(t, 2, broken, constant("B", &calls, time.Second, 1))
	r := report{measurements: []*measurement{m}}
	if m.find("A") != nil || m.find("B") != nil || calls != "" {
		t.Errorf("measured after %q", calls)
	}
	if err := r.failure(); err == nil || !strings.Contains(err.Error(), "case x, A: broken") {
		t.Errorf("got %v", err)
	}
}

func TestMeasuringStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := &measurement{}
	err := m.run(ctx, []contender{{threads: 1, round: func(context.Context) (outcome, error) {
		cancel()
		return outcome{losses: [][]float64{{1}}}, nil
	}}}, 5, io.Discard)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The expected values are numpy.quantile's.
func TestSpreadIsMedianAndQuartiles(t *testing.T) {
	for _, c := range []struct {
		sample []float64
		want   spread
	}{
		{[]float64{7}, spread{7, 7, 7}},
		{[]float64{4, 1, 3, 2}, spread{2.5, 1.75, 3.25}},
		{[]float64{5, 1, 4, 2, 30}, spread{4, 2, 5}},
	} {
		if got := spreadOf(c.sample); got != c.want {
			t.Errorf("%v: %v, want %v", c.sample, got, c.want)
		}
	}
}
