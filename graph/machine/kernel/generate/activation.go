package main

import "math"

// activations writes the activation functions, their slopes, and what they are made of.
func activations(a *assembly) {
	dst, z := []string{"dst"}, []string{"z"}
	for _, e := range []entrywise{
		{"relu", dst, z, nil, of(rectified), "dst = max(0, z)", 2},
		{"step", dst, z, nil, of(step), "dst = 1 where z > 0, else 0,", 2},
		{"gate", dst, []string{"gradient", "z"}, nil, func(a *assembly, x []values) []values {
			return []values{a.times(x[0], step(a, x[1]))}
		}, "dst = gradient step(z)", 2},
		{"exp", dst, z, nil, of((*assembly).exp), "dst = e^z", 2},
		{"log", dst, z, nil, of((*assembly).log), "dst = ln(z)", 2},
		{"tanh", dst, z, nil, of(tanh), "dst = tanh(z)", 2},
		{"sigmoid", dst, z, nil, func(a *assembly, x []values) []values { return sigmoids(a, x)[:1] }, "dst = σ(z)", 2},
		{"sigmoids", []string{"rising", "falling"}, z, nil, sigmoids, "rising = σ(z) and falling = σ(-z)", 2},
		{"softplus", dst, z, nil, of(softplus), "dst = ln(1+e^z)", 2},
	} {
		e.write(a)
	}
}

// of is the formula of a function of one operand.
func of(f func(a *assembly, x values) values) func(*assembly, []values) []values {
	return func(a *assembly, x []values) []values { return []values{f(a, x[0])} }
}

// rectified is max(0, x), NaN for NaN, and never -0.
func rectified(a *assembly, x values) values {
	zero := a.zero(len(x))
	return a.plus(zero, a.largerOf(x, zero))
}

func step(a *assembly, x values) values {
	return a.both(a.constant(1), a.where(x, above, a.zero(len(x))))
}

// sigmoids are 1/(1+e) and e/(1+e) with e = e^-|x|, whose places the sign of x decides.
func sigmoids(a *assembly, x []values) []values {
	z := x[0]
	spared := a.constant(math.Ldexp(1, -spare))
	large := a.decay(z)
	small := a.times(spared, large)
	share := a.over(a.fixed(1, len(z)), a.timesPlus(large, a.fixed(math.Ldexp(1, -spare), len(z)), a.constant(1)))
	less := a.times(small, share)
	return []values{a.choose(z, less, share), a.choose(z, share, less)}
}

// softplus is ln(1+e^-|x|) + max(0, x).
func softplus(a *assembly, x values) values {
	decay := a.times(a.constant(math.Ldexp(1, -spare)), a.decay(x))
	return a.plus(a.log1p(decay), rectified(a, x))
}

// tanh is the magnitude of m/(2+m), m = e^-2|x| - 1, under the sign of x.
func tanh(a *assembly, x values) values {
	m := a.expm1Decay(x)
	return a.either(a.sign(x), a.magnitude(a.over(m, a.plus(a.constant(2), m))))
}
