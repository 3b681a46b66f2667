package server

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"actscope/internal/input"
)

func TestAddressIsTokenAndSlash(t *testing.T) {
	s := started(t, nil)
	if !regexp.MustCompile(`^http://127\.0\.0\.1:[1-9][0-9]*/[A-Za-z0-9_-]{22}/$`).MatchString(s.URL()) {
		t.Errorf("the address is %s", s.URL())
	}
	if other := started(t, nil); other.token == s.token {
		t.Error("two servers have one token")
	}
	status, body, header := get(t, s, "/"+s.token+"/", nil)
	if status != 200 || body != "<!doctype html>page" || header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("the page: %d %q %v", status, body, header)
	}
	if status, _, header := get(t, s, "/"+s.token+"/main.js", nil); status != 200 || header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("a module: %d %v", status, header)
	}
}

// Whoever asks, and whatever the answer is, no other page may use it.
func TestEveryAnswerIsForThePageAlone(t *testing.T) {
	s := started(t, nil)
	for _, path := range []string{"/" + s.token + "/", "/", "/" + s.token + "/export/study.yaml", "/wrong/"} {
		_, _, header := get(t, s, path, nil)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store", "X-Frame-Options": "DENY", "Access-Control-Allow-Origin": "",
		} {
			if header.Get(name) != want {
				t.Errorf("%s: %s: %q, want %q", path, name, header.Get(name), want)
			}
		}
		policy := header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s: %s", path, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %s", path, policy)
		}
	}
}

func TestAttacksAreRefused(t *testing.T) {
	s := started(t, nil)
	page := "/" + s.token + "/"
	host := func(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }
	origin := func(o string) func(*http.Request) { return func(r *http.Request) { r.Header.Set("Origin", o) } }
	_, port, _ := strings.Cut(s.host, ":")
	for name, c := range map[string]struct {
		path   string
		change func(*http.Request)
		want   int
	}{
		"the page itself":               {page, origin(s.origin()), 200},
		"rebound name":                  {page, host("attacker.example:" + port), 421},
		"localhost is another origin":   {page, host("localhost:" + port), 421},
		"no port":                       {page, host("127.0.0.1"), 421},
		"name that only begins alike":   {page, host(s.host + ".attacker.example"), 421},
		"rebound name with its origin":  {page, func(r *http.Request) { r.Host = "a.example"; r.Header.Set("Origin", "http://a.example") }, 421},
		"foreign origin":                {page, origin("http://attacker.example"), 403},
		"another port of this machine":  {page, origin("http://127.0.0.1:1"), 403},
		"null origin":                   {page, origin("null"), 403},
		"secure origin":                 {page, origin("https://" + s.host), 403},
		"second origin":                 {page, func(r *http.Request) { r.Header["Origin"] = []string{s.origin(), "http://a.example"} }, 403},
		"no token":                      {"/", nil, 404},
		"wrong token":                   {"/" + strings.Repeat("A", 22) + "/", nil, 404},
		"part of the token":             {"/" + s.token[:21] + "/", nil, 404},
		"token and more":                {"/" + s.token + "A/", nil, 404},
		"token without the slash":       {"/" + s.token, nil, 404},
		"token in another case":         {"/" + strings.ToUpper(s.token) + "/", nil, 404},
		"encoded token":                 {"/%" + hexOf(s.token[0]) + s.token[1:] + "/", nil, 200}, // it is the same address
		"traversal":                     {page + "../../../etc/passwd", nil, 404},
		"encoded traversal":             {page + "%2e%2e/%2e%2e/%2e%2e/etc/passwd", nil, 404},
		"encoded slashes":               {page + "..%2f..%2f..%2fetc%2fpasswd", nil, 404},
		"twice encoded":                 {page + "%252e%252e%252fetc%252fpasswd", nil, 404},
		"traversal back to the page":    {page + "x/../index.html", nil, 404},
		"back slashes":                  {page + "..%5c..%5cindex.html", nil, 404},
		"absolute path":                 {page + "/etc/passwd", nil, 404},
		"zero byte":                     {page + "index.html%00.js", nil, 404},
		"file of no known kind":         {page + "secret", nil, 404},
		"listing":                       {page + ".", nil, 404},
		"export of nothing":             {page + "export/", nil, 404},
		"export of a path":              {page + "export/..%2f..%2fetc%2fpasswd", nil, 404},
		"export of a tab there is none": {page + "export/study.yaml?tab=x", nil, 404},
		"socket without an upgrade":     {page + "ws?tab=a", origin(s.origin()), 426},
		"socket without an origin":      {page + "ws?tab=a", nil, 403},
		"socket of a tab of no name":    {page + "ws", origin(s.origin()), 400},
		"socket of a tab of a bad name": {page + "ws?tab=../x", origin(s.origin()), 400},
		"posting":                       {page, func(r *http.Request) { r.Method = http.MethodPost }, 405},
		"preflight":                     {page, func(r *http.Request) { r.Method = http.MethodOptions }, 405},
	} {
		if status, body, header := get(t, s, c.path, c.change); status != c.want || header.Get("Location") != "" {
			t.Errorf("%s: %s: status %d (%q), want %d", name, c.path, status, body, c.want)
		}
	}
}

func hexOf(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}

func TestSocketsOfOtherPagesAreRefused(t *testing.T) {
	s := started(t, nil)
	for _, origin := range []string{"http://attacker.example", "null", "http://localhost", "https://" + s.host, ""} {
		if _, err := connect(t, s, "a", origin); err == nil {
			t.Errorf("a socket for %q", origin)
		}
	}
	url := "ws" + strings.TrimPrefix(s.URL(), "http") + "ws?tab=a"
	header := http.Header{"Origin": {"http://a.example"}}
	if _, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Host: "a.example", HTTPHeader: header}); err == nil { // the library alone accepts this
		t.Error("a socket for a rebound name")
	}
	if n := len(s.tabs); n != 0 {
		t.Errorf("%d laboratories were made for them", n)
	}
}

func TestLargeMessagesCloseTheSocketAndKeepTheLaboratory(t *testing.T) {
	s := started(t, nil)
	c := dial(t, s, "a")
	c.greeted()
	c.say(`{"id":1,"do":"step"}`)
	c.frame()
	c.say(strings.Repeat(" ", maxMessage+1))
	if e := c.closed(); e.Code != websocket.StatusMessageTooBig {
		t.Errorf("closed with %v", e)
	}
	c = dial(t, s, "a")
	if resumed, epoch := c.greeted(); !resumed || epoch != 1 {
		t.Errorf("then resumed %v at epoch %d", resumed, epoch)
	}
	if err := c.Write(t.Context(), websocket.MessageBinary, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if e := c.closed(); e.Code != websocket.StatusPolicyViolation {
		t.Errorf("a binary message closes with %v", e)
	}
}

func TestNonsenseIsAnswered(t *testing.T) {
	s := started(t, nil)
	c := dial(t, s, "a")
	c.greeted()
	for _, message := range []string{"", "{", "null", "[]", `{"ack":-1}`, `{"ack":"x"}`, "\xff", `{"ack":1e99}`} {
		c.say(message)
		for {
			text, _ := c.next()
			if strings.HasPrefix(text, `{"`) {
				break
			}
		}
		c.say(`{"ack":1}`)
	}
}

func TestFifthTabIsToldWhy(t *testing.T) {
	s := started(t, nil)
	var tabs []*client
	for _, name := range []string{"a", "b", "c", "d"} {
		tabs = append(tabs, dial(t, s, name))
		tabs[len(tabs)-1].greeted()
	}
	if e := dial(t, s, "e").closed(); e.Code != tooMany || !strings.Contains(e.Reason, "close one") {
		t.Errorf("the fifth is closed with %v", e)
	}
	tabs[0].say(`{"id":1,"do":"step"}`)
	tabs[0].frame()
	for i, left := range []int{3, 2} { // the second first
		tabs[1-i].Close(websocket.StatusNormalClosure, "")
		waitFor(t, "a page to be gone", func() bool { return pages(s) == left })
	}
	if resumed, _ := dial(t, s, "e").greeted(); resumed {
		t.Error("the fifth has somebody's laboratory")
	}
	if resumed, epoch := dial(t, s, "a").greeted(); !resumed || epoch != 1 {
		t.Errorf("of two without a page, not the one that was without for longer went: resumed %v, epoch %d", resumed, epoch)
	}
}

// pages is how many pages look.
func pages(s *Server) (n int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, t := range s.tabs {
		if t.page != nil {
			n++
		}
	}
	return n
}

// waitFor waits for a condition for five seconds.
func waitFor(t *testing.T, what string, met func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !met(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestBadAddressesAreRefused(t *testing.T) {
	taken := started(t, nil)
	port := taken.listener.Addr().String()[len("127.0.0.1:"):]
	number := 0
	for _, d := range port {
		number = number*10 + int(d-'0')
	}
	for name, c := range map[string]struct {
		o   Options
		key string
	}{
		"port in use":        {Options{Port: number}, "port"},
		"port too large":     {Options{Port: 65536}, "port"},
		"negative port":      {Options{Port: -1}, "port"},
		"every interface":    {Options{Address: "0.0.0.0"}, "host"},
		"a name":             {Options{Address: "localhost"}, "host"},
		"somebody's address": {Options{Address: "192.0.2.1"}, "host"},
	} {
		s, err := Listen(c.o)
		var bad *input.Error
		if !errors.As(err, &bad) || bad.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
		if s != nil {
			s.Close()
		}
	}
}

func TestReasonsFitIntoACloseFrame(t *testing.T) {
	s := started(t, func(o *Options) {
		o.New = func(context.Context) (Laboratory, error) {
			return nil, input.Refuse("dataset", "%s", strings.Repeat("ä", 200))
		}
	})
	if e := dial(t, s, "a").closed(); e.Code != refused || !strings.Contains(e.Reason, "ä…") {
		t.Errorf("closed with %v", e)
	}
}
