package shell_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/shell"
)

// The independent truth is a shell: what it makes of the words, printf tells, and a file
// that an injected command would make is not there.
func TestShellReadsTheSameWordsAgain(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh to read words with")
	}
	var bytes strings.Builder // every byte but NUL, which no word can hold
	for b := 1; b < 256; b++ {
		bytes.WriteByte(byte(b))
	}
	words := []string{
		"", " ", "a b", "it's", `"`, "`touch made`", "$(touch made)", "o/a b/p;touch made>x.csv", "a\nb", "a\n", "\n", "-x", "--out", "a=b", "=ls", "~", "~root", "*", "[a]", "{a,b}", "!!", "#", "a&b|c<d>e",
		`\`, `\'`, `'\''`, "%s", "é ü 活性化", "\u009b31m", "\u2028", "\x1b]0;title\a", "\xff\xfe", "\t", "\r", "z*sigmoid(1.7*z)", bytes.String(),
	}
	for _, w := range words {
		out := run(t, sh, "printf '%s|' "+shell.Command(w, w))
		if want := fmt.Sprintf("%s|%s|", w, w); out != want {
			t.Errorf("%q came back as %q from %s", w, out, shell.Quote(w))
		}
	}
	if out := run(t, sh, "printf '%s|' "+shell.Command(words...)); out != strings.Join(words, "|")+"|" {
		t.Errorf("all together came back as %q", out)
	}
	if got := shell.Words(shell.Command(words...)); !slices.Equal(got, words) {
		t.Errorf("the line was taken apart into %q", got)
	}
}

// A line that was tampered with is harmless once it is taken apart and written again.
func TestWordsOfAnyLineAreWordsOnly(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh to read words with")
	}
	for _, line := range []string{"", "x;touch made", "x $(touch made)", "'x' ;touch made", "x\ntouch made", `x "$(touch made)"`, `"$(printf 'a');touch made`, `"$(printf '\101')"`, `a\`, `'x`, "x | y > made"} {
		run(t, sh, "printf '%s|' "+shell.Command(shell.Words(line)...))
	}
}

// run is what a shell prints for a script, in a folder of its own that has to stay empty.
func run(t *testing.T, sh, script string) string {
	t.Helper()
	c := exec.Command(sh, "-c", script)
	c.Dir = t.TempDir()
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v from %s", err, script)
	}
	if made, _ := filepath.Glob(filepath.Join(c.Dir, "*")); len(made) > 0 {
		t.Errorf("%s made %v", script, made)
	}
	return string(out)
}

func TestPlainWordsStayAsTheyAre(t *testing.T) {
	for _, w := range []string{"sweep", "--seed", "1..50", "8,8", "out/grid-2_b", "csv:points.csv", "0.05", "user@host", "1e+06", "epochs=7"} {
		if got := shell.Quote(w); got != w {
			t.Errorf("%s became %s", w, got)
		}
	}
}

func TestPastedWordsHoldNothingThatATerminalActsUpon(t *testing.T) {
	for _, w := range []string{"a\x15id\n", "\x1b[201~\nid\n", "\u009b201~", "tab\tab", "\x7f", "\x9b"} {
		quoted := shell.Quote(w)
		for i := range len(quoted) {
			if c := quoted[i]; c < ' ' && c != '\n' || c >= 0x7f {
				t.Errorf("%q is pasted as %q", w, quoted)
				break
			}
		}
	}
}

func TestFileIsNotTakenForAFlag(t *testing.T) {
	for path, want := range map[string]string{"-a": "./-a", "a-b": "a-b", "--out x": "'./--out x'", "": "''"} {
		if got := shell.File(path); got != want {
			t.Errorf("%s became %s, want %s", path, got, want)
		}
	}
}
