package doctor

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"actscope/graph"
	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// trial is one reading under one objective with the hidden layers' activations.
type trial struct {
	r           *reading
	o           objective
	activations []graph.Activation // layer by layer
	options     Options
	meant       handcoded.Reduction
	l2          float64
	lossPenalty bool // l2 is what the file's loss tells
	tolerance   mistakes.Tolerance
	// relative is how exactly a formula has to give an array, digits its decimal places.
	relative, digits float64

	// rate is that of the step that was undone, 0 where the file's parameters are those of the gradients.
	rate float64

	z, a []matrix // from layer 1; a[0] = x
	// reference are the right gradients of the sum over rows: δ, Σaᵀδ, Σδ.
	delta  []matrix
	gw, gb [][]float64

	downs   []down      // that the output may send down beside its own
	slopes  [][]variant // of hidden layers, by layer
	solvers []*mat.QR   // of aᵀ, by layer
	targets map[targetKey]*target
	sizes   map[*float64]float64 // the largest entries of long gradients, by their first entry

	candidate map[*float64][]*candidate
	rivals    [3]int  // see count
	limit     float64 // states that cost more are dropped
	atLeast   int     // deviations of a δ that are tried together whatever the size of the batch
}

// newTrial computes the forward pass and the right gradients.
func newTrial(r *reading, o objective, activations []graph.Activation, options Options, tolerance mistakes.Tolerance) *trial {
	t := newForward(r, o, activations, options, tolerance)
	n := len(r.layers)
	t.delta = make([]matrix, n+1)
	t.gw, t.gb = make([][]float64, n+1), make([][]float64, n+1)
	t.delta[n] = o.base(t.z[n], t.a[n], r.y)
	for l := n; l >= 1; l-- {
		t.gw[l] = t.a[l-1].transposedTimes(t.delta[l]).v
		t.gb[l] = t.sum(l, t.delta[l])
		if l > 1 {
			t.delta[l-1] = t.delta[l].times(r.layers[l-1].w.transposed()).by(t.z[l-1].each(activations[l-2].Derivative))
		}
	}
	return t
}

// activate is what layer l makes of its z.
func (t *trial) activate(l int, z matrix) matrix {
	if l < len(t.r.layers) {
		return z.each(t.activations[l-1].Value)
	}
	p := zeros(z.rows, z.cols)
	for i := range z.rows {
		t.o.Activate(p.row(i), z.row(i))
	}
	return p
}

// newForward computes the forward pass alone.
func newForward(r *reading, o objective, activations []graph.Activation, options Options, tolerance mistakes.Tolerance) *trial {
	t := &trial{r: r, o: o, activations: activations, options: options, tolerance: tolerance, limit: math.Inf(1)}
	t.relative, t.digits = min(tolerance.Relative, 1e-7), 7
	switch {
	case r.half:
		t.relative, t.digits = min(tolerance.Relative, 4e-3), 2.4
	case r.single:
		t.relative, t.digits = min(tolerance.Relative, 1e-4), 4
	}
	if options.L2 != nil {
		t.l2 = *options.L2
	}
	n := len(r.layers)
	t.a, t.z = []matrix{r.x}, []matrix{r.x}
	for l := 1; l <= n; l++ {
		z, a := r.forward(l, activations)
		if l == n {
			a = t.activate(l, z)
		}
		t.z, t.a = append(t.z, z), append(t.a, a)
	}
	return t
}

// mayBeRight tells, from the forward pass, whether the output layer's weights' gradient may be the textbook's up to a factor.
func (t *trial) mayBeRight() bool {
	n := len(t.r.layers)
	_, ok := t.fitTextbook(n, &candidate{matrix: t.o.base(t.z[n], t.a[n], t.r.y)}, t.target(&state{}, n))
	return ok
}

// outputIsRight tells whether the textbook explains the output layer's weights' gradient, up to a factor.
func (t *trial) outputIsRight() bool {
	n := len(t.r.layers)
	k, ok := t.fit(t.r.layers[n-1].gw, t.gw[n])
	return ok && k != 0
}

// finite tells whether the passes are.
func (t *trial) finite() bool {
	for l := 1; l < len(t.gw); l++ {
		for _, v := range slices.Concat(t.z[l].v, t.gw[l], t.gb[l]) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return false
			}
		}
	}
	return true
}

// sum is the biases' gradient of layer l, given δ.
func (t *trial) sum(l int, d matrix) []float64 {
	sums := d.columnSums()
	if t.r.layers[l-1].shared {
		total := 0.0
		for _, v := range sums {
			total += v
		}
		return []float64{total}
	}
	return sums
}

// textbook is the explanation of gradients that are right within the caller's tolerance, else nil.
func (t *trial) textbook() *state {
	f := factors(t.meant, t.r.rows(), t.r.outputs())[0]
	for l, lay := range t.r.layers {
		w, b := slices.Clone(t.gw[l+1]), slices.Clone(t.gb[l+1])
		for i := range w {
			w[i] = f.value*w[i] + t.l2*lay.w.v[i]
		}
		for i := range b {
			b[i] *= f.value
		}
		if lay.gw != nil && !t.tolerance.Agree(lay.gw, w) || lay.gb != nil && !t.tolerance.Agree(lay.gb, b) {
			return nil
		}
	}
	return &state{factor: f, penalty: t.l2, hasPenalty: t.l2 > 0}
}

// deviations is how many deviations of a layer's δ are tried together: fewer for batches whose matrices are large.
func (t *trial) deviations() int {
	most := 0
	for _, z := range t.z {
		most = max(most, len(z.v))
	}
	switch {
	case most <= 1<<16:
		return 2
	case most <= 1<<20:
		return 1
	}
	return t.atLeast
}

// slopesOf are the slopes of hidden layer l, the textbook's first.
func (t *trial) slopesOf(l int) []variant {
	if t.slopes == nil {
		t.slopes = make([][]variant, len(t.z))
	}
	if t.slopes[l] == nil && t.deviations() == 0 {
		t.slopes[l] = []variant{{deviation{}, t.z[l].each(t.activations[l-1].Derivative)}}
	}
	if t.slopes[l] == nil {
		t.slopes[l] = slopes(t.z[l], t.a[l], t.activations[l-1].Derivative)
	}
	return t.slopes[l]
}
