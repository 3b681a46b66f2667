package server

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/coder/websocket"

	"actscope/internal/input"
)

// double is a laboratory that counts: what the server does does not depend on what a laboratory is.
type double struct {
	epoch   int
	playing bool
	// bulk is the size of a frame.
	bulk int
}

func (d *double) Obey(command []byte) []byte {
	var c struct {
		ID int    `json:"id"`
		Do string `json:"do"`
	}
	if err := json.Unmarshal(command, &c); err != nil {
		return []byte(`{"reply":0,"ok":false,"state":false,"error":{"key":"","message":"no command"}}`)
	}
	switch c.Do {
	case "play":
		d.playing = true
	case "pause":
		d.playing = false
	case "step":
		d.epoch++
	case "panic":
		panic("a fault")
	}
	return fmt.Appendf(nil, `{"reply":%d,"ok":true,"state":%v,"error":null}`, c.ID, c.Do == "set")
}

func (d *double) State() []byte { return []byte(`{"type":"state"}`) }
func (d *double) Playing() bool { return d.playing }

func (d *double) Advance(budget time.Duration) int {
	time.Sleep(budget)
	d.epoch += 10
	return 10
}

func (d *double) Frame(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, uint64(d.epoch))
	return append(dst, make([]byte, d.bulk)...)
}

func (d *double) Export(name string) (file, mime string, body []byte, err error) {
	if name != "study.yaml" {
		return "", "", nil, input.Refuse("export", "there is no %q", name)
	}
	return "aktivität.yaml", "application/yaml", []byte("epochs: 3\n"), nil
}

// started is a server of doubles that has ended when the test has.
func started(t *testing.T, change func(*Options)) *Server {
	t.Helper()
	o := Options{
		Kernels: "none", Site: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>page")}, "main.js": {Data: []byte("1")}, "secret": {Data: []byte("s")}},
		New: func(context.Context) (Laboratory, error) { return &double{}, nil },
	}
	if change != nil {
		change(&o)
	}
	s, err := Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		end()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("Serve: %v", err)
			}
		case <-time.After(5 * time.Second):
			t.Error("the server does not end")
		}
	})
	return s
}

// client is a page.
type client struct {
	t *testing.T
	*websocket.Conn
}

// dial opens the socket of a tab.
func dial(t *testing.T, s *Server, tab string) *client {
	t.Helper()
	c, err := connect(t, s, tab, s.origin())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func connect(t *testing.T, s *Server, tab, origin string) (*client, error) {
	t.Helper()
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	url := strings.Replace(s.URL(), "http", "ws", 1) + "ws?tab=" + tab
	c, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		return nil, err
	}
	c.SetReadLimit(64 << 20)
	t.Cleanup(func() { c.CloseNow() })
	return &client{t, c}, nil
}

func (c *client) say(text string) {
	c.t.Helper()
	if err := c.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

// next is the next message: text, or the epoch of a frame.
func (c *client) next() (text string, epoch int) {
	c.t.Helper()
	ctx, stop := context.WithTimeout(c.t.Context(), 5*time.Second)
	defer stop()
	kind, message, err := c.Read(ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	if kind == websocket.MessageText {
		return string(message), -1
	}
	return "", int(binary.LittleEndian.Uint64(message))
}

// greeted reads what a page is told first, and says whether the laboratory is one that it had, and at
// which epoch it is.
func (c *client) greeted() (resumed bool, epoch int) {
	c.t.Helper()
	welcome, _ := c.next()
	state, _ := c.next()
	_, epoch = c.next()
	if !strings.Contains(welcome, `"type":"welcome"`) || !strings.Contains(welcome, `"kernels":"none"`) || state != `{"type":"state"}` || epoch < 0 {
		c.t.Fatalf("greeted with %s, %s and a frame of epoch %d", welcome, state, epoch)
	}
	return strings.Contains(welcome, `"resumed":true`), epoch
}

// frame is the epoch of the next frame, whatever text comes before.
func (c *client) frame() int {
	c.t.Helper()
	for {
		if _, epoch := c.next(); epoch >= 0 {
			c.say(`{"ack":1}`)
			return epoch
		}
	}
}

// closed reads until the socket is closed, and gives why.
func (c *client) closed() websocket.CloseError {
	c.t.Helper()
	ctx, stop := context.WithTimeout(c.t.Context(), 20*time.Second)
	defer stop()
	for {
		_, _, err := c.Read(ctx)
		if err == nil {
			continue
		}
		var e websocket.CloseError
		if websocket.CloseStatus(err) < 0 {
			return websocket.CloseError{Code: -1, Reason: err.Error()}
		}
		e.Code = websocket.CloseStatus(err)
		if _, after, found := strings.Cut(err.Error(), "reason = "); found {
			e.Reason = after
		}
		return e
	}
}

// get asks for a path below the server as a program may, not as a browser would clean it.
func get(t *testing.T, s *Server, path string, change func(*http.Request)) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.host+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body), answer.Header
}
