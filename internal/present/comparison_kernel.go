package present

import (
	"fmt"

	"actscope/internal/comparison"
	"actscope/viz/report"
)

// kernelSection says what the tangent kernels before the first step foretell; nil of networks that were not
// trained here, and of runs of earlier versions.
func kernelSection(r *comparison.Result) []report.Section {
	s := report.Section{Title: "How fast each network could learn, known before its first step"}
	modes := modesTable()
	var sentences []string
	rows := 0
	for _, n := range r.Networks {
		switch k := n.Kernel; {
		case k == nil:
		case k.Reason != "":
			sentences = append(sentences, fmt.Sprintf("%s has no kernel: %s.", n.Title, k.Reason))
		default:
			sentences = append(sentences, modesSentence(n.Title, k.Tangent, r.Config.Epochs))
			modes.Rows, rows = append(modes.Rows, modesRows(n.Title, k.Tangent)...), k.Rows
		}
	}
	if len(sentences) == 0 {
		return nil
	}
	s.Text = append(s.Text, fmt.Sprintf("K = J Jᵀ / n, with every row's gradient of the logit by all parameters in J, is the neural tangent kernel, here of %s. "+
		"To first order the error along an eigenvector of K falls with a time constant of one over rate, batches per epoch, the loss's curvature and the eigenvalue. "+
		"Networks that learn leave their first kernel: actscope kernel shows how far, and trains the twin that K describes.", Counted(rows, "training row")))
	s.Text = append(s.Text, sentences...)
	if len(modes.Rows) > 0 {
		s.Tables = []report.Table{modes}
	}
	return []report.Section{s}
}
