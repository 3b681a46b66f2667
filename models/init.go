package models

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/nearest"
)

// Init is one entry of the table of initialisations: how the weights of a network
// are drawn. Biases are always 0. The zero value stands for [ArticleInit].
type Init struct {
	// Name as in flags and files, such as "glorot-uniform" or "deviation:0.1".
	Name string
	// fill draws one matrix, (fan-in, fan-out); gain is that of the activation it
	// feeds, for the output layer that of the last hidden one.
	fill func(w graph.Parameter, gain float64, stream *data.RandomState)
}

// The initialisations. Unless said otherwise each matrix is drawn row by row, one
// number of the stream per entry, whatever the activation; fan-in and fan-out are
// the matrix's rows and columns.
var (
	// ArticleInit is the article's: Gaussians of variance gain/fan_in, where the gain
	// is the activation's: He for rectifiers, the fan-in form of Xavier for others. The
	// output layer's is that of the last hidden layer's activation, not of its own sigmoid.
	ArticleInit = Init{"article", func(w graph.Parameter, gain float64, s *data.RandomState) {
		gaussians(w, math.Sqrt(gain/float64(w.Rows)), s)
	}}
	// HeNormal and HeUniform have variance 2/fan_in (He et al. 2015).
	HeNormal  = Init{"he-normal", normalInit(heVariance)}
	HeUniform = Init{"he-uniform", uniformInit(heVariance)}
	// GlorotNormal and GlorotUniform have variance 2/(fan_in + fan_out) (Glorot &
	// Bengio 2010).
	GlorotNormal  = Init{"glorot-normal", normalInit(glorotVariance)}
	GlorotUniform = Init{"glorot-uniform", uniformInit(glorotVariance)}
	// LeCunNormal and LeCunUniform have variance 1/fan_in (LeCun et al. 1998).
	LeCunNormal  = Init{"lecun-normal", normalInit(leCunVariance)}
	LeCunUniform = Init{"lecun-uniform", uniformInit(leCunVariance)}
	// OrthogonalInit draws matrices with orthonormal columns, or rows where they are
	// fewer, uniformly (Saxe, McClelland & Ganguli 2014); the gain is 1.
	OrthogonalInit = Init{"orthogonal", orthogonal}
	// ZeroInit draws nothing: all units of a layer stay alike for ever.
	ZeroInit = Init{"zero", func(w graph.Parameter, _ float64, _ *data.RandomState) { clear(w.Values) }}
)

// DeviationInit draws Gaussians of the given standard deviation, from 0.
func DeviationInit(deviation float64) (Init, error) {
	if !(deviation >= 0) || math.IsInf(deviation, 0) {
		return Init{}, fmt.Errorf("initial deviation %v: it must be a number from 0", deviation)
	}
	return Init{deviationPrefix + strconv.FormatFloat(deviation, 'g', -1, 64), func(w graph.Parameter, _ float64, s *data.RandomState) {
		gaussians(w, deviation, s)
	}}, nil
}

// deviationPrefix begins the name of an initialisation by [DeviationInit].
const deviationPrefix = "deviation:"

// Inits lists the table in the order in which it is shown to users; besides there
// is deviation:NUMBER.
func Inits() []Init {
	return []Init{
		ArticleInit, HeNormal, HeUniform, GlorotNormal, GlorotUniform,
		LeCunNormal, LeCunUniform, OrthogonalInit, ZeroInit,
	}
}

// InitNamed finds an initialisation; the error suggests the nearest known name and
// lists them all.
func InitNamed(name string) (Init, error) {
	var known []string
	for _, i := range Inits() {
		if i.Name == name {
			return i, nil
		}
		known = append(known, i.Name)
	}
	if number, ok := strings.CutPrefix(name, deviationPrefix); ok {
		deviation, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return Init{}, fmt.Errorf("initialisation %q: %q is not a number in range: write it like deviation:0.1", name, number)
		}
		return DeviationInit(deviation)
	}
	return Init{}, nearest.Unknown("initialisation", name, append(known, deviationPrefix+"0.1"))
}

func heVariance(in, _ float64) float64       { return 2 / in }
func glorotVariance(in, out float64) float64 { return 2 / (in + out) }
func leCunVariance(in, _ float64) float64    { return 1 / in }

func normalInit(variance func(in, out float64) float64) func(graph.Parameter, float64, *data.RandomState) {
	return func(w graph.Parameter, _ float64, s *data.RandomState) {
		gaussians(w, math.Sqrt(variance(float64(w.Rows), float64(w.Columns))), s)
	}
}

// uniformInit draws from ±sqrt(3 variance), which has the variance.
func uniformInit(variance func(in, out float64) float64) func(graph.Parameter, float64, *data.RandomState) {
	return func(w graph.Parameter, _ float64, s *data.RandomState) {
		limit := math.Sqrt(3 * variance(float64(w.Rows), float64(w.Columns)))
		for i := range w.Values {
			w.Values[i] = (2*s.Float64() - 1) * limit
		}
	}
}

func gaussians(w graph.Parameter, deviation float64, s *data.RandomState) {
	for i := range w.Values {
		w.Values[i] = s.NormFloat64() * deviation
	}
}

// orthogonal fills w with the Q of the QR decomposition of a Gaussian matrix, whose
// columns change sign where R's diagonal is negative: without that the draw is not
// uniform (Mezzadri, Notices of the AMS 54, 2007). The Gaussians are drawn row by
// row into a matrix of at least as many rows as columns, which is w or its
// transpose.
func orthogonal(w graph.Parameter, _ float64, s *data.RandomState) {
	tall, wide := max(w.Rows, w.Columns), min(w.Rows, w.Columns)
	q := blas64.General{Rows: tall, Cols: wide, Stride: wide, Data: make([]float64, tall*wide)}
	for i := range q.Data {
		q.Data[i] = s.NormFloat64()
	}
	tau, workspace := make([]float64, wide), []float64{0}
	lapack64.Geqrf(q, tau, workspace, -1) // asks for the size of the workspace
	workspace = make([]float64, int(workspace[0]))
	lapack64.Geqrf(q, tau, workspace, len(workspace))
	negative := make([]bool, wide)
	for j := range negative {
		negative[j] = q.Data[j*wide+j] < 0
	}
	lapack64.Orgqr(q, tau, workspace, len(workspace))
	for i := range tall {
		for j := range wide {
			v := q.Data[i*wide+j]
			if negative[j] {
				v = -v
			}
			if w.Rows >= w.Columns {
				w.Values[i*w.Columns+j] = v
			} else {
				w.Values[j*w.Columns+i] = v
			}
		}
	}
}
