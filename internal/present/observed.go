package present

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"actscope/data"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/shell"
	"actscope/models/foreign"
	"actscope/viz"
	"actscope/viz/report"
)

// What is said of networks that were trained elsewhere, where other words are right than of those
// that a comparison trained.

func observedLead(r *comparison.Result) string {
	var names []string
	for i, n := range r.Networks {
		if i == 0 || !ofOneFolder(r.Networks[i-1].Source, n.Source) {
			names = append(names, input.Visible(n.Source.File))
		}
	}
	if frames := r.Networks[0].Source.Frames; len(frames) > 0 {
		return fmt.Sprintf("One network in %d states, from %s to %s, on %s. Nothing was trained for this page. ", len(frames), frames[0], frames[len(frames)-1], pointsTitle(r))
	}
	if len(r.Networks) == 1 {
		return fmt.Sprintf("The network in %s on %s. Nothing was trained for this page. ", names[0], pointsTitle(r))
	}
	return fmt.Sprintf("The networks in %s on %s. Nothing was trained for this page. ", joined(names), pointsTitle(r))
}

// ofOneFolder says that two networks in turn are of one folder, whose name brings both.
func ofOneFolder(a, b *comparison.Source) bool {
	return a.SHA256 == "" && b.SHA256 == "" && a.File == b.File
}

func observedOrigin(r *comparison.Result) string {
	var b strings.Builder
	for _, n := range r.Networks {
		fmt.Fprintf(&b, "%s is %s (%s). ", sourcePhrase(n), n.Source.Understood, n.Source.Format)
		for _, note := range n.Source.Notes {
			first, size := utf8.DecodeRuneInString(note)
			b.WriteString(string(unicode.ToUpper(first)) + note[size:] + ". ")
		}
	}
	if len(r.Networks) > 1 {
		b.WriteString("Each computes its own function of the points. ")
	}
	return b.String() + fmt.Sprintf("Distances are measured where every column has mean 0 and deviation 1 over all points, so that columns count alike. "+
		"Readers and probes are fitted to %d of the %d points, called training points below, and everything is measured on the other %d. "+
		"Here the networks were run as Gorgonia's graphs. ",
		r.Data.Train.Rows(), r.Data.Raw.Rows(), r.Data.Test.Rows())
}

// sourcePhrase names a network's file, and in a folder which of its networks it is.
func sourcePhrase(n *comparison.Trained) string {
	file := input.Visible(n.Source.File)
	if n.Title != input.Visible(strings.TrimSuffix(n.Source.File, filepath.Ext(n.Source.File))) {
		return file + ", " + n.Title
	}
	return file
}

// onAllPhrase is how well a network does on all points.
func onAllPhrase(r *comparison.Result, n *comparison.Trained) string {
	if task(r) == data.Regression {
		return "R² " + viz.Fixed(n.Source.OnAll, 3) + " on these points"
	}
	return percent(n.Source.OnAll) + " on these points"
}

func observedHighlight(r *comparison.Result, n *comparison.Trained) report.Highlight {
	if task(r) == data.Regression {
		return report.Highlight{Value: viz.Fixed(n.Source.OnAll, 3), Label: fmt.Sprintf("R² on all %d points, %s; mean absolute error %s on those measured", r.Data.Raw.Rows(), n.Title, inUnits(r, n.TestFit.MAE))}
	}
	return report.Highlight{Value: percent(n.Source.OnAll), Label: fmt.Sprintf("accuracy on all %d points, %s", r.Data.Raw.Rows(), n.Title)}
}

// observedTable says what each file is and how well it does.
func observedTable(r *comparison.Result) report.Table {
	t := report.Table{
		Title:   "The networks",
		Note:    "Fitted: the points that readers and probes are fitted to; measured: the others. " + strings.Join(accuracyNote(r), " "),
		Columns: append([]string{"network", "understood as", "parameters"}, accuracyColumns(r)...),
	}
	for _, n := range r.Networks {
		t.Rows = append(t.Rows, append([]string{n.Title, n.Source.Understood, fmt.Sprint(n.Model.ParameterCount())}, accuracyCells(r, n)...))
	}
	return t
}

// PrintObserved says what each file was understood as, then what a comparison prints.
func PrintObserved(w io.Writer, r *comparison.Result) error {
	w = report.Paragraphs(w)
	for _, n := range r.Networks {
		if _, err := fmt.Fprintf(w, "%s: %s, %s; %s\n", sourcePhrase(n), n.Source.Format, n.Source.Understood, onAllPhrase(r, n)); err != nil {
			return err
		}
		for _, note := range n.Source.Notes {
			if _, err := fmt.Fprintf(w, "  %s\n", note); err != nil {
				return err
			}
		}
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return PrintComparison(w, r)
}

// observedCommand is the command that observes again.
func observedCommand(run comparison.Summary) string {
	words := []string{run.Command}
	for i, n := range run.Networks {
		if i > 0 && ofOneFolder(run.Networks[i-1].Source, n.Source) {
			continue
		}
		files := n.Source.Frames
		if files == nil {
			files = []string{n.Source.File}
		}
		for _, f := range files {
			words = append(words, shell.Quote(f))
		}
	}
	words = append(words, run.Networks[0].Source.Options...)
	defaults := config.Article()
	defaults.TestFraction = comparison.ObservedFraction
	without := append(idle(run.Config), config.TrainingKeys()...)
	words = append(words, config.Flags(run.Config.Entries(without...), defaults.Entries(without...))...)
	return strings.Join(words, " ")
}

// PrintDepartures says, array by array, how far activations from elsewhere are from the network's, and
// which is the first that departs.
func PrintDepartures(w io.Writer, file string, compared []foreign.Departure) error {
	w = report.Paragraphs(w)
	t := report.Table{Columns: []string{"array", "largest difference", "relative", "[row unit]", "verdict"}, Fit: report.Fit{Verdict: "verdict", Tone: tone}}
	first := ""
	for _, d := range compared {
		verdict := "agrees"
		if d.Departs {
			verdict = "departs"
			if first == "" {
				first = d.Array
			}
		}
		t.Rows = append(t.Rows, []string{d.Array, fmt.Sprintf("%.1e", d.Largest), fmt.Sprintf("%.1e", d.Relative), fmt.Sprintf("[%d %d]", d.Row, d.Unit), verdict})
	}
	if err := t.WriteText(w); err != nil {
		return err
	}
	verdict := "All activations agree"
	if first != "" {
		verdict = "The first that departs is " + first
	}
	_, err := fmt.Fprintf(w, "%s (%s, within %.0e of the largest in an array; rows and units from 0).\n\n", verdict, file, foreign.Tolerance)
	return err
}
