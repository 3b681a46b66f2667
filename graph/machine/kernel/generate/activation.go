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
		{"expBelow", dst, z, nil, of(expBelow), "dst = e^z, or 0 where z > 0,", 2},
		{"expm1Below", dst, z, nil, of(func(a *assembly, z values) values {
			return a.expm1(a.smallerOf(z, a.zero(len(z))))
		}), "dst = e^z - 1, or 0 where z > 0,", 2},
		{"tanh", dst, z, nil, of(tanh), "dst = tanh(z)", 2},
		{"normal", dst, z, nil, of(normal), "dst = Φ(z)", 2},
		{"normalDensity", dst, z, nil, of(normalDensity), "dst = e^(-z²/2)/√(2π)", 2},
		{"sigmoid", dst, z, nil, of(func(a *assembly, z values) values {
			more, less := a.shares(a.decay(z))
			return a.choose(z, less, more)
		}), "dst = σ(z)", 2},
		{"sigmoids", []string{"rising", "falling"}, z, nil, func(a *assembly, x []values) []values {
			more, less := a.shares(a.decay(x[0]))
			return []values{a.choose(x[0], less, more), a.choose(x[0], more, less)}
		}, "rising = σ(z) and falling = σ(-z)", 2},
		{"softplus", dst, z, nil, of(func(a *assembly, z values) values { return a.softplus(z, a.decay(z)) }), "dst = ln(1+e^z)", 2},
		{"sigmoidSoftplus", []string{"rising", "softplus"}, z, nil, func(a *assembly, x []values) []values {
			decay := a.decay(x[0])
			more, less := a.shares(decay)
			return []values{a.choose(x[0], less, more), a.softplus(x[0], decay)}
		}, "rising = σ(z) and softplus = ln(1+e^z)", 2},
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

func expBelow(a *assembly, z values) values {
	exp := a.times(a.constant(math.Ldexp(1, -spare)), a.decay(z))
	return a.choose(a.where(z, above, a.zero(len(z))), a.constant(0), exp)
}

// shares are 1/(1+e) and e/(1+e), given the decay e = e^-|z|; the sign of z decides which of
// them is σ(z) and which σ(-z). A quotient of polynomials would be faster, but would not
// round 1+e as everybody does: near 1 the last bit counts, as losses subtract it from 1.
func (a *assembly) shares(decay values) (more, less values) {
	small := a.times(a.constant(math.Ldexp(1, -spare)), decay)
	one := a.fixed(1, len(decay))
	more = a.over(one, a.plus(one, small))
	return more, a.times(small, more)
}

// softplus is ln(1+e) + max(0, z), given the decay e = e^-|z|.
func (a *assembly) softplus(z, decay values) values {
	return a.plus(a.log1p(a.times(a.constant(math.Ldexp(1, -spare)), decay)), rectified(a, z))
}

// tanh has the sign of z and the magnitude (1-e)/(1+e), e = e^-2|z|. With -2|z| = n ln2 + r
// that is (Q (1-s) - r (1+s)) / (Q (1+s) - r (1-s)), s = 2^n, which keeps its digits near 0.
func tanh(a *assembly, z values) values {
	const lowest = -80 // as good as -Inf
	_, shifted, r := a.split(a.largerOf(a.negative(a.plus(z, z)), a.fixed(lowest, len(z))))
	scale := a.powerOf2(shifted, 0)
	one := a.fixed(1, len(z))
	more, less := a.plus(one, scale), a.minus(one, scale)
	q := a.halfAngle(r)
	numerator := a.lessProduct(a.times(q, less), r, more)
	denominator := a.lessProduct(a.times(q, more), r, less)
	return a.either(a.sign(z), a.magnitude(a.over(numerator, denominator)))
}
