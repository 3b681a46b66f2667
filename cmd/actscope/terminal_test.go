//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// terminal is a pseudo-terminal of so many columns: what a program has, and the end that sees what it writes.
func terminal(t *testing.T, columns int) (program, seen *os.File) {
	t.Helper()
	seen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { seen.Close() })
	number, err := unix.IoctlGetInt(int(seen.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(seen.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(seen.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)})
	}
	if err == nil {
		program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { program.Close() })
	return program, seen
}

// shown runs a command on a terminal of so many columns, for standard output and standard error each, and gives what they show.
func shown(t *testing.T, columns int, args ...string) (stdout, stderr string) {
	t.Helper()
	type end struct {
		program, seen *os.File
		text          chan string
	}
	ends := make([]end, 2)
	for i := range ends {
		program, seen := terminal(t, columns)
		ends[i] = end{program, seen, make(chan string, 1)}
		go func() {
			var b strings.Builder
			io.Copy(&b, seen) // ends in EIO when the program's end is closed
			ends[i].text <- strings.ReplaceAll(b.String(), "\r\n", "\n")
		}()
	}
	err := run(t.Context(), args, ends[0].program, ends[1].program)
	texts := make([]string, 2)
	for i, e := range ends {
		e.program.Close()
		select {
		case texts[i] = <-e.text:
		case <-time.After(10 * time.Second):
			t.Fatal("the terminal does not end")
		}
	}
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, texts[1])
	}
	return texts[0], texts[1]
}

// On a terminal tables and sentences take its width, colours are for those who want them, and standard error shows each stage.
func TestATerminalIsFilledAndNotOverrun(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	out := filepath.Join(t.TempDir(), "run")
	deep := []string{"compare", "--samples", "60", "--epochs", "3", "--hidden", strings.TrimSuffix(strings.Repeat("4,", 30), ","), "--format", "svg", "--force", "--out", out}
	stdout, stderr := shown(t, 80, deep...)
	for line := range strings.Lines(strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "").Replace(stdout)) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
	if !strings.Contains(stdout, "…") {
		t.Errorf("thirty layers are not abridged:\n%s", stdout)
	}
	for _, stage := range []string{"training", "measuring", "preparing the figures", "figures", "page"} {
		if !strings.Contains(stderr, "\r"+stage+" ") && !strings.Contains(stderr, "\r| "+stage+" ") {
			t.Errorf("no stage %q in %.3000q", stage, stderr)
		}
	}
	if _, quiet := shown(t, 80, append(deep, "--quiet")...); quiet != "" {
		t.Errorf("quiet says %q", quiet)
	}
	if piped := succeed(t, deep...); strings.Contains(piped.stdout, "…") || strings.Contains(piped.stdout, "\x1b") || strings.Contains(piped.stderr, "figures ") {
		t.Errorf("a pipe gets\n%s%s", piped.stdout, piped.stderr)
	}
}

func TestColoursAreForTerminalsThatHaveThem(t *testing.T) {
	file := filepath.Join(t.TempDir(), "reference.npz")
	succeed(t, "gradcheck", "--export", file, "--activation", "relu", "--hidden", "4")
	for _, c := range []struct {
		terminal, noColour string
		coloured           bool
	}{{"xterm-256color", "", true}, {"xterm", "1", false}, {"dumb", "", false}, {"", "", false}} {
		t.Setenv("TERM", c.terminal)
		t.Setenv("NO_COLOR", c.noColour)
		stdout, _ := shown(t, 100, "gradcheck", "--against", file, "--activation", "relu")
		if got := strings.Contains(stdout, "\x1b[32magrees\x1b[0m"); got != c.coloured || strings.Contains(stdout, "\x1b") != c.coloured {
			t.Errorf("TERM=%q NO_COLOR=%q:\n%q", c.terminal, c.noColour, stdout)
		}
	}
}

// What other programs read is the same on a terminal: no word of JSON or YAML is put on another line.
func TestDataAreNotBrokenOnATerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	for _, args := range [][]string{
		{"compare", "--print-config", "--activations", "relu,tanh,0.25*relu(z),z*sigmoid(1.7*z),max(-2,min(2,z))"},
		{"gradcheck", "--list-mistakes", "--json"},
		{"gradcheck", "--template"},
	} {
		stdout, _ := shown(t, 40, args...)
		if want := succeed(t, args...).stdout; stdout != want {
			t.Errorf("%v:\n%s\nwant\n%s", args, stdout, want)
		}
	}
}
