// Package drive says what a laboratory does next, and what is sent of it when: the one loop of the
// server's goroutines and of the web worker, which only carry messages.
//
//	d := drive.New(laboratory, "avx2", 4*time.Millisecond)
//	d.Greet(id, false, send)              // a page has come
//	d.Receive(message, send)              // it asks for something, or has drawn a frame
//	wait := d.Turn(time.Now(), true, send) // the laboratory trains a little, and shows it
//
// A page has credit for two frames and gives it back by {"ack":1} for each that it has drawn: one that
// is slow or hidden is sent no more than it takes, while training goes on. Nothing here has a goroutine
// or looks at a clock of its own but to weigh what frames cost.
package drive

import (
	"encoding/json"
	"time"
)

// Laboratory is what is driven: see package play. It belongs to one goroutine at a time.
type Laboratory interface {
	// Obey does what one JSON command says, and gives the JSON reply, whose "state" is true where the
	// state is another one since.
	Obey(command []byte) []byte
	// State is the JSON message of everything that does not change by training.
	State() []byte
	// Playing says whether Advance would train.
	Playing() bool
	// Advance trains for about the budget, or less where the speed asks for less, and gives the epochs.
	Advance(budget time.Duration) int
	// Frame appends what there is to see to dst.
	Frame(dst []byte) []byte
}

// Message is one for the page: a frame, or text.
type Message struct {
	Frame bool
	Bytes []byte
}

const (
	// fullCredit is how many frames may be on their way.
	fullCredit = 2
	// pace is the time from frame to frame while nobody asks for anything, and share how many times
	// what a frame costs passes at least.
	pace  = time.Second / 60
	share = 3
	// nap is how long a laboratory that needs no more than a part of its budget is left alone.
	nap = 4 * time.Millisecond
	// Forever is the wait until a message comes.
	Forever = time.Duration(-1)
)

// Drive drives one laboratory for one page.
type Drive struct {
	laboratory Laboratory
	kernels    string
	budget     time.Duration
	// Buffer gives memory for a frame, which is the receiver's from then on; nil: it is made.
	Buffer func() []byte

	credit int
	// owed is a frame that somebody asked for, changed one that training has made worth sending.
	owed, changed, stateOwed bool
	sent                     time.Time
	cost                     time.Duration
}

// New drives a laboratory, which trains for a budget between messages. Kernels names the set that
// computes.
func New(l Laboratory, kernels string, budget time.Duration) *Drive {
	return &Drive{laboratory: l, kernels: kernels, budget: budget}
}

// Greet begins with a page, from which no frames are on their way: it is told its name, whether the
// laboratory is one that it had before, the state and a frame.
func (d *Drive) Greet(tab string, resumed bool, send func(Message)) {
	welcome, _ := json.Marshal(struct {
		Type    string `json:"type"`
		Tab     string `json:"tab"`
		Resumed bool   `json:"resumed"`
		Kernels string `json:"kernels"`
	}{"welcome", tab, resumed, d.kernels}) // of strings, which cannot fail
	send(Message{Bytes: welcome})
	d.credit, d.owed, d.stateOwed = fullCredit, true, true
}

// Receive takes one message of the page: an acknowledgement, or a command, whose reply is sent.
func (d *Drive) Receive(message []byte, send func(Message)) {
	var ack struct {
		Ack int `json:"ack"`
	}
	if json.Unmarshal(message, &ack) == nil && ack.Ack > 0 {
		d.credit = min(d.credit+1, fullCredit)
		return
	}
	reply := d.laboratory.Obey(message)
	var said struct {
		State bool `json:"state"`
	}
	if json.Unmarshal(reply, &said) == nil && said.State {
		d.stateOwed = true
	}
	d.owed = true
	send(Message{Bytes: reply})
}

// Turn sends what is owed, if there is room for it on the way to the page, and trains for the budget.
// The wait is until the next turn, 0 for none and [Forever] for until something is received; what is
// received ends it.
func (d *Drive) Turn(now time.Time, room bool, send func(Message)) (wait time.Duration) {
	if d.stateOwed && room {
		send(Message{Bytes: d.laboratory.State()})
		d.stateOwed = false
	}
	if room && d.credit > 0 && (d.owed || d.changed && now.Sub(d.sent) >= d.every()) {
		d.frame(now, send)
	}
	if !d.laboratory.Playing() {
		if d.stateOwed || d.owed && d.credit > 0 { // there was no room
			return nap
		}
		return Forever
	}
	began := time.Now()
	epochs := d.laboratory.Advance(d.budget)
	busy := time.Since(began) >= d.budget/4
	if epochs > 0 || busy { // within an epoch, or in other trainings than those that are counted
		d.changed = true
	}
	if !d.laboratory.Playing() { // it has stopped by itself, and the page learns of it
		d.owed = true
		return 0
	}
	if !busy {
		return nap
	}
	return 0
}

// every is the time from frame to frame.
func (d *Drive) every() time.Duration { return max(pace, share*d.cost) }

func (d *Drive) frame(now time.Time, send func(Message)) {
	var buffer []byte
	if d.Buffer != nil {
		buffer = d.Buffer()
	}
	began := time.Now()
	m := Message{Frame: true, Bytes: d.laboratory.Frame(buffer[:0])}
	d.cost = time.Since(began)
	d.credit--
	d.owed, d.changed, d.sent = false, false, now
	send(m)
}
