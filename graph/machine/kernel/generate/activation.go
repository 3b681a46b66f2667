package main

// activations writes the activation functions and their slopes.
func activations(a *assembly) {
	dst, z := []string{"dst"}, []string{"z"}
	for _, e := range []entrywise{
		{"relu", dst, z, nil, func(a *assembly, x []vector) []vector {
			return []vector{a.rectified(x[0])}
		}, "dst = max(0, z)"},
		{"step", dst, z, nil, func(a *assembly, x []vector) []vector {
			return []vector{a.both(a.constant(1), a.where(x[0], above, a.zeros()))}
		}, "dst = 1 where z > 0, else 0,"},
		{"gate", dst, []string{"gradient", "z"}, nil, func(a *assembly, x []vector) []vector {
			return []vector{a.times(x[0], a.both(a.constant(1), a.where(x[1], above, a.zeros())))}
		}, "dst = gradient step(z)"},
		{"exp", dst, z, nil, func(a *assembly, x []vector) []vector { return []vector{a.exp(x[0])} }, "dst = e^z"},
		{"log", dst, z, nil, func(a *assembly, x []vector) []vector { return []vector{a.log(x[0])} }, "dst = ln(z)"},
		{"tanh", dst, z, nil, tanh, "dst = tanh(z)"},
		{"sigmoid", dst, z, nil, func(a *assembly, x []vector) []vector {
			rising, _ := a.sigmoids(x[0], a.decay(x[0]))
			return []vector{rising}
		}, "dst = σ(z)"},
		{"sigmoids", []string{"rising", "falling"}, z, nil, func(a *assembly, x []vector) []vector {
			rising, falling := a.sigmoids(x[0], a.decay(x[0]))
			return []vector{rising, falling}
		}, "rising = σ(z) and falling = σ(-z)"},
		{"softplus", dst, z, nil, func(a *assembly, x []vector) []vector {
			return []vector{a.softplus(x[0], a.decay(x[0]))}
		}, "dst = ln(1+e^z)"},
	} {
		e.write(a)
	}
}

// sigmoids are σ(x) and σ(-x), given e = e^-|x|: 1/(1+e) and e/(1+e), whose places the
// sign of x decides.
func (a *assembly) sigmoids(x, e vector) (rising, falling vector) {
	larger := a.over(a.all(1), a.plus(a.constant(1), e))
	smaller := a.times(e, larger)
	return a.choose(x, smaller, larger), a.choose(x, larger, smaller)
}

// softplus is ln(1+e^x), given e = e^-|x|.
func (a *assembly) softplus(x, e vector) vector {
	return a.plus(a.log1p(e), a.rectified(x))
}

// rectified is max(0, x), NaN for NaN, and never -0.
func (a *assembly) rectified(x vector) vector {
	zero := a.zeros()
	return a.plus(zero, a.larger(x, zero))
}

// tanh is the magnitude of m/(2+m), m = e^-2|x| - 1, under the sign of x.
func tanh(a *assembly, x []vector) []vector {
	m := a.expm1Decay(x[0])
	return []vector{a.either(a.sign(x[0]), a.magnitude(a.over(m, a.plus(a.constant(2), m))))}
}
