package present

import (
	"fmt"
	"math"
	"strconv"

	"actscope/internal/comparison"
	"actscope/internal/number"
	"actscope/viz/report"
)

// geometryTables say what each layer makes of the points.
func geometryTables(r *comparison.Result) []report.Table {
	distance := report.Table{
		Title: "Distance to the decision boundary, layer by layer",
		Note: "In the margin: rank correlation of a point's distance to the network's own decision boundary with its distance to the layer's own linear boundary, " +
			"1 where the layer keeps the order of all distances. Decodable: how much of the signed distance a linear function of the layer gets right on test points (R²). " +
			"Pairs kept: rank correlation of the distances between any two points with those in the input. Linear probe: test accuracy of a linear classifier on the layer. " +
			precisionNote(r),
		Columns: []string{"network and layer", "in the margin", "decodable", "pairs kept", "linear probe"},
	}
	shape := report.Table{
		Title: "The shape of the layers",
		Note: "Effective rank: in how many directions the points spread. Saturated: share of activations whose slope is below a tenth of the largest. Dead: share of units that " +
			"are the same for all points. Between classes: variance between the class means over that within. NC1: spread within the classes along their difference, 0 where each " +
			"class collapses to a point. Stretch: how much the layer magnifies small steps of the input in the direction that it magnifies most, median. Curve: length of a circle " +
			"through the points over its length in the layer before. Regions: linear pieces of the network up to the layer, around the points.",
		Columns: []string{"network and layer", "effective rank", "saturated", "dead", "between classes", "NC1", "stretch", "curve", "regions"},
	}
	for _, n := range r.Networks {
		for _, l := range n.Geometry.Layers {
			name := n.Title + ", " + l.Name
			distance.Rows = append(distance.Rows, []string{name, thousandths(l.DistanceCorrelation), thousandths(l.DistanceDecoded), thousandths(l.PairwiseCorrelation), percent(l.ProbeAccuracy)})
			shape.Rows = append(shape.Rows, []string{name, threeDigits(l.EffectiveRank), percent(l.Saturated), percent(l.Dead), threeDigits(l.FisherRatio), threeDigits(l.NC1),
				threeDigits(l.Jacobian.Largest.Median), threeDigits(l.CurveRatio), threeDigits(l.BoxRegions)})
		}
	}
	return append([]report.Table{distance, shape}, alignmentTable(r)...)
}

// precisionNote says how exact the distances are.
func precisionNote(r *comparison.Result) string {
	if r.Networks[0].Model.Inputs() != 2 {
		return "With other than two inputs distances are upper bounds."
	}
	var worst, step float64
	for _, n := range r.Networks {
		if n.Geometry.BoundaryFound {
			worst, step = math.Max(worst, float64(n.Geometry.BoundaryError)), math.Max(step, float64(n.Geometry.BoundaryStep))
		}
	}
	note := fmt.Sprintf("Distances are exact to %.0e", worst)
	if step > 0 {
		note += fmt.Sprintf("; pieces of a smooth boundary narrower than %.2g may be missed", step)
	}
	return note + "."
}

// mostAligned is how many layers a table of their likeness has room for.
const mostAligned = 8

// alignmentTable compares all hidden layers with each other, where they are few.
func alignmentTable(r *comparison.Result) []report.Table {
	hidden := r.Networks[0].Test.HiddenLayers()
	if count := hidden * len(r.Networks); count < 2 || count > mostAligned {
		return nil
	}
	table := report.Table{
		Title:   "Likeness of the hidden layers",
		Note:    "Linear centred kernel alignment: 1 where one layer is the other turned and scaled, 0 where they have nothing in common.",
		Columns: []string{"network and layer"},
	}
	between := make(map[[2]string][][]number.Float)
	for _, a := range r.Alignments() {
		between[a.Networks] = a.CKA
	}
	for i, n := range r.Networks {
		for l := range hidden {
			name := fmt.Sprintf("%s, layer %d", n.Title, l+1)
			table.Columns = append(table.Columns, name)
			row := []string{name}
			for j, other := range r.Networks {
				for k := range hidden {
					var cka number.Float
					switch {
					case i == j:
						cka = n.Geometry.CKA[l+1][k+1]
					case i < j:
						cka = between[[2]string{n.Name, other.Name}][l][k]
					default:
						cka = between[[2]string{other.Name, n.Name}][k][l]
					}
					row = append(row, thousandths(cka))
				}
			}
			table.Rows = append(table.Rows, row)
		}
	}
	return []report.Table{table}
}

// threeDigits writes a number with three significant digits, and a dash for none.
func threeDigits(v number.Float) string { return written(v, 'g') }

// thousandths writes a number with three decimals, and a dash for none.
func thousandths(v number.Float) string { return written(v, 'f') }

func written(v number.Float, format byte) string {
	if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
		return strconv.FormatFloat(f, format, 3, 64)
	}
	return "–"
}
