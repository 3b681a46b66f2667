package geometry

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// EffectiveRank is exp(H(s/Σs)), H the entropy of the singular values s of a
// (rows × units) with the mean of each column taken away (Roy & Vetterli 2007): n
// where n directions carry the same, 1 where there is one. Of a constant layer and of
// one row it is 0. It is NaN where the singular values cannot be found.
func EffectiveRank(a mat.Matrix) float64 {
	rows, units := a.Dims()
	if rows == 0 || units == 0 {
		return undefined
	}
	var svd mat.SVD
	if !svd.Factorize(centred(a), mat.SVDNone) {
		return undefined
	}
	values := svd.Values(nil)
	total := floats.Sum(values)
	if total == 0 {
		return 0
	}
	entropy := 0.0
	for _, s := range values {
		if p := s / total; p > 0 {
			entropy -= p * math.Log(p)
		}
	}
	return math.Exp(entropy)
}

// Saturation is the share of an activation's largest slope below which
// [SaturatedShare] counts a unit as saturated: for the sigmoid |z| above 3.64.
const Saturation = 0.1

// SaturatedShare is the share of pre-activations z (rows × units) at which the
// magnitude of the activation's slope φ' is below [Saturation] times its largest: of
// such a unit, gradients hardly pass. Of a rectifier it is the share that is off. For
// an activation of slope 0 throughout it is NaN.
func SaturatedShare(z mat.Matrix, slope func(z float64) float64) float64 {
	threshold := Saturation * largestSlope(slope)
	rows, units := z.Dims()
	if threshold == 0 || rows == 0 {
		return undefined
	}
	saturated := 0
	for i := range rows {
		for j := range units {
			if math.Abs(slope(z.At(i, j))) < threshold {
				saturated++
			}
		}
	}
	return float64(saturated) / float64(rows*units)
}

// largestSlope looks at both sides of 0 and at every 1/64 from -16 to 16: beyond,
// activations are straight or flat.
func largestSlope(slope func(z float64) float64) float64 {
	const tiny = 1e-12
	largest := max(math.Abs(slope(-tiny)), math.Abs(slope(tiny)))
	for i := -1024; i <= 1024; i++ {
		largest = max(largest, math.Abs(slope(float64(i)/64)))
	}
	return largest
}

// DeadShare is the share of units whose activation is the same in all rows of a
// (rows × units): a rectifier that is never active, or a unit so saturated that
// nothing moves it. It is NaN of fewer than two rows, of which every unit is constant.
func DeadShare(a mat.Matrix) float64 {
	rows, units := a.Dims()
	if rows < 2 {
		return undefined
	}
	dead := 0
	for j := range units {
		if constant(a, j) {
			dead++
		}
	}
	return float64(dead) / float64(units)
}

// constant says whether a column has one value only.
func constant(a mat.Matrix, column int) bool {
	rows, _ := a.Dims()
	for i := 1; i < rows; i++ {
		if a.At(i, column) != a.At(0, column) {
			return false
		}
	}
	return true
}

// scatter is what the spread of classes in a layer consists of, of those that occur, in
// ascending order.
type scatter struct {
	means  [][]float64
	counts []float64
	rows   *mat.Dense // each less its class's mean
}

// scatterOf parts the rows by their labels.
func scatterOf(a mat.Matrix, labels []float64) (scatter, error) {
	rows, units := a.Dims()
	if rows != len(labels) {
		return scatter{}, fmt.Errorf("geometry: %d rows with %d labels", rows, len(labels))
	}
	classes := slices.Clone(labels)
	slices.Sort(classes)
	classes = slices.Compact(classes)
	s := scatter{make([][]float64, len(classes)), make([]float64, len(classes)), mat.DenseCopyOf(a)}
	firsts := make([][]float64, len(classes)) // taken away before the mean, so that constant classes are exactly so
	class := make([]int, rows)
	for i, label := range labels {
		c, _ := slices.BinarySearch(classes, label)
		if class[i] = c; firsts[c] == nil {
			firsts[c], s.means[c] = mat.Row(nil, i, a), make([]float64, units)
		} else {
			floats.Add(s.means[c], floats.SubTo(make([]float64, units), s.rows.RawRowView(i), firsts[c]))
		}
		s.counts[c]++
	}
	for c, mean := range s.means {
		floats.Scale(1/s.counts[c], mean)
		floats.Add(mean, firsts[c])
	}
	for i, c := range class {
		floats.Sub(s.rows.RawRowView(i), s.means[c])
	}
	return s, nil
}

// oneClass says that there are no two means to compare.
func (s scatter) oneClass() bool { return len(s.means) < 2 }

// gap is the difference of two means.
func (s scatter) gap(from, to int) []float64 {
	return floats.SubTo(make([]float64, len(s.means[from])), s.means[to], s.means[from])
}

// FisherRatio is the variance between the classes over that within them: the traces of
// S_B = Σ n_c (m_c - m)(m_c - m)ᵀ / n and S_W = Σ (a - m_c)(a - m_c)ᵀ / n of rows a
// (rows × units) with labels that number their classes (Fisher 1936, for several units by
// their sum). It is 0 where the classes have one mean, +Inf where each class is one point of
// its own, and NaN with one class or a constant layer.
func FisherRatio(a mat.Matrix, labels []float64) (float64, error) {
	s, err := scatterOf(a, labels)
	if err != nil || s.oneClass() {
		return undefined, err
	}
	n, between := floats.Sum(s.counts), 0.0
	for j := range s.means {
		for i := range j { // tr S_B = Σ_{i<j} n_i n_j |m_j - m_i|² / n²
			gap := s.gap(i, j)
			between += s.counts[i] / n * s.counts[j] / n * floats.Dot(gap, gap)
		}
	}
	return between / (squaredNorm(s.rows) / n), nil
}

// NC1 is the first measure of neural collapse, tr(S_W S_B⁺)/C, of rows a (rows ×
// units) with labels that number their classes: S_W the mean over the rows of
// (a - m_c)(a - m_c)ᵀ, S_B that over the C classes that occur of (m_c - m)(m_c - m)ᵀ, m the
// mean of the m_c (Papyan, Han & Donoho 2020). S_B has the rank C - 1 at most; what is below
// 1e-15 of its largest eigenvalue counts as 0. NC1 is 0 where each class is one point of its
// own, +Inf where the classes have one mean, and NaN with one class or a constant layer.
func NC1(a mat.Matrix, labels []float64) (float64, error) {
	s, err := scatterOf(a, labels)
	if err != nil || s.oneClass() {
		return undefined, err
	}
	n, classes := floats.Sum(s.counts), float64(len(s.means))
	if classes > 2 {
		return s.collapse() / n / classes, nil
	}
	// With two classes S_B = g gᵀ/4 for the gap g, and S_B⁺ = 4 g gᵀ/|g|⁴.
	gap := s.gap(0, 1)
	var along mat.VecDense
	along.MulVec(s.rows, mat.NewVecDense(len(gap), gap))
	length := floats.Dot(gap, gap)
	within := mat.Dot(&along, &along) / n
	if length == 0 {
		within = squaredNorm(s.rows) // along the gap, wherever it points
	}
	return 4 * within / (length * length) / 2, nil
}

// collapse is n tr(S_W S_B⁺), from the singular values of the C means less their own.
func (s scatter) collapse() float64 {
	units := len(s.means[0])
	means := mat.NewDense(len(s.means), units, nil)
	for c, mean := range s.means {
		means.SetRow(c, mean)
	}
	var svd mat.SVD
	if !svd.Factorize(centred(means), mat.SVDThinV) {
		return undefined
	}
	values := svd.Values(nil)
	if values[0] == 0 {
		return squaredNorm(s.rows) / values[0]
	}
	var directions, along mat.Dense
	svd.VTo(&directions)
	along.Mul(s.rows, &directions)
	sum := 0.0
	for r, v := range values[:min(len(s.means)-1, len(values))] {
		if v*v > 1e-15*values[0]*values[0] {
			part := mat.Norm(along.ColView(r), 2) / v
			sum += part * part
		}
	}
	return sum * float64(len(s.means))
}

// centred is a matrix less the mean of each column. Columns that are constant become
// exactly 0: the first row is taken away before the mean.
func centred(a mat.Matrix) *mat.Dense {
	rows, columns := a.Dims()
	c := mat.DenseCopyOf(a)
	for j := range columns {
		first, sum := a.At(0, j), 0.0
		for i := range rows {
			v := a.At(i, j) - first
			c.Set(i, j, v)
			sum += v
		}
		for i := range rows {
			c.Set(i, j, c.At(i, j)-sum/float64(rows))
		}
	}
	return c
}
