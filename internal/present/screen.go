package present

import (
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/term"

	"actscope/viz/report"
)

// OnScreen is standard output as tables and sentences see it: a [report.Screen] where it is a terminal.
func OnScreen(stdout io.Writer) io.Writer {
	f, is := stdout.(*os.File)
	if !is || !term.IsTerminal(int(f.Fd())) {
		return stdout
	}
	return &report.Screen{Writer: stdout, Width: func() int { return terminalWidth(f) }, Colour: takesColours(f)}
}

// usualWidth is that of a terminal that does not say how wide it is.
const usualWidth = 80

func terminalWidth(f *os.File) int {
	if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
		return w
	}
	if w, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && w > 0 {
		return w
	}
	return usualWidth
}

// takesColours says whether a terminal obeys sequences for colours and its user wants them: see https://no-color.org.
func takesColours(f *os.File) bool { return os.Getenv("NO_COLOR") == "" && commanded(f) }

// commanded says whether a terminal obeys ECMA-48's sequences.
func commanded(f *os.File) bool {
	if kind := os.Getenv("TERM"); kind == "dumb" || kind == "" && runtime.GOOS != "windows" {
		return false
	}
	return obeys(f)
}

// tone is what a verdict means.
func tone(verdict string) report.Tone {
	is := func(beginnings ...string) bool {
		for _, b := range beginnings {
			if verdict == b || strings.HasPrefix(verdict, b+" ") || strings.HasPrefix(verdict, b+":") {
				return true
			}
		}
		return false
	}
	switch {
	case is("open", "holds under", "fails under"): // some settings
		return report.Unsettled
	case is("holds", "agrees", "yes"):
		return report.Favourable
	case is("does not hold", "fails", "DISAGREES", "departs", "NO"):
		return report.Unfavourable
	}
	return report.Neutral
}
