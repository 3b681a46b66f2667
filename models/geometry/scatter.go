package geometry

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// scatter is what the spread of two classes in a layer consists of.
type scatter struct {
	means  [2][]float64
	counts [2]float64
	rows   *mat.Dense // each less its class's mean
}

// scatterOf parts the rows by their labels, 0 and 1.
func scatterOf(a mat.Matrix, labels []float64) (scatter, error) {
	rows, units := a.Dims()
	if rows != len(labels) {
		return scatter{}, fmt.Errorf("geometry: %d rows with %d labels", rows, len(labels))
	}
	s := scatter{rows: mat.DenseCopyOf(a)}
	for class := range s.means {
		s.means[class] = make([]float64, units)
		var first []float64 // taken away before the mean, so that constant classes are exactly so
		for i, label := range labels {
			if label != float64(class) {
				continue
			}
			if row := s.rows.RawRowView(i); first == nil {
				first = mat.Row(nil, i, a)
			} else {
				floats.Add(s.means[class], floats.SubTo(make([]float64, units), row, first))
			}
			s.counts[class]++
		}
		if first != nil {
			floats.Scale(1/s.counts[class], s.means[class])
			floats.Add(s.means[class], first)
		}
	}
	for i, label := range labels {
		floats.Sub(s.rows.RawRowView(i), s.means[int(label)])
	}
	return s, nil
}

// oneClass says that there are no two means to compare.
func (s scatter) oneClass() bool { return s.counts[0] == 0 || s.counts[1] == 0 }

// gap is the difference of the means.
func (s scatter) gap() []float64 {
	return floats.SubTo(make([]float64, len(s.means[0])), s.means[1], s.means[0])
}

// FisherRatio is the variance between the classes over that within them: the traces of
// S_B = Σ n_c (m_c - m)(m_c - m)ᵀ / n and S_W = Σ (a - m_c)(a - m_c)ᵀ / n of rows a
// (rows × units) with labels 0 and 1 (Fisher 1936, for several units by their sum). It
// is 0 where the classes have one mean, +Inf where each class is one point of its own,
// and NaN with one class or a constant layer.
func FisherRatio(a mat.Matrix, labels []float64) (float64, error) {
	s, err := scatterOf(a, labels)
	if err != nil || s.oneClass() {
		return undefined, err
	}
	n := s.counts[0] + s.counts[1]
	gap := s.gap()
	between := s.counts[0] / n * s.counts[1] / n * floats.Dot(gap, gap)
	return between / (square(s.rows) / n), nil
}

// NC1 is the first measure of neural collapse, tr(S_W S_B⁺)/C, of rows a (rows ×
// units) with labels 0 and 1: S_W the mean over the rows of (a - m_c)(a - m_c)ᵀ, S_B that
// over the C = 2 classes of (m_c - m)(m_c - m)ᵀ, m the mean of the m_c (Papyan, Han &
// Donoho 2020). It is 0 where each class is one point of its own, +Inf where the
// classes have one mean, and NaN with one class or a constant layer.
func NC1(a mat.Matrix, labels []float64) (float64, error) {
	s, err := scatterOf(a, labels)
	if err != nil || s.oneClass() {
		return undefined, err
	}
	// With two classes S_B = g gᵀ/4 for the gap g, and S_B⁺ = 4 g gᵀ/|g|⁴.
	gap := s.gap()
	var along mat.VecDense
	along.MulVec(s.rows, mat.NewVecDense(len(gap), gap))
	length := floats.Dot(gap, gap)
	within := mat.Dot(&along, &along) / (s.counts[0] + s.counts[1])
	if length == 0 {
		within = square(s.rows) // along the gap, wherever it points
	}
	return 4 * within / (length * length) / 2, nil
}
