package present

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"

	"actscope/graph"
	"actscope/graph/machine"
	"actscope/internal/gradcheck"
	"actscope/models"
	"actscope/models/doctor"
	"actscope/models/handcoded/mistakes"
	"actscope/viz/report"
)

// SuiteResult is the suite as JSON.
type SuiteResult struct {
	Agrees  bool                    `json:"agrees"`
	Cases   []gradcheck.Case        `json:"cases"`
	Epsilon []gradcheck.EpsilonCase `json:"article_epsilon"`
}

// PrintSuite prints the suite's arrays and the article's epsilon.
func PrintSuite(w io.Writer, suite gradcheck.SuiteConfig, r SuiteResult) error {
	w = report.Paragraphs(w)
	plain, overflows := 0, 0
	for _, c := range r.Cases {
		if c.Overflows {
			overflows++
		}
		if len(c.Parts) == 0 {
			plain++
		}
	}
	others := suite.OtherCases()
	plain -= others
	var activations []string
	scales := "weights as drawn and times 10"
	for _, a := range suite.Activations {
		activations = append(activations, a.Name)
		if a.IsFormula() {
			scales = "weights as drawn"
		}
	}
	fmt.Fprintf(w, "%d networks: %s; losses %s; 1 to 6 hidden layers of unequal widths; %d seeds; %s\n",
		plain, strings.Join(activations, ", "), strings.Join(lossesOf(suite.Heads), ", "), len(suite.Seeds), scales)
	if others > 0 {
		fmt.Fprintf(w, "%d networks of one and several outputs: losses %s; every reduction; with and without a penalty\n", others, strings.Join(lossesOf(suite.Others), ", "))
	}
	fmt.Fprintf(w, "%d networks with parts in their hidden layers, by differences alone\n\n", len(r.Cases)-plain-others)
	if overflows > 0 {
		fmt.Fprintf(w, "%s left out, whose gradients are not finite\n\n", Counted(overflows, "network"))
	}
	arrays := report.Table{AlignRight: true, Columns: []string{
		"gradient", "entries", "hand-coded: max abs", "max rel", "differences: max abs", "max rel", "kinks left out", "unsure",
	}, Fit: report.Fit{Least: []string{"unsure", "kinks left out", "entries"}}}
	rounding := 0.0
	for _, a := range gradcheck.Worst(r.Cases) {
		rounding = max(rounding, a.HandRounding)
		abs, rel := "–", "–"
		if a.ByHand {
			abs, rel = twoDigits(a.HandAbs), twoDigits(a.HandRel)
		}
		arrays.Rows = append(arrays.Rows, []string{
			a.Name, fmt.Sprint(a.Entries), abs, rel, twoDigits(a.DifferenceAbs), twoDigits(a.DifferenceRel), fmt.Sprint(a.Kinks), fmt.Sprint(a.Unsure),
		})
	}
	if err := arrays.WriteText(w); err != nil {
		return err
	}
	if rounding > gradcheck.HandTolerance {
		fmt.Fprintf(w, "\nRounding the weights moves some of these gradients by up to %.1e, which is allowed between right\nprograms where it is more than what follows.\n", rounding)
	}
	fmt.Fprintf(w, `
Largest differences to autodiff; relative ones are to the array's largest entry. Allowed:
hand-coded %.0e relative, finite differences %.0e absolute (taken for the weights as drawn). Unsure
are entries whose differences admit of themselves that they err by more.

The article's hand-written gradient starts from (p - y)/n. That is exact for the cross-entropy on
the logits, not for the loss that it reports, which adds 1e-9 inside the logarithms:

`, gradcheck.HandTolerance, gradcheck.DifferenceTolerance)
	epsilon := report.Table{Columns: []string{"where", "array", "from (p - y)/n", "of the reported loss", "relative difference"}}
	for _, e := range r.Epsilon {
		epsilon.Rows = append(epsilon.Rows, []string{e.Point, "grad_" + e.Array, fmt.Sprintf("%.9f", e.Coded), fmt.Sprintf("%.9f", e.Reported), twoDigits(e.Relative)})
	}
	return epsilon.WriteText(w)
}

// lossesOf names the losses of heads, and the output's activation where it is not the loss's own.
func lossesOf(heads []models.MLP) []string {
	var losses []string
	for _, head := range heads {
		loss := head.Loss.Name
		if head.Output.Name != "" {
			loss += " at " + head.Output.Name
		}
		if !slices.Contains(losses, loss) {
			losses = append(losses, loss)
		}
	}
	return losses
}

// twoDigits writes a difference, such as 1.2e-10.
func twoDigits(v float64) string { return fmt.Sprintf("%.1e", v) }

// PrintGradients prints a comparison array by array, and the diagnosis.
func PrintGradients(w io.Writer, r *gradcheck.Report) error {
	w = report.Paragraphs(w)
	if err := arraysTable(r.Arrays).WriteText(w); err != nil {
		return err
	}
	if r.Agrees {
		_, err := fmt.Fprintln(w, "\nAll arrays agree with the reference.")
		return err
	}
	fmt.Fprintln(w)
	for _, e := range r.Explanations {
		fmt.Fprintf(w, "%s (%s)\n", e.Sentence, e.Mistake)
	}
	if r.Remark != "" {
		fmt.Fprintln(w, r.Remark)
	}
	_, err := fmt.Fprintln(w, lastRight(r.LastRightLayer))
	return err
}

// PrintVerdict prints how a gradient file was understood, what it is, array by array, and why.
func PrintVerdict(w io.Writer, r *doctor.Report) error {
	w = report.Paragraphs(w)
	u := r.Understood
	if u.Layer != "" {
		fmt.Fprintln(w, strings.TrimSuffix(fmt.Sprintf("%s: %s; %s", u.Layer, u.Network, u.Layout), "; "))
	} else {
		network := u.Network
		for _, a := range append(slices.Clone(u.Activations), u.Output) {
			network += ", " + a
		}
		fmt.Fprintf(w, "%s; %s, %s; %s\n", network, u.Objective, u.Over, u.Layout)
	}
	if len(u.Pairs) > 0 {
		fmt.Fprintln(w, strings.Join(u.Pairs, ", "))
	}
	if len(u.Ignored) > 0 {
		fmt.Fprintf(w, "of no use here: %s\n", strings.Join(u.Ignored, ", "))
	}
	fmt.Fprintln(w)
	if err := arraysTable(r.Arrays).WriteText(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if r.Agrees {
		fmt.Fprintln(w, "All arrays agree with the reference.")
	}
	fmt.Fprintln(w, r.Summary)
	for _, f := range r.Diagnosis {
		fmt.Fprintf(w, "%s (%s)\n", f.Sentence, f.Mistake)
		if f.Instead != "" {
			fmt.Fprintf(w, "    your numbers are %s\n", f.Instead)
		}
		if f.Should != "" {
			fmt.Fprintf(w, "    it should be %s\n", f.Should)
		}
	}
	for _, g := range r.References {
		values := ""
		for i, v := range g.Values[:min(len(g.Values), 12)] {
			if i > 0 {
				values += ", "
			}
			values += Digits(v)
		}
		if len(g.Values) > 12 {
			values += ", ..."
		}
		fmt.Fprintf(w, "the gradient of %s, which is not given, is %s\n", g.Parameter, values)
	}
	if r.Remark != "" {
		fmt.Fprintln(w, r.Remark)
	}
	if d := u.Differences; d != nil {
		fmt.Fprintf(w, "The reference agrees with finite differences to %s at %s.\n", twoDigits(d.MaxAbs), Counted(d.Entries, "number"))
	}
	if len(r.Steps) > 0 {
		fmt.Fprintln(w, "\nstep by step:")
	}
	for _, s := range r.Steps {
		fmt.Fprintf(w, "    %s\n", s.Sentence)
	}
	if len(r.Steps)*len(r.Alternatives) > 0 {
		fmt.Fprintln(w)
	}
	for _, a := range r.Alternatives {
		layout := ""
		if a.Layout != u.Layout {
			layout = " (" + a.Layout + ")"
		}
		fmt.Fprintf(w, "or%s: %s\n", layout, a.Summary)
		for _, f := range a.Diagnosis {
			fmt.Fprintf(w, "    %s (%s)\n", f.Sentence, f.Mistake)
		}
	}
	return nil
}

// arraysTable is the table of a comparison array by array.
func arraysTable(arrays []doctor.ArrayReport) report.Table {
	table := report.Table{Columns: []string{"array", "max abs", "max rel", "at", "yours", "reference", "verdict"}, Fit: report.Fit{Least: []string{"max abs"}, Verdict: "verdict", Tone: tone}}
	for _, a := range arrays {
		verdict := "agrees"
		if !a.Agrees {
			verdict = "DISAGREES"
		}
		if a.Remark != "" {
			verdict += ": " + a.Remark
		}
		table.Rows = append(table.Rows, []string{
			a.Name, twoDigits(a.MaxAbs), twoDigits(a.MaxRel), fmt.Sprint(a.Index), Digits(a.Yours), Digits(a.Reference), verdict,
		})
	}
	return table
}

// lastRight says down to where the gradients are right.
func lastRight(layer int) string {
	switch layer {
	case 0:
		return "Counted from the output, no layer is right: the fault lies in the output layer or in its delta."
	case 1:
		return "The gradients of all layers are right."
	}
	return fmt.Sprintf("Counted from the output, layer %d is the last that is right: the fault lies just before it.", layer)
}

// PrintMistakes lists the mistakes that a comparison looks for.
func PrintMistakes(w io.Writer, all []mistakes.Mistake) error {
	var table report.Table
	for _, m := range all {
		table.Rows = append(table.Rows, []string{m.ID, m.Description, m.Where})
	}
	return table.WriteText(w)
}

// PrintGraph writes the training graph of a network in the form asked for.
func PrintGraph(w io.Writer, net *models.Network, rows int, as string, plan bool) error {
	program, err := net.Program(rows, graph.Options{Purpose: graph.Training, Captured: net.Points()})
	if err != nil {
		return err
	}
	defer program.Close()
	planned, err := program.Plan()
	if err != nil {
		return err
	}
	nodes := program.Describe()
	gradients := 0
	for _, n := range nodes {
		if n.Role == graph.RoleGradient {
			gradients++
		}
	}
	switch {
	case as == "json":
		d := graphDocument{rows, net.ParameterCount(), len(net.Parameters), gradients, planned.Steps, planned.Opaque, planned.Arena, nodes, nil}
		if plan {
			d.Plan = plannedNodes(planned)
		}
		err = PrintJSON(w, d)
	case plan:
		_, err = fmt.Fprintln(w, planned)
	case as == "dot":
		err = writeDot(w, nodes)
	default:
		_, err = fmt.Fprintf(w, "%d nodes for %d rows, %d parameters in %d arrays, %d gradients;\nthe machine runs them as %d kernel calls (%d by operators' own code) in %d bytes\n",
			len(nodes), rows, net.ParameterCount(), len(net.Parameters), gradients, planned.Steps, planned.Opaque, planned.Arena)
	}
	return err
}

// graphDocument is a graph as JSON.
type graphDocument struct {
	Rows       int `json:"rows"`
	Parameters int `json:"parameters"`
	Arrays     int `json:"arrays"`
	Gradients  int `json:"gradients"`
	// KernelCalls are those of a run, OperatorCalls how many of them are operators' own, ArenaBytes
	// what intermediate results take.
	KernelCalls   int                     `json:"kernel_calls"`
	OperatorCalls int                     `json:"operator_calls"`
	ArenaBytes    int                     `json:"arena_bytes"`
	Nodes         []graph.NodeDescription `json:"nodes"`
	Plan          []plannedNode           `json:"plan,omitempty"`
}

// plannedNode is what the planner did with a node, as JSON; see [machine.PlannedNode].
type plannedNode struct {
	Name     string `json:"name"`
	Operator string `json:"operator,omitempty"`
	Shape    []int  `json:"shape"`
	Decision string `json:"decision"`
	Kernel   string `json:"kernel,omitempty"`
	Into     string `json:"into,omitempty"`
	Step     int    `json:"step,omitempty"`
}

func plannedNodes(p machine.Plan) []plannedNode {
	var all []plannedNode
	for _, n := range p.Nodes {
		all = append(all, plannedNode{n.Name, n.Operator, append([]int{}, n.Shape...), n.Decision.String(), n.Kernel, n.Into, n.Step})
	}
	return all
}

// dotNode is a node as Graphviz draws it.
type dotNode struct{ graph.NodeDescription }

func (n dotNode) ID() int64 { return int64(n.NodeDescription.ID) }

// Attributes label the node and colour what means something by itself.
func (n dotNode) Attributes() []encoding.Attribute {
	label := n.Name
	if n.Operator != "" {
		if label != "" {
			label += "\n"
		}
		label += n.Operator
	}
	if len(n.Shape) > 0 {
		label += fmt.Sprintf("\n%v", n.Shape)
	}
	attributes := []encoding.Attribute{{Key: "label", Value: fmt.Sprintf("%q", label)}}
	if fill, ok := roleColours[n.Role]; ok {
		attributes = append(attributes, encoding.Attribute{Key: "style", Value: "filled"}, encoding.Attribute{Key: "fillcolor", Value: fmt.Sprintf("%q", fill)})
	}
	if n.Captured {
		attributes = append(attributes, encoding.Attribute{Key: "penwidth", Value: "3"})
	}
	return attributes
}

// roleColours are those of the boundary figures, paler.
var roleColours = map[graph.Role]string{
	graph.RoleInput: "#f7f7f7", graph.RoleParameter: "#fde8c8", graph.RolePre: "#dbe7f6", graph.RolePost: "#c8ece9",
	graph.RoleObjective: "#f6d9d8", graph.RoleReported: "#f6d9d8", graph.RoleGradient: "#e7dcf3",
}

// writeDot writes the graph for Graphviz, edges from operands to results.
func writeDot(w io.Writer, nodes []graph.NodeDescription) error {
	g := simple.NewDirectedGraph()
	for _, n := range nodes {
		g.AddNode(dotNode{n})
	}
	for _, n := range nodes {
		for _, operand := range n.Operands {
			g.SetEdge(g.NewEdge(g.Node(int64(operand)), g.Node(int64(n.ID))))
		}
	}
	text, err := dot.Marshal(g, "actscope", "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}
