package present

import (
	"actscope/graph"
	"actscope/models"
	"fmt"
	"io"

	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"
)

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
	switch {
	case plan:
		_, err = fmt.Fprintln(w, planned)
	case as == "json":
		err = PrintJSON(w, map[string]any{"rows": rows, "nodes": nodes})
	case as == "dot":
		err = writeDot(w, nodes)
	default:
		gradients := 0
		for _, n := range nodes {
			if n.Role == graph.RoleGradient {
				gradients++
			}
		}
		_, err = fmt.Fprintf(w, "%d nodes for %d rows, %d parameters in %d arrays, %d gradients;\nthe machine runs them as %d kernel calls (%d by operators' own code) in %d bytes\n",
			len(nodes), rows, net.ParameterCount(), len(net.Parameters), gradients, planned.Steps, planned.Opaque, planned.Arena)
	}
	return err
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
