package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
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
	text.WriteString("\n")
	r.writeTable(&text)
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

func (r *report) writeTable(text *strings.Builder) {
	text.WriteString("| case | peer | median time | time over actscope's (quartiles) | rounds |\n")
	text.WriteString("| --- | --- | ---: | ---: | ---: |\n")
	for _, m := range r.measurements {
		title := fmt.Sprintf("(%s) %s", m.key, m.title)
		for _, s := range m.series {
			fmt.Fprintf(text, "| %s | %s |\n", title, strings.Join(m.row(s), " | "))
			title = ""
		}
	}
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
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"s", time.Second}, {"ms", time.Millisecond}} {
		if d >= unit.size {
			return fmt.Sprintf("%.3g %s", float64(d)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%.3g µs", float64(d)/float64(time.Microsecond))
}
