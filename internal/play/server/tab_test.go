package server

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestBrokenSocketLosesNothing(t *testing.T) {
	s := started(t, nil)
	c := dial(t, s, "a")
	if resumed, epoch := c.greeted(); resumed || epoch != 0 {
		t.Errorf("a new tab: resumed %v, epoch %d", resumed, epoch)
	}
	c.say(`{"id":1,"do":"play"}`)
	last := 0
	for range 5 {
		last = c.frame()
	}
	if last == 0 {
		t.Error("it does not train")
	}
	c.CloseNow() // without a word, as a network that is gone
	waitFor(t, "the page to be gone", func() bool { return pages(s) == 0 })
	tab := s.tabNamed("a")
	var alone, later int
	ask := func(n *int) {
		if err := tab.await(t.Context(), func() error { *n = tab.laboratory.(*double).epoch; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, "the laboratory to stand still", func() bool {
		ask(&alone)
		time.Sleep(20 * time.Millisecond)
		ask(&later)
		return alone == later
	})
	c = dial(t, s, "a")
	resumed, epoch := c.greeted()
	if !resumed || epoch < last || epoch != later {
		t.Errorf("resumed %v at epoch %d, after %d", resumed, epoch, last)
	}
	c.say(`{"ack":1}`)
	if next := c.frame(); next < epoch {
		t.Errorf("then epoch %d", next)
	}
	for c.frame() == epoch { // it goes on
	}
}

func TestTabsHaveLaboratoriesOfTheirOwn(t *testing.T) {
	s := started(t, nil)
	a, b := dial(t, s, "a"), dial(t, s, "b")
	a.greeted()
	b.greeted()
	a.say(`{"id":1,"do":"step"}`)
	if got := a.frame(); got != 1 {
		t.Errorf("a is at epoch %d", got)
	}
	b.say(`{"id":1,"do":"nothing"}`)
	if got := b.frame(); got != 0 {
		t.Errorf("b is at epoch %d", got)
	}
}

func TestSecondPageOfATabTakesTheLaboratoryOver(t *testing.T) {
	s := started(t, nil)
	a := dial(t, s, "a")
	a.greeted()
	a.say(`{"id":1,"do":"step"}`)
	a.frame()
	b := dial(t, s, "a")
	if resumed, epoch := b.greeted(); !resumed || epoch != 1 {
		t.Errorf("the second: resumed %v, epoch %d", resumed, epoch)
	}
	if e := a.closed(); e.Code != replaced || !strings.Contains(e.Reason, "another tab") {
		t.Errorf("the first is closed with %v", e)
	}
	b.say(`{"id":1,"do":"step"}`)
	if got := b.frame(); got != 2 {
		t.Errorf("then epoch %d", got)
	}
}

func TestFramesWaitForCreditAndTrainingDoesNot(t *testing.T) {
	s := started(t, nil)
	c := dial(t, s, "a")
	c.greeted() // one frame of the two
	c.say(`{"id":1,"do":"play"}`)
	if reply, _ := c.next(); !strings.Contains(reply, `"reply":1`) {
		t.Fatalf("replied %s", reply)
	}
	_, second := c.next()
	time.Sleep(200 * time.Millisecond)
	c.say(`{"id":2,"do":"nothing"}`)
	if reply, epoch := c.next(); !strings.Contains(reply, `"reply":2`) { // and no frame before
		t.Fatalf("%q and a frame of epoch %d without credit", reply, epoch)
	}
	c.say(`{"ack":1}`)
	if _, third := c.next(); third < second+100 {
		t.Errorf("epoch %d, and %d a fifth of a second later: training waited for the page", second, third)
	}
}

// A page that reads nothing is let go, and the others do not notice.
func TestSlowReaderHoldsUpNobody(t *testing.T) {
	s := started(t, func(o *Options) {
		o.New = func(context.Context) (Laboratory, error) { return &double{bulk: 8 << 20}, nil }
	})
	s.patience = time.Second
	s.Prepare(&double{})
	quick := dial(t, s, "quick")
	quick.greeted()
	slow := dial(t, s, "slow")
	slow.say(`{"id":1,"do":"play"}`)
	go func() {
		for i := 0; ; i++ {
			if slow.Write(context.Background(), websocket.MessageText, fmt.Appendf(nil, `{"id":%d,"do":"set"}`, i)) != nil {
				return
			}
		}
	}()
	var worst time.Duration
	for range 200 {
		began := time.Now()
		quick.say(`{"id":1,"do":"step"}`)
		quick.frame()
		worst = max(worst, time.Since(began))
	}
	if worst > time.Second {
		t.Errorf("another tab waited for %v", worst)
	}
	waitFor(t, "the slow page to be let go", func() bool { return pages(s) == 1 })
	if resumed, _ := dial(t, s, "slow").greeted(); !resumed {
		t.Error("its laboratory is lost")
	}
}

func TestManyCommandsHaveRepliesInOrder(t *testing.T) {
	s := started(t, nil)
	c := dial(t, s, "a")
	c.greeted()
	go func() {
		for i := 1; i <= 500; i++ {
			if c.Write(t.Context(), websocket.MessageText, fmt.Appendf(nil, `{"id":%d,"do":"step"}`, i)) != nil {
				return
			}
		}
	}()
	for want := 1; want <= 500; {
		text, epoch := c.next()
		if epoch >= 0 {
			c.say(`{"ack":1}`)
			continue
		}
		if !strings.Contains(text, fmt.Sprintf(`"reply":%d,`, want)) {
			t.Fatalf("reply %d is %s", want, text)
		}
		want++
	}
}

func TestFaultOfALaboratoryIsItsOwn(t *testing.T) {
	s := started(t, nil)
	a, b := dial(t, s, "a"), dial(t, s, "b")
	a.greeted()
	b.greeted()
	a.say(`{"id":1,"do":"panic"}`)
	if e := a.closed(); e.Code != websocket.StatusInternalError || !strings.Contains(e.Reason, "reload") {
		t.Errorf("closed with %v", e)
	}
	b.say(`{"id":1,"do":"step"}`)
	if got := b.frame(); got != 1 {
		t.Errorf("the other is at epoch %d", got)
	}
	if resumed, _ := dial(t, s, "a").greeted(); resumed {
		t.Error("the faulty one is there again")
	}
}

func TestExportsAreOfTheTab(t *testing.T) {
	s := started(t, nil)
	dial(t, s, "a").greeted()
	for _, query := range []string{"?tab=a", ""} {
		status, body, header := get(t, s, "/"+s.token+"/export/study.yaml"+query, nil)
		if status != 200 || body != "epochs: 3\n" || header.Get("Content-Disposition") != "attachment; filename*=utf-8''aktivit%C3%A4t.yaml" {
			t.Errorf("%q: %d %q %v", query, status, body, header)
		}
	}
	dial(t, s, "b").greeted()
	if status, _, _ := get(t, s, "/"+s.token+"/export/study.yaml", nil); status != 404 {
		t.Errorf("of two, without a name: %d", status)
	}
	if status, body, _ := get(t, s, "/"+s.token+"/export/passwd?tab=a", nil); status != 404 || !strings.Contains(body, "passwd") {
		t.Errorf("of no such file: %d %s", status, body)
	}
}

func TestServerEndsWhenNobodyLooks(t *testing.T) {
	s, err := Listen(Options{Kernels: "none", Idle: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	s.Prepare(&double{})
	var over atomic.Bool
	ended := make(chan error, 1)
	go func() {
		ended <- s.Serve(t.Context())
		over.Store(true)
	}()
	c := dial(t, s, "a")
	c.greeted()
	time.Sleep(time.Second)
	if over.Load() {
		t.Error("ended under the eyes of a page")
	}
	c.CloseNow()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("does not end")
	}
}

func TestEndTellsThePages(t *testing.T) {
	s, err := Listen(Options{Kernels: "none"})
	if err != nil {
		t.Fatal(err)
	}
	s.Prepare(&double{})
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	c := dial(t, s, "a")
	c.greeted()
	c.say(`{"id":1,"do":"play"}`)
	c.frame()
	began := time.Now()
	end()
	if e := c.closed(); e.Code != websocket.StatusGoingAway || !strings.Contains(e.Reason, "ended") {
		t.Errorf("closed with %v", e)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > grace+time.Second {
		t.Errorf("took %v", took)
	}
}
