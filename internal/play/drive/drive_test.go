package drive

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// script is a laboratory that does what a test says.
type script struct {
	playing bool
	// epochs are what Advance gives; it takes the budget where there are any, or where it is busy.
	epochs int
	busy   bool
	// last is after how many turns training stops by itself, 0 for never.
	last, turns int
	obeyed      []string
}

func (s *script) Obey(command []byte) []byte {
	text := string(command)
	s.obeyed = append(s.obeyed, text)
	return fmt.Appendf(nil, `{"ok":true,"state":%v}`, strings.Contains(text, "set"))
}
func (s *script) State() []byte           { return []byte("state") }
func (s *script) Playing() bool           { return s.playing }
func (s *script) Frame(dst []byte) []byte { return append(dst, 'f') }

func (s *script) Advance(budget time.Duration) int {
	if s.turns++; s.turns == s.last {
		s.playing = false
	}
	if s.epochs > 0 || s.busy {
		time.Sleep(budget)
	}
	return s.epochs
}

// mail is what was sent.
type mail []string

func (m *mail) send(message Message) {
	text := string(message.Bytes)
	if message.Frame {
		text = "frame"
	}
	if strings.Contains(text, "welcome") {
		text = "welcome"
	}
	if strings.Contains(text, "ok") {
		text = "reply"
	}
	*m = append(*m, text)
}

// took is what was sent since.
func (m *mail) took() mail {
	sent := *m
	*m = nil
	return sent
}

func (m mail) is(want ...string) bool { return slices.Equal(m, want) }

const budget = 2 * time.Millisecond

func TestPageIsGreetedWithStateAndFrame(t *testing.T) {
	d, m := New(&script{}, "portable", budget), mail{}
	d.Greet("a", true, m.send)
	now := time.Now()
	if wait := d.Turn(now, true, m.send); wait != Forever || !m.took().is("welcome", "state", "frame") {
		t.Errorf("wait %v", wait)
	}
	if wait := d.Turn(now, true, m.send); wait != Forever || len(m) > 0 {
		t.Errorf("then wait %v, %v", wait, m)
	}
}

func TestCommandsAreAnsweredAndShown(t *testing.T) {
	l := &script{}
	d, m := New(l, "", budget), mail{}
	d.Greet("a", false, m.send)
	d.Turn(time.Now(), true, m.send)
	m.took()
	d.Receive([]byte(`{"do":"view"}`), m.send)
	d.Receive([]byte(`{"do":"set"}`), m.send)
	d.Turn(time.Now(), true, m.send)
	if sent := m.took(); !sent.is("reply", "reply", "state", "frame") { // one frame for both
		t.Errorf("sent %v", sent)
	}
	if len(l.obeyed) != 2 {
		t.Errorf("obeyed %v", l.obeyed)
	}
}

func TestFramesAreAsManyAsThereIsCreditFor(t *testing.T) {
	l := &script{}
	d, m := New(l, "", budget), mail{}
	d.Greet("a", false, m.send)
	frames := func(turns int) (n int) {
		for range turns {
			d.Receive([]byte(`{"do":"view"}`), m.send)
			d.Turn(time.Now(), true, m.send)
		}
		for _, text := range m.took() {
			if text == "frame" {
				n++
			}
		}
		return n
	}
	if n := frames(10); n != fullCredit {
		t.Errorf("%d frames without an acknowledgement", n)
	}
	d.Receive([]byte(`{"ack":1}`), m.send)
	if n := frames(10); n != 1 {
		t.Errorf("%d frames after one", n)
	}
	for range 100 { // a page that says too much has no more than there is
		d.Receive([]byte(`{"ack":1000000}`), m.send)
	}
	if n := frames(10); n != fullCredit {
		t.Errorf("%d frames after a hundred", n)
	}
	if slices.ContainsFunc(l.obeyed, func(c string) bool { return strings.Contains(c, "ack") }) {
		t.Error("the laboratory was told of acknowledgements")
	}
	d.Greet("a", true, m.send)
	if n := frames(10); n != fullCredit {
		t.Errorf("%d frames for the next page", n)
	}
}

func TestFramesOfTrainingArePaced(t *testing.T) {
	l := &script{playing: true, epochs: 1}
	d, m := New(l, "", time.Millisecond/10), mail{}
	d.Greet("a", false, m.send)
	start := time.Now()
	d.Turn(start, true, m.send)
	m.took()
	var at []time.Duration
	for passed := time.Duration(0); passed < time.Second; passed += time.Millisecond {
		if wait := d.Turn(start.Add(passed), true, m.send); wait != 0 {
			t.Fatalf("a busy laboratory waits %v", wait)
		}
		for range m.took() {
			at = append(at, passed)
			d.Receive([]byte(`{"ack":1}`), m.send)
		}
	}
	if n := len(at); n < 40 || n > 60 {
		t.Errorf("%d frames in a second", n)
	}
	d.Receive([]byte(`{"do":"rate"}`), m.send)
	if d.Turn(start.Add(time.Second), true, m.send); !m.took().is("reply", "frame") {
		t.Error("what a command does is not shown at once")
	}
}

func TestNothingIsSentWhereNothingChanges(t *testing.T) {
	l := &script{playing: true}
	d, m := New(l, "", budget), mail{}
	d.Greet("a", false, m.send)
	start := time.Now()
	d.Turn(start, true, m.send)
	m.took()
	for i := range 100 {
		if wait := d.Turn(start.Add(time.Duration(i)*20*time.Millisecond), true, m.send); wait != nap {
			t.Fatalf("a slow speed waits %v", wait)
		}
	}
	if len(m) > 0 {
		t.Errorf("sent %v", m)
	}
	l.busy = true // within an epoch that takes long
	d.Turn(start.Add(10*time.Second), true, m.send)
	d.Turn(start.Add(11*time.Second), true, m.send)
	if !m.took().is("frame") {
		t.Error("work within an epoch is not shown")
	}
}

func TestEndOfTrainingIsShown(t *testing.T) {
	l := &script{playing: true, last: 3}
	d, m := New(l, "", budget), mail{}
	d.Greet("a", false, m.send)
	start := time.Now()
	var wait time.Duration
	for range 3 {
		wait = d.Turn(start, true, m.send)
	}
	m.took()
	if wait != 0 {
		t.Errorf("when it ends, it waits %v", wait)
	}
	if wait := d.Turn(start, true, m.send); wait != Forever || !m.took().is("frame") {
		t.Errorf("wait %v, and no frame", wait)
	}
}

func TestWhatCanWaitWaitsForRoom(t *testing.T) {
	d, m := New(&script{}, "", budget), mail{}
	d.Greet("a", false, m.send)
	m.took()
	if wait := d.Turn(time.Now(), false, m.send); wait != nap || len(m) > 0 {
		t.Errorf("without room: wait %v, %v", wait, m)
	}
	if wait := d.Turn(time.Now(), true, m.send); wait != Forever || !m.took().is("state", "frame") {
		t.Errorf("with room: wait %v", wait)
	}
}

func TestFramesAreMadeInMemoryThatIsGiven(t *testing.T) {
	d := New(&script{}, "", budget)
	memory := make([]byte, 7, 10)
	d.Buffer = func() []byte { return memory }
	var got []byte
	d.Greet("a", false, func(Message) {})
	d.Turn(time.Now(), true, func(m Message) {
		if m.Frame {
			got = m.Bytes
		}
	})
	if string(got) != "f" || &got[0] != &memory[0] {
		t.Errorf("the frame is %q", got)
	}
}
