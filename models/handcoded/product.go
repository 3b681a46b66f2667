package handcoded

// The matrix products of the two passes. Their innermost loops run along rows, so that memory is read in its order.

// affine sets z = a W + b.
func affine(z, a []float64, layer Layer) {
	for len(z) > 0 {
		row := z[:layer.Out]
		copy(row, layer.B)
		for k, v := range a[:layer.In] {
			addScaled(row, v, layer.W[k*layer.Out:(k+1)*layer.Out])
		}
		z, a = z[layer.Out:], a[layer.In:]
	}
}

// weightGradient sets g.W = aᵀ δ.
func weightGradient(g Layer, a, delta []float64) {
	clear(g.W)
	for len(delta) > 0 {
		row := delta[:g.Out]
		for k, v := range a[:g.In] {
			addScaled(g.W[k*g.Out:(k+1)*g.Out], v, row)
		}
		delta, a = delta[g.Out:], a[g.In:]
	}
}

// biasGradient sets g.B to the sum of δ over the rows.
func biasGradient(g Layer, delta []float64) {
	clear(g.B)
	for len(delta) > 0 {
		addScaled(g.B, 1, delta[:g.Out])
		delta = delta[g.Out:]
	}
}

// backpropagate sets below = δ Wᵀ.
func backpropagate(below, delta []float64, layer Layer) {
	for len(delta) > 0 {
		row := delta[:layer.Out]
		for k := range layer.In {
			below[k] = dot(row, layer.W[k*layer.Out:(k+1)*layer.Out])
		}
		delta, below = delta[layer.Out:], below[layer.In:]
	}
}

// addScaled adds s times v to sum.
func addScaled(sum []float64, s float64, v []float64) {
	v = v[:len(sum)] // lets the compiler drop the bounds check in the loop
	for j := range sum {
		sum[j] += s * v[j]
	}
}

func dot(u, v []float64) float64 {
	v = v[:len(u)]
	sum := 0.0
	for j := range u {
		sum += u[j] * v[j]
	}
	return sum
}
