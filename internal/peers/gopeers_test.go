package main

import (
	"context"
	"errors"
	"testing"
)

// failing is a learner that ends in its nth step and remembers whether it was closed.
type failing struct {
	n      int
	closed bool
}

var errStep = errors.New("no more steps")

func (f *failing) step([]float64, []float64) (float64, error) {
	if f.n--; f.n < 0 {
		return 0, errStep
	}
	return 1, nil
}
func (f *failing) predict([]float64) ([]float64, error) { return nil, errStep }
func (f *failing) Close() error                         { f.closed = true; return nil }

func TestLearnersAreClosedAfterAFailure(t *testing.T) {
	study, err := studyTask(true)
	if err != nil {
		t.Fatal(err)
	}
	l := &failing{n: 3}
	p := goPeer{label: "failing", build: func(network, []int, bool) (learner, error) { return l, nil }}
	c, err := p.start(t.Context(), study)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.round(t.Context()); !errors.Is(err, errStep) || !l.closed {
		t.Errorf("%v, closed %t", err, l.closed)
	}
}

func TestTrainingStopsWithItsContext(t *testing.T) {
	study, err := studyTask(true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, p := range []goPeer{tapePeer, handcodedPeer, gonumPeer} {
		c, err := p.start(ctx, study)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.round(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", p.label, err)
		}
	}
}

func TestAShareOfTheEpochsIsExtrapolatedAndSaidSo(t *testing.T) {
	study, err := studyTask(true) // 2 epochs
	if err != nil {
		t.Fatal(err)
	}
	p := handcodedPeer
	p.maxEpochs = 1
	c, err := p.start(t.Context(), study)
	if err != nil {
		t.Fatal(err)
	}
	o, err := c.round(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.note != "scaled from 1 of 2 epochs" || len(o.losses[0]) != 1 {
		t.Errorf("note %q, losses of %d epochs", c.note, len(o.losses[0]))
	}
}

func TestBatchSizes(t *testing.T) {
	for _, c := range []struct {
		rows, batch int
		want        []int
	}{{300, 64, []int{64, 44}}, {256, 64, []int{64}}, {40, 64, []int{40}}} {
		got := sizes(c.rows, c.batch)
		if len(got) != len(c.want) || got[0] != c.want[0] || got[len(got)-1] != c.want[len(c.want)-1] {
			t.Errorf("%d rows in batches of %d: %v, want %v", c.rows, c.batch, got, c.want)
		}
	}
}
