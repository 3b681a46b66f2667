//go:build unix

package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
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
