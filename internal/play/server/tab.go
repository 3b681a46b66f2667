package server

import (
	"context"
	"errors"
	"regexp"
	"time"

	"actscope/internal/panics"
	"actscope/internal/play/drive"
)

// tab is a laboratory and the page that looks at it, or looked. Its goroutine owns the laboratory;
// others ask it by inbox.
type tab struct {
	name       string
	laboratory Laboratory
	drive      *drive.Drive
	inbox      chan func()
	// gone is closed when the goroutine has ended.
	gone chan struct{}
	end  context.CancelFunc
	// page is the one that looks, nil for none, and seen when one last did; both are the server's,
	// behind its mutex.
	page *page
	seen time.Time
	// shown is the same page, for the goroutine.
	shown *page
	// free has memory for frames.
	free chan []byte
}

// tabName is what a tab may call itself.
var tabName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

var (
	errTooMany = errors.New("four tabs of this laboratory are open already: close one of them, then reload this page")
	errEnded   = errors.New("the program has ended")
)

// look notes that somebody looks.
func (s *Server) look() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.seen = time.Now()
}

// tabNamed is the tab of a name, or without a name the only one; nil where there is none.
func (s *Server) tabNamed(name string) *tab {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if name == "" && len(s.tabs) == 1 {
		for _, t := range s.tabs {
			return t
		}
	}
	return s.tabs[name]
}

// enter has a page look at the laboratory of its tab, which is made where there is none: instead of
// the one that has been without a page for longest where there are too many. The page that looked
// before is given back.
func (s *Server) enter(name string, p *page) (t *tab, resumed bool, before *page, err error) {
	for {
		s.mutex.Lock()
		if t = s.tabs[name]; t != nil {
			before, t.page = t.page, p
			s.mutex.Unlock()
			return t, true, before, nil
		}
		if err := s.makeRoom(); err != nil {
			s.mutex.Unlock()
			return nil, false, nil, err
		}
		if s.ready != nil {
			t = s.open(name, s.ready)
			s.ready, t.page = nil, p
			s.mutex.Unlock()
			return t, false, nil, nil
		}
		s.mutex.Unlock()
		laboratory, err := s.options.New(s.life) // takes a while, and is for whoever comes first
		if err != nil {
			return nil, false, nil, err
		}
		s.Prepare(laboratory)
	}
}

// makeRoom makes sure that one more laboratory may be. The mutex is held.
func (s *Server) makeRoom() error {
	if s.over {
		return errEnded
	}
	if len(s.tabs) < maxTabs {
		return nil
	}
	var oldest *tab
	for _, t := range s.tabs {
		if t.page == nil && (oldest == nil || t.seen.Before(oldest.seen)) {
			oldest = t
		}
	}
	if oldest == nil {
		return errTooMany
	}
	delete(s.tabs, oldest.name)
	oldest.end()
	return nil
}

// open has a laboratory looked after. The mutex is held.
func (s *Server) open(name string, l Laboratory) *tab {
	life, end := context.WithCancel(s.life)
	t := &tab{
		name: name, laboratory: l, drive: drive.New(l, s.options.Kernels, slice), inbox: make(chan func(), 64),
		gone: make(chan struct{}), end: end, free: make(chan []byte, 3),
	}
	t.drive.Buffer = func() []byte {
		select {
		case b := <-t.free:
			return b
		default:
			return nil
		}
	}
	s.tabs[name] = t
	s.running.Go(func() {
		defer end()
		err := t.run(life)
		s.mutex.Lock()
		if s.tabs[name] == t {
			delete(s.tabs, name)
		}
		shown := t.page
		s.mutex.Unlock()
		close(t.gone)
		if shown == nil {
			return
		}
		if err != nil {
			shown.close(fault, "a fault of the program ended this laboratory: reload the page for a new one")
		} else {
			shown.close(ended, errEnded.Error())
		}
	})
	return t
}

// leave has a page look no longer.
func (s *Server) leave(t *tab, p *page) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.seen = time.Now()
	if t.page == p {
		t.page, t.seen = nil, s.seen
	}
}

// run drives the laboratory while the tab lives.
func (t *tab) run(life context.Context) (err error) {
	defer panics.Catch(&err, "driving a laboratory")
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait := drive.Forever
		if t.shown != nil {
			wait = t.drive.Turn(time.Now(), t.shown.room(), t.shown.send)
		}
		if wait == 0 {
			select {
			case <-life.Done():
				return nil
			case do := <-t.inbox:
				do()
			default:
			}
			continue
		}
		var due <-chan time.Time
		if wait > 0 {
			timer.Reset(wait)
			due = timer.C
		}
		select {
		case <-life.Done():
			return nil
		case do := <-t.inbox:
			do()
			t.drain()
		case <-due:
		}
	}
}

// drain does all that waits, so that many small commands have one frame and not one each.
func (t *tab) drain() {
	for range cap(t.inbox) {
		select {
		case do := <-t.inbox:
			do()
		default:
			return
		}
	}
}

// ask has something done by the goroutine, unless that or the context ends before.
func (t *tab) ask(ctx context.Context, do func()) error {
	select {
	case t.inbox <- do:
		return nil
	case <-t.gone:
		return errEnded
	case <-ctx.Done():
		return ctx.Err()
	}
}

// await is ask, until it is done.
func (t *tab) await(ctx context.Context, do func() error) error {
	done := make(chan error, 1)
	if err := t.ask(ctx, func() { done <- do() }); err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-t.gone:
		return errEnded
	case <-ctx.Done():
		return ctx.Err()
	}
}
