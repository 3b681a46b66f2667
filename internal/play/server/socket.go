package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"actscope/internal/input"
	"actscope/internal/play/drive"
)

// Why a socket is closed, for the page to tell apart; the reasons are sentences for who looks.
const (
	// replaced: the tab's laboratory is open in another page.
	replaced = websocket.StatusCode(4001)
	// tooMany: as many tabs as there may be are open.
	tooMany = websocket.StatusCode(4004)
	ended   = websocket.StatusGoingAway
	refused = websocket.StatusPolicyViolation
	fault   = websocket.StatusInternalError
)

const (
	// busy is how many commands and replies of a page may be on their way: no more are read then, so that
	// never more messages wait than queue.
	busy, queue = 64, 128
	// crowded is how many messages leave no room for what can wait.
	crowded = 8
	// patience is how long a page may take for one message.
	patience = 10 * time.Second
	// longestReason is what a close frame holds.
	longestReason = 123
)

// page is one socket. What is sent is written by a goroutine of its own, so that a page that does not
// read holds up nobody.
type page struct {
	socket  *websocket.Conn
	waiting chan drive.Message
	// free takes back the memory of frames.
	free     chan<- []byte
	patience time.Duration
	// stop ends the writing, and the reading after it.
	stop   context.CancelFunc
	closed atomic.Bool
}

// socket serves the WebSocket of a tab.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != s.origin() { // browsers always say it
		http.Error(w, "a socket is for the page only", http.StatusForbidden)
		return
	}
	name := r.URL.Query().Get("tab")
	if !tabName.MatchString(name) {
		http.Error(w, "the tab has no name: 1 to 64 letters, digits, - and _", http.StatusBadRequest)
		return
	}
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // and has answered
	}
	defer c.CloseNow()
	c.SetReadLimit(maxMessage)
	ctx, stop := context.WithCancel(context.WithoutCancel(r.Context())) // when the server ends, the page is told first
	defer stop()
	p := &page{socket: c, waiting: make(chan drive.Message, queue), stop: stop, patience: s.patience}
	t, resumed, before, err := s.enter(name, p)
	if err != nil {
		p.refuse(err)
		return
	}
	defer s.leave(t, p)
	if before != nil {
		go before.close(replaced, "this laboratory is open in another tab: reload this page to have it here")
	}
	p.free = t.free
	go p.write(ctx)
	err = t.ask(ctx, func() {
		t.shown = p
		t.drive.Greet(name, resumed, p.send)
	})
	if err == nil {
		t.read(ctx, p)
	}
	_ = t.ask(s.life, func() { // which may have ended
		if t.shown == p {
			t.shown = nil
		}
	})
}

// read hands the page's messages to the laboratory until the socket ends.
func (t *tab) read(ctx context.Context, p *page) {
	for {
		kind, message, err := p.socket.Read(ctx)
		if err != nil {
			return
		}
		if kind != websocket.MessageText {
			p.close(refused, "messages are text")
			return
		}
		for len(t.inbox)+len(p.waiting) > busy && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		err = t.ask(ctx, func() {
			if t.shown == p {
				t.drive.Receive(message, p.send)
			}
		})
		if err != nil {
			return
		}
	}
}

// write writes what waits.
func (p *page) write(ctx context.Context) {
	defer p.stop()
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-p.waiting:
			kind := websocket.MessageText
			if m.Frame {
				kind = websocket.MessageBinary
			}
			limit, done := context.WithTimeout(ctx, p.patience)
			err := p.socket.Write(limit, kind, m.Bytes)
			done()
			if err != nil {
				return
			}
			if m.Frame {
				select {
				case p.free <- m.Bytes:
				default:
				}
			}
		}
	}
}

// room says whether what can wait may be sent.
func (p *page) room() bool { return len(p.waiting) < crowded }

// send has a message written. Where there is no place for it, which busy should prevent, the socket ends.
func (p *page) send(m drive.Message) {
	select {
	case p.waiting <- m:
	default:
		p.stop()
	}
}

// close closes the socket for a reason. It waits for the page's answer, for seconds at most.
func (p *page) close(code websocket.StatusCode, reason string) {
	if p.closed.Swap(true) {
		return
	}
	_ = p.socket.Close(code, shortened(strings.ToUpper(reason[:1])+reason[1:])) // of one that may be gone
	p.stop()
}

// refuse tells why there is no laboratory for the page.
func (p *page) refuse(err error) {
	var bad *input.Error
	switch {
	case errors.Is(err, errTooMany):
		p.close(tooMany, err.Error())
	case errors.Is(err, errEnded):
		p.close(ended, err.Error())
	case errors.As(err, &bad):
		p.close(refused, bad.Error())
	default:
		p.close(fault, err.Error())
	}
}

// shortened is a reason as long as a close frame takes it.
func shortened(reason string) string {
	if len(reason) <= longestReason {
		return reason
	}
	n := longestReason - len("…")
	for !utf8.RuneStart(reason[n]) {
		n--
	}
	return reason[:n] + "…"
}
