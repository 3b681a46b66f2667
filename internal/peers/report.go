package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"actscope/graph/machine/kernel"
)

// report is everything that a run has found out.
type report struct {
	entrants     []peer
	missing      []error
	quick        bool
	targets      []target
	measurements []*measurement
	planning     planning
	resident     int64 // bytes, 0 where it is not known
}

// write prints what was measured, on what, and which targets are met.
func (r *report) write(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s.\n\n", host(time.Now()))
	for _, p := range r.entrants {
		fmt.Fprintf(&text, "- %s: %s\n", p.name(), p.software())
	}
	for _, err := range r.missing {
		fmt.Fprintf(&text, "- skipped: %v\n", err)
	}
	if r.quick {
		text.WriteString("\nTiny sizes: these times say nothing.\n")
	}
	text.WriteString("\n| case | peer | median time | time over actscope's (quartiles) | rounds |\n| --- | --- | ---: | ---: | ---: |\n")
	for _, m := range r.measurements {
		title := fmt.Sprintf("(%s) %s", m.key, m.title)
		for _, s := range m.series {
			fmt.Fprintf(&text, "| %s | %s |\n", title, strings.Join(m.row(s), " | "))
			title = ""
		}
	}
	text.WriteString("\n")
	for _, m := range r.measurements {
		fmt.Fprintf(&text, "- (%s) largest relative difference between losses of any epoch: %.1e\n", m.key, m.deviation)
	}
	if r.planning.first > 0 {
		fmt.Fprintf(&text, "- building and planning one network of (a): the first %s, then %s\n", format(r.planning.first), format(r.planning.median))
	}
	text.WriteString("\n")
	for _, v := range r.verdicts() {
		fmt.Fprintf(&text, "- %s\n", v)
	}
	if err := r.failure(); err != nil {
		fmt.Fprintf(&text, "\nDo not use this table: %v\n", err)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// row is a contender's line of the table, after the case.
func (m *measurement) row(s *series) []string {
	name, ratio := s.peer, "1"
	if s.note != "" {
		name += ", " + s.note
	}
	if m.find(s.peer) == nil {
		return []string{name, "failed", "", ""}
	}
	if s != m.series[0] {
		ratio = m.ratios(s).String()
	}
	return []string{name, format(s.median()), ratio, fmt.Sprint(len(s.times))}
}

// failure joins what went wrong with contenders.
func (r *report) failure() error {
	var all []error
	for _, m := range r.measurements {
		for _, s := range m.series {
			all = append(all, s.failure)
		}
	}
	return errors.Join(all...)
}

// String shows three digits, as 6.63 (6.4 to 6.9).
func (s spread) String() string { return fmt.Sprintf("%.3g (%.3g–%.3g)", s.median, s.low, s.high) }

// format shows a duration with three digits.
func format(d time.Duration) string {
	unit, name := time.Microsecond, "µs"
	switch {
	case d >= time.Second:
		unit, name = time.Second, "s"
	case d >= time.Millisecond:
		unit, name = time.Millisecond, "ms"
	}
	return fmt.Sprintf("%.3g %s", float64(d)/float64(unit), name)
}

// target is a ratio that a case has to reach: a peer's time over actscope's.
type target struct {
	key, peer string
	atLeast   float64
	claim     string
}

// targets are those of this build on these kernels: what large products have to reach depends on what multiplies.
func targets() []target {
	return append(slices.Clone(targetsOfKernels[kernel.Set()]), targetsOfProducts()...)
}

var targetsOfKernels = map[string][]target{
	kernel.AVX2: {
		{"a", "numpy", 25, "at least 25 times as fast as NumPy"},
		{"a", "tape", 12, "at least 12 times as fast as TapeMachine"},
		{"a", "handcoded", 4, "at least 4 times as fast as loops by hand"},
		{"b", "numpy", 1.5, "at least 1.5 times as fast as NumPy"},
		{"d", "numpy", 1, "at least as fast as NumPy"},
		{"e", "actscope on 1 core", 1.8, "at least 1.8 times as fast as on one core"},
		{"f", "numpy" + atOnce, 5, "at least 5 times as fast as NumPy" + atOnce},
		{"g", "numpy", 0.6, "at least 0.6 times as fast as NumPy's BLAS"},
		{"h", "numpy", 0.6, "at least 0.6 times as fast as NumPy's BLAS"},
	},
	kernel.Portable: {
		{"a", "numpy", 5, "at least 5 times as fast as NumPy"},
		{"a", "tape", 12, "at least 12 times as fast as TapeMachine"},
		{"a", "handcoded", 1, "no slower than loops by hand"},
		{"b", "numpy", 0.3, "at least 0.3 times as fast as NumPy"},
		{"d", "numpy", 1, "at least as fast as NumPy"},
		{"e", "actscope on 1 core", 1.8, "at least 1.8 times as fast as on one core"},
	},
}

// libraryProducts says whether actscope's large products go to a library outside Go; the build with OpenBLAS sets it.
var libraryProducts bool

func targetsOfProducts() []target {
	if libraryProducts {
		return []target{
			{"b", "numpy", 0.9, "at least 0.9 times as fast as NumPy, with its BLAS"},
			{"c", "numpy", 0.9, "at least 0.9 times as fast as NumPy, with its BLAS"},
		}
	}
	return []target{{"c", "gonum", 1, "at least as fast as gonum's matrix product"}}
}

// Bounds on what case a takes besides time for its steps.
const (
	planningTarget = 5 * time.Millisecond
	residentTarget = 60 << 20
)

// verdicts says of each target of the measured cases whether it is met.
func (r *report) verdicts() []string {
	var lines []string
	for _, m := range r.measurements {
		for _, t := range r.targets {
			if t.key == m.key {
				lines = append(lines, fmt.Sprintf("(%s) %s: %s", t.key, t.claim, r.judge(m, t)))
			}
		}
	}
	if r.planning.first > 0 {
		lines = append(lines, fmt.Sprintf("(a) building and planning one network under 5 ms: %s (%s)", verdict(r.planning.median < planningTarget), format(r.planning.median)))
	}
	if r.resident > 0 {
		lines = append(lines, fmt.Sprintf("(a) under 60 MB resident: %s (%.1f MB)", verdict(r.resident < residentTarget), float64(r.resident)/(1<<20)))
	}
	return lines
}

func (r *report) judge(m *measurement, t target) string {
	s := m.find(t.peer)
	if s == nil {
		return "not measured, for want of " + t.peer
	}
	for _, p := range r.entrants {
		if python, ok := p.(*python); ok && strings.HasPrefix(t.peer, p.name()) && strings.HasPrefix(python.blas, "reference") {
			return "not judged: the reference BLAS is slow, install libopenblas0-pthread"
		}
	}
	ratio := m.ratios(s)
	return fmt.Sprintf("%s, %v", verdict(ratio.median >= t.atLeast), ratio)
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "NOT met"
}

// host describes the machine, the day, and how busy it was with this and other work.
func host(now time.Time) string {
	processor := cmp.Or(procField("/proc/cpuinfo", "model name"), "a processor of unknown model")
	text := fmt.Sprintf("%s, %s, %s/%s, %s", processor, counted(runtime.NumCPU(), "core", "cores"), runtime.GOOS, runtime.GOARCH, now.Format(time.DateOnly))
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		if minutes := strings.Fields(string(load)); len(minutes) > 2 {
			text += ", load average over the last 15 minutes " + minutes[2]
		}
	}
	return text
}

// moduleVersion is a dependency's path and version as it was built in.
func moduleVersion(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return path + " " + m.Version
			}
		}
	}
	return path
}
