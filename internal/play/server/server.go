// Package server shows laboratories in a browser: the page, a WebSocket for each tab, and what is
// exported, over HTTP on this machine.
//
//	s, err := server.Listen(server.Options{Site: site.Files(), New: ...})
//	fmt.Println(s.URL())
//	err = s.Serve(ctx) // until the context ends, or nobody has looked for a while
//
// Who knows the token in the address may use it, and nobody else: see guard.go. Each tab has a
// laboratory of its own, by the name that the tab gives itself: a page that is loaded anew, or whose
// socket broke, finds it as it was. One without a page stands still.
package server

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"

	"actscope/internal/input"
	"actscope/internal/play/drive"
)

// Laboratory is what a tab has: see package play.
type Laboratory interface {
	drive.Laboratory
	// Export makes a file of what there is, by its name.
	Export(name string) (file, mime string, body []byte, err error)
}

// Options are those of a server.
type Options struct {
	// Address is the IP address to listen at, "" for 127.0.0.1; Port is 0 for any that is free.
	Address string
	Port    int
	// Idle is after how long without a page the server ends, 0 for never.
	Idle time.Duration
	// Site are the files of the page, in one folder.
	Site fs.FS
	// Kernels names the set that computes.
	Kernels string
	// New makes a laboratory for a new tab.
	New func(context.Context) (Laboratory, error)
}

const (
	// maxTabs is how many laboratories there are.
	maxTabs = 4
	// maxMessage is the most bytes of a message, or of a request's body.
	maxMessage = 1 << 20
	// slice is how long a laboratory trains between messages.
	slice = 4 * time.Millisecond
	// grace is how long the end waits for what is under way.
	grace = time.Second
	// tokenBytes make the address: 128 bits.
	tokenBytes = 16
)

// Server is one that listens.
type Server struct {
	options  Options
	listener net.Listener
	// host is the only Host that requests may name, token the first segment of their path.
	host, token string
	// life ends with the server.
	life context.Context

	mutex sync.Mutex
	tabs  map[string]*tab
	// ready is a laboratory that nobody has yet.
	ready Laboratory
	// over says that nobody is let in any more.
	over bool
	// seen is when somebody last looked.
	seen time.Time
	// patience is how long a page may take for one message.
	patience time.Duration
	// running are the goroutines of the tabs.
	running sync.WaitGroup
}

// Listen makes a server that listens and does not answer yet. What is wrong with the address or the
// port is an [input.Error] about "host" or "port".
func Listen(o Options) (*Server, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1"
	}
	ip := net.ParseIP(o.Address)
	if ip == nil || ip.IsUnspecified() {
		return nil, input.Refuse("host", "%q: give the IP address of one interface, such as 127.0.0.1", o.Address)
	}
	if o.Port < 0 || o.Port > 65535 {
		return nil, input.Refuse("port", "%d: take 1 to 65535, or 0 for one that is free", o.Port)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(o.Address, strconv.Itoa(o.Port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, input.Refuse("port", "%d is in use: take another, or leave it out for one that is free", o.Port)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, input.Refuse("host", "%s is no address of this machine", o.Address)
	case errors.Is(err, syscall.EACCES):
		return nil, input.Refuse("port", "%d is not for every user: take one above 1023", o.Port)
	case err != nil:
		return nil, err
	}
	random := make([]byte, tokenBytes)
	rand.Read(random) // never fails
	return &Server{
		options: o, listener: listener, host: listener.Addr().String(),
		token: base64.RawURLEncoding.EncodeToString(random), tabs: map[string]*tab{}, seen: time.Now(),
		patience: patience,
	}, nil
}

// URL is the address of the page.
func (s *Server) URL() string { return fmt.Sprintf("http://%s/%s/", s.host, s.token) }

// Loopback says that only this machine reaches the server.
func (s *Server) Loopback() bool { return s.listener.Addr().(*net.TCPAddr).IP.IsLoopback() }

// Prepare gives the server a laboratory for the first tab.
func (s *Server) Prepare(l Laboratory) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.ready = l
}

// Close ends a server that was not asked to serve.
func (s *Server) Close() error { return s.listener.Close() }

// Serve answers until the context ends, or until no page has been open for as long as the options
// say; neither is an error.
func (s *Server) Serve(ctx context.Context) error {
	life, end := context.WithCancel(ctx)
	defer end()
	s.life = life
	web := &http.Server{
		Handler: s.guard(http.HandlerFunc(s.answer)), BaseContext: func(net.Listener) context.Context { return life },
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(s.listener) }()
	var err error
	select {
	case <-life.Done():
	case <-s.idle(life):
	case err = <-failed:
	}
	end()
	s.farewell()
	web.Close()
	return err
}

// farewell has the pages told that the program ends, and waits for what is under way, not for long.
func (s *Server) farewell() {
	s.mutex.Lock()
	s.over = true // whoever was about to come has come
	s.mutex.Unlock()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(grace):
	}
}

// idle is closed when nobody has looked for as long as the options say.
func (s *Server) idle(life context.Context) <-chan struct{} {
	over := make(chan struct{})
	if s.options.Idle <= 0 {
		return over
	}
	go func() {
		look := time.NewTicker(min(time.Second, s.options.Idle/4+1))
		defer look.Stop()
		for {
			select {
			case <-life.Done():
				return
			case now := <-look.C:
				if now.Sub(s.lastSeen(now)) >= s.options.Idle {
					close(over)
					return
				}
			}
		}
	}()
	return over
}

// lastSeen is when somebody last looked: now, where a page is open.
func (s *Server) lastSeen(now time.Time) time.Time {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, t := range s.tabs {
		if t.page != nil {
			return now
		}
	}
	return s.seen
}
