package present

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"actscope/internal/cost"
)

// PrintCost prints the smallest networks, what follows, and last the times.
func PrintCost(w io.Writer, r *cost.Result, latency *cost.Latency) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(costColumns, "\t"))
	for _, a := range r.Activations {
		for _, d := range a.Depths {
			row := costRow(r, a, d)
			fmt.Fprintln(table, strings.Join(row, "\t"))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, sentence := range r.Answer {
		fmt.Fprintln(w, sentence)
	}
	if latency == nil {
		return nil
	}
	return writeLatency(w, latency, r.Inputs)
}

// costColumns are the headings of [costRow].
var costColumns = []string{"activation", "smallest", "at least", "rate", "multiply-adds", "parameters", "activations", "bytes", "reached", "interval"}

// costRow is what is said of one activation and depth; * marks the smallest network
// of the activation.
func costRow(r *cost.Result, a cost.Activation, d cost.Depth) []string {
	least := "–"
	if d.AtLeast > 0 {
		least = cost.Shape{Depth: d.Depth, Width: d.AtLeast}.Layers(r.Inputs)
	}
	n := d.Smallest()
	if n == nil {
		widest := d.Networks[len(d.Networks)-1]
		return []string{a.Name, "none up to " + widest.Layers(r.Inputs), least, "–", "–", "–", "–", "–", "–", "–"}
	}
	name := n.Layers(r.Inputs)
	if n.Shape == a.Smallest.Shape {
		name += " *"
	}
	return []string{
		a.Name, name, least, fmt.Sprint(n.Rate), fmt.Sprint(n.MultiplyAdds), fmt.Sprint(n.Parameters), fmt.Sprint(n.Counts.Activations),
		fmt.Sprintf("%d + %d", n.ParameterBytes, n.ActivationBytes), fmt.Sprintf("%d of %d", n.Reached, n.Trained), shareInterval(*n),
	}
}

// shareInterval is the interval of a network's share of trainings that reach.
func shareInterval(n cost.Network) string {
	return fmt.Sprintf("%.3f to %.3f", n.Low, n.High)
}

// writeLatency prints the times of a row.
func writeLatency(w io.Writer, l *cost.Latency, inputs int) error {
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "time of a row")
	for _, batch := range cost.Batches {
		fmt.Fprintf(table, "\tbatch of %d\tquartiles\tto %s", batch, l.Reference)
	}
	fmt.Fprintln(table)
	for _, n := range l.Networks {
		fmt.Fprintf(table, "%s %s", n.Activation, n.Layers(inputs))
		if n.Smallest {
			fmt.Fprint(table, " *")
		}
		for _, t := range n.Times {
			ratio := "–"
			if t.Ratio > 0 {
				ratio = cost.Times(t.Ratio)
			}
			fmt.Fprintf(table, "\t%.4g ns\t%.4g to %.4g\t%s", t.Median, t.Low, t.High, ratio)
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}
