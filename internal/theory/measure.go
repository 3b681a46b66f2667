package theory

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/number"
	"actscope/internal/panics"
	"actscope/internal/stats"
	"actscope/models"
)

// Measured is what networks of finite width do, a value for each repetition and
// layer: the estimates of what [Layer] predicts. Where a layer has no signal, or one
// that is too large for numbers, they are NaN.
type Measured struct {
	// Variance is the mean square of the pre-activations, Deviation the standard
	// deviation of the activations over units and inputs.
	Variance, Deviation [][]float64
	// LengthRatio is how many times longer an arc of inputs is in the next layer's
	// pre-activations than in this one's, Correlation the correlation there of inputs
	// that have the configuration's.
	LengthRatio, Correlation [][]float64
}

// arcPoints is the number of inputs along the arc, and again of their partners.
const arcPoints = 32

// Measure draws the networks of a configuration and observes them. Inputs lie on a
// quarter of a circle in a plane, and their partners on another: they have one
// length, and the first layer's pre-activations are exactly Gaussian. Along more than
// a quarter the correlations of an odd activation would cancel instead of vary.
func Measure(ctx context.Context, c Config) (Measured, error) {
	e, err := c.ensemble()
	if err != nil {
		return Measured{}, err
	}
	repetitions := make([]observed, c.Repetitions)
	group, ctx := errgroup.WithContext(ctx)
	workers := min(c.Repetitions, runtime.GOMAXPROCS(0), max(1, maxWeights/(c.Width*c.Width*c.Depth)))
	for worker := range workers {
		group.Go(func() (err error) {
			defer panics.Catch(&err, "measuring random networks of width %d", c.Width)
			net, err := c.network(e.Activation)
			if err != nil {
				return err
			}
			for i := worker; i < c.Repetitions; i += workers {
				if err := ctx.Err(); err != nil {
					return err
				}
				e.draw(net, data.NewRandomState(uint32(c.Seed+int64(i))))
				if repetitions[i], err = c.observe(net, e.Activation); err != nil {
					return fmt.Errorf("repetition %d: %w", i+1, err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return Measured{}, err
	}
	var m Measured
	for _, o := range repetitions {
		m.Variance, m.Deviation = append(m.Variance, o.variance), append(m.Deviation, o.deviation)
		m.LengthRatio, m.Correlation = append(m.LengthRatio, o.lengthRatio), append(m.Correlation, o.correlation)
	}
	return m, nil
}

// network is one of two inputs with a layer more than the configuration's, where
// what the last one hands on is seen.
func (c Config) network(a graph.Activation) (*models.Network, error) {
	hidden := make([]int, c.Depth+1)
	for i := range hidden {
		hidden[i] = c.Width
	}
	return models.NewMLP(models.MLP{Inputs: 2, Hidden: hidden, Activation: a, Init: models.ZeroInit}, data.NewRandomState(0))
}

// draw fills a network with weights of variance σw²/fan_in and biases of variance
// σb², array by array in their order, from a stream.
func (e Ensemble) draw(net *models.Network, stream *data.RandomState) {
	for _, p := range net.Parameters {
		deviation := math.Sqrt(e.BiasVariance)
		if p.Weight {
			deviation = math.Sqrt(e.WeightVariance / float64(p.Rows))
		}
		for i := range p.Values {
			p.Values[i] = deviation * stream.NormFloat64()
		}
	}
}

// arc are inputs of the configuration's mean square at even angles, then those
// turned from them by the angle of its correlation; and the derivatives of all by
// the angle.
func (c Config) arc() (x, tangent []float64) {
	radius := math.Sqrt(2 * c.InputVariance)
	for _, turn := range []float64{0, math.Acos(c.InputCorrelation)} {
		for i := range arcPoints {
			sin, cos := math.Sincos(math.Pi/2*float64(i)/arcPoints + turn)
			x, tangent = append(x, radius*cos, radius*sin), append(tangent, -radius*sin, radius*cos)
		}
	}
	return x, tangent
}

// observed is one repetition, layer by layer.
type observed struct{ variance, deviation, lengthRatio, correlation []float64 }

// observe evaluates the arcs with hooks on all layers. Lengths are sums of the
// tangents' lengths: the chain rule takes the tangents through the layers, with the
// pre-activations that the hooks saw.
func (c Config) observe(net *models.Network, a graph.Activation) (observed, error) {
	x, tangents := c.arc()
	seen, err := net.Observe(x)
	if err != nil {
		return observed{}, err
	}
	tangent := mat.NewDense(2*arcPoints, 2, tangents)
	tangent = through(tangent, net, 1)
	var o observed
	for l := range c.Depth {
		pre, next := seen.Pre[l], seen.Pre[l+1]
		o.variance = append(o.variance, meanOfSquares(pre))
		o.deviation = append(o.deviation, seen.Spread(l+1))
		o.correlation = append(o.correlation, correlation(next))
		before := lengths(tangent)
		tangent.Apply(func(i, j int, v float64) float64 { return v * a.Derivative(pre.At(i, j)) }, tangent)
		tangent = through(tangent, net, l+2)
		o.lengthRatio = append(o.lengthRatio, lengths(tangent)/before)
	}
	return o, nil
}

// through is the product of rows with the weights of a layer (from 1).
func through(rows *mat.Dense, net *models.Network, layer int) *mat.Dense {
	w := net.Parameters[2*(layer-1)]
	var product mat.Dense
	product.Mul(rows, mat.NewDense(w.Rows, w.Columns, w.Values))
	return &product
}

// meanOfSquares is that of all entries.
func meanOfSquares(m *mat.Dense) float64 {
	norm := mat.Norm(m, 2)
	rows, columns := m.Dims()
	return norm * norm / float64(rows*columns)
}

// correlation is that of the arc's inputs with their partners: the mean product
// over the mean square.
func correlation(pre *mat.Dense) float64 {
	products, squares, partners := 0.0, 0.0, 0.0
	for i := range arcPoints {
		u, v := pre.RowView(i), pre.RowView(arcPoints+i)
		products += mat.Dot(u, v)
		squares += mat.Dot(u, u)
		partners += mat.Dot(v, v)
	}
	return products / (math.Sqrt(squares) * math.Sqrt(partners))
}

// lengths is the sum of the rows' lengths.
func lengths(m *mat.Dense) float64 {
	sum := 0.0
	rows, _ := m.Dims()
	for i := range rows {
		sum += mat.Norm(m.RowView(i), 2)
	}
	return sum
}

// Interval is a mean over repetitions with its 95 % interval by Student's t in the
// quantity's domain, whose bounds are null for a single repetition.
type Interval struct {
	Mean number.Float `json:"mean"`
	Low  number.Float `json:"low"`
	High number.Float `json:"high"`
}

// intervals are those of each layer.
func intervals(d stats.Domain, byRepetition [][]float64) []Interval {
	var all []Interval
	for layer := range byRepetition[0] {
		var values []float64
		for _, repetition := range byRepetition {
			values = append(values, repetition[layer])
		}
		s := stats.Summarise(values).In(d)
		all = append(all, Interval{number.Float(s.Mean), number.Float(s.Low), number.Float(s.High)})
	}
	return all
}
