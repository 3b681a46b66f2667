package geometry

import (
	"fmt"

	"actscope/models"
)

// kinkLines are the lines of the plane on which a unit of the first hidden layer of a
// network of two inputs has a kink, for [PlaneRegions].
func kinkLines(net *models.Network) (lines [][3]float64, reason string) {
	if net.Inputs() != 2 {
		return nil, "counted on the plane of two inputs"
	}
	layers, reason := straightLayers(net)
	if reason != "" || len(layers) == 0 {
		return nil, reason
	}
	first := layers[0]
	if len(first.bias) > planeUnits {
		return nil, fmt.Sprintf("counted for at most %d units", planeUnits)
	}
	for unit, bias := range first.bias {
		for _, kink := range first.pieces.kinks {
			lines = append(lines, [3]float64{first.weights.At(0, unit), first.weights.At(1, unit), bias - kink})
		}
	}
	return lines, ""
}
