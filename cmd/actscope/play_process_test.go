//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// laboratory is a process of actscope play.
type laboratory struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string
	rest   io.Reader
	stderr *bytes.Buffer
	// ready is how long the address took.
	ready time.Duration
}

// playing starts a laboratory, which ends with the test.
func playing(t *testing.T, args ...string) *laboratory {
	t.Helper()
	p := &laboratory{t: t, cmd: program(t, append([]string{"play", "--no-open"}, args...)...), stderr: new(bytes.Buffer)}
	p.cmd.Stderr = p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("no address: %v: %v: %s", err, p.cmd.Wait(), p.stderr)
	}
	p.ready, p.url, p.rest = time.Since(began), strings.TrimSuffix(line, "\n"), lines
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.cmd.Process.Kill()
			p.cmd.Wait()
		}
	})
	return p
}

// ends signals the laboratory and gives its exit status, what else it wrote to standard output, and how
// long that took.
func (p *laboratory) ends(s os.Signal) (status int, rest string, took time.Duration) {
	p.t.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	left, err := io.ReadAll(p.rest)
	if err != nil {
		p.t.Error(err)
	}
	p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode(), string(left), time.Since(began)
}

// end ends it as Ctrl-C does.
func (p *laboratory) end() {
	p.t.Helper()
	if status, rest, _ := p.ends(os.Interrupt); status != statusDone || rest != "" || strings.Contains(p.stderr.String(), "actscope:") {
		p.t.Errorf("ended with status %d, %q and %s", status, rest, p.stderr)
	}
}

func TestPlaySaysItsAddressAndEndsOnSignals(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		p := playing(t)
		if !regexp.MustCompile(`^http://127\.0\.0\.1:[0-9]+/[A-Za-z0-9_-]{22}/$`).MatchString(p.url) {
			t.Errorf("the address is %q", p.url)
		}
		if p.ready > 10*time.Second { // less than one, where nothing else runs
			t.Errorf("the address took %v", p.ready)
		}
		answer, err := http.Get(p.url)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != 200 || answer.Request.URL.String() != p.url || !bytes.Contains(page, []byte("<title>")) {
			t.Errorf("%v: status %d at %s, %v", s, answer.StatusCode, answer.Request.URL, err)
		}
		status, rest, took := p.ends(s)
		if status != statusDone || rest != "" || took > 5*time.Second {
			t.Errorf("%v: status %d after %v, %q: %s", s, status, took, rest, p.stderr)
		}
	}
}

// A laboratory that trains as fast as it can ends at once, with 0, and keeps within its memory.
func TestPlayEndsWhileItTrains(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for seconds")
	}
	p := playing(t)
	origin, _, _ := strings.Cut(strings.TrimPrefix(p.url, "http://"), "/")
	c, _, err := websocket.Dial(t.Context(), strings.Replace(p.url, "http", "ws", 1)+"ws?tab=a", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"http://" + origin}}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	c.SetReadLimit(1 << 24)
	say := func(text string) {
		if err := c.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	say(`{"id":1,"do":"speed","epochs_per_second":0}`)
	say(`{"id":2,"do":"play"}`)
	frames := 0
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		kind, _, err := c.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if kind == websocket.MessageBinary {
			frames++
			say(`{"ack":1}`)
		}
	}
	if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid)); err == nil {
		var kilobytes int
		if _, after, found := strings.Cut(string(status), "VmRSS:"); found {
			fmt.Sscan(after, &kilobytes)
		}
		t.Logf("%d frames, %d MB", frames, kilobytes/1000)
		if kilobytes > 200_000 { // the program itself included
			t.Errorf("the process has %d kB", kilobytes)
		}
	}
	if frames < 5 {
		t.Errorf("%d frames in five seconds", frames)
	}
	if status, _, took := p.ends(syscall.SIGTERM); status != statusDone || took > 5*time.Second {
		t.Errorf("status %d after %v: %s", status, took, p.stderr)
	}
	for {
		if _, _, err = c.Read(t.Context()); err != nil {
			break
		}
	}
	if websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the page is told %v", err)
	}
}

func TestBrowserIsOpenedWhereItWouldBeSeen(t *testing.T) {
	for _, c := range []struct {
		system, variable string
		want             bool
	}{
		{"linux", "", false}, {"linux", "DISPLAY", true}, {"linux", "WAYLAND_DISPLAY", true}, {"freebsd", "", false}, {"darwin", "", true}, {"windows", "", true},
	} {
		got := hasScreen(c.system, func(name string) string {
			if name == c.variable {
				return ":0"
			}
			return ""
		})
		if got != c.want {
			t.Errorf("%s with %q: %v", c.system, c.variable, got)
		}
	}
}
