package models

import "actscope/graph"

// Program compiles the network for other uses than training and evaluation, such
// as drawing its graph. It shares the network's parameters and statistics; close it
// after use.
func (net *Network) Program(rows int, o graph.Options) (*graph.Program, error) {
	o.Statistics = net.Statistics
	return graph.Compile(net.graph, net.Parameters, rows, o)
}

// Points are both stages of every layer, from the first to the output.
func (net *Network) Points() []graph.Point {
	var points []graph.Point
	for layer := 1; layer <= net.Depth(); layer++ {
		points = append(points, graph.Point{Layer: layer, Stage: graph.PreActivation}, graph.Point{Layer: layer, Stage: graph.PostActivation})
	}
	return points
}
