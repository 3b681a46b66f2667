package present

import (
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/internal/comparison"
	"actscope/internal/number"
	"actscope/models/geometry"
	"actscope/viz/report"
)

// geometryTables say what each layer makes of the points.
func geometryTables(r *comparison.Result) []report.Table {
	if task(r) == data.Regression {
		return slices.Concat([]report.Table{decodedTable(r), shapeTable(r)}, alignmentTable(r))
	}
	distance := report.Table{
		Title: "Distance to the decision boundary, layer by layer",
		Note: "In the margin: rank correlation of a point's distance to the network's own decision boundary with its distance to the layer's own linear boundary, within each predicted class, the mean weighted by their points: " +
			"1 where the layer keeps the order of all distances. Classes of fewer than " + fmt.Sprint(geometry.LeastRankedRows) + " points are left out; one in which all margins are equal counts as 0. Pooled: the same over all points, which mixes what is within the classes with what is between them and can even have the other sign. Decodable: how much of the signed distance a linear function of the layer gets right on test points (R²). " +
			"Pairs kept: rank correlation of the distances between any two points with those in the input. Linear probe: test accuracy of a linear classifier on the layer. " +
			precisionNote(r),
		Columns: []string{"network and layer", "in the margin", "pooled", "decodable", "pairs kept", "linear probe"},
	}
	for _, n := range r.Networks {
		for _, l := range n.Geometry.Layers {
			distance.Rows = append(distance.Rows, []string{n.Title + ", " + l.Name, thousandths(l.DistanceCorrelation), thousandths(l.DistanceCorrelationPooled), thousandths(l.DistanceDecoded), thousandths(l.PairwiseCorrelation), percent(l.ProbeAccuracy)})
		}
	}
	return append([]report.Table{distance, noticeableTable(r), shapeTable(r)}, alignmentTable(r)...)
}

// decodedTable says how much of the numbers to predict can be read from each layer.
func decodedTable(r *comparison.Result) report.Table {
	t := report.Table{
		Title:   "What can be read from each layer",
		Note:    "How much of a number a linear function of the layer gets right on test points (R²). Pairs kept: rank correlation of the distances between any two points with those in the input.",
		Columns: []string{"network and layer"},
	}
	shown := min(r.Data.Raw.Targets.Columns(), mostTargets)
	for target := range shown {
		t.Columns = append(t.Columns, targetName(r, target))
	}
	t.Columns = append(t.Columns, "pairs kept")
	for _, n := range r.Networks {
		for _, l := range n.Geometry.Layers {
			row := []string{n.Title + ", " + l.Name}
			for target := range shown {
				read := number.Float(math.NaN())
				if target < len(l.TargetDecoded) {
					read = l.TargetDecoded[target]
				}
				row = append(row, thousandths(read))
			}
			t.Rows = append(t.Rows, append(row, thousandths(l.PairwiseCorrelation)))
		}
	}
	return t
}

// shapeTable says how the points lie in each layer, and the classes, where there are some.
func shapeTable(r *comparison.Result) report.Table {
	classes := task(r) == data.Classification
	between, columns := "", []string{"network and layer", "effective rank", "saturated", "dead"}
	if classes {
		along := "their difference"
		if r.Data.Raw.Targets.Classes() > 2 {
			along = "the differences of their means"
		}
		between = "Between classes: variance between the class means over that within. NC1: spread within the classes along " + along + ", 0 where each class collapses to a point. "
		columns = append(columns, "between classes", "NC1")
	}
	shape := report.Table{
		Title: "The shape of the layers",
		Note: "Effective rank: in how many directions the points spread. Saturated: share of activations whose slope is below a tenth of the largest. Dead: share of units that " +
			"are the same for all points. " + between + "Stretch: how much the layer magnifies small steps of the input in the direction that it magnifies most, median. Curve: length of a circle " +
			"at the distance of standardised points over its length in the layer before. Regions: linear pieces of the network up to the layer, around the points.",
		Columns: append(columns, "stretch", "curve", "regions"),
	}
	for _, n := range r.Networks {
		if rows := n.Geometry.JacobianRows; rows > 0 {
			shape.Note += fmt.Sprintf(" %s: stretch at the first %d test points, as its matrices are large.", n.Title, rows)
		}
		for _, l := range n.Geometry.Layers {
			row := []string{n.Title + ", " + l.Name, threeDigits(l.EffectiveRank), percent(l.Saturated), percent(l.Dead)}
			if classes {
				row = append(row, threeDigits(l.FisherRatio), threeDigits(l.NC1))
			}
			shape.Rows = append(shape.Rows, append(row, threeDigits(l.Jacobian.Largest.Median), threeDigits(l.CurveRatio), threeDigits(l.BoxRegions)))
		}
	}
	return shape
}

// noticeableTable says how finely each layer resolves distances.
func noticeableTable(r *comparison.Result) report.Table {
	t := report.Table{
		Title: "Just-noticeable distances",
		Note: fmt.Sprintf("How far a point has to move away from the boundary for an ideal observer of the layer to tell both places apart (d′ = 1), where every unit has independent normal noise "+
			"of %v of the units' mean deviation: to first order noise/|J n|, J the layer's Jacobian matrix and n the direction. Near, far: medians of the quarters of the test points that are nearest "+
			"to the boundary and farthest from it. Growth: far over near, 1 where the layer resolves alike everywhere. Levels: how many such distances there are in a unit of the input, mean, and in bits.", geometry.NoiseLevel),
		Columns: []string{"network and layer", "near", "far", "growth", "levels", "bits"},
	}
	for _, n := range r.Networks {
		for _, l := range n.Geometry.Layers {
			d := l.NoticeableDistance
			t.Rows = append(t.Rows, []string{n.Title + ", " + l.Name, threeDigits(d.Near), threeDigits(d.Far), threeDigits(d.Growth), threeDigits(d.Levels), threeDigits(number.Float(math.Log2(float64(d.Levels))))})
		}
	}
	return t
}

// alignmentTable compares all hidden layers with each other, where they are few.
func alignmentTable(r *comparison.Result) []report.Table {
	count := 0
	for _, n := range r.Networks {
		count += n.Test.HiddenLayers()
	}
	if count < 2 || count > mostAligned {
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
		for l := range n.Test.HiddenLayers() {
			name := fmt.Sprintf("%s, layer %d", n.Title, l+1)
			table.Columns = append(table.Columns, name)
			row := []string{name}
			for j, other := range r.Networks {
				for k := range other.Test.HiddenLayers() {
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
