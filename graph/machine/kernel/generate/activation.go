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
		{"sigmoid", dst, z, nil, of(func(a *assembly, z values) values {
			more, less := a.shares(a.decay(z))
			return a.choose(z, less, more)
		}), "dst = σ(z)", 2},
		{"sigmoids", []string{"rising", "falling"}, z, nil, func(a *assembly, x []values) []values {
			more, less := a.shares(a.decay(x[0]))
			return []values{a.choose(x[0], less, more), a.choose(x[0], more, less)}
		}, "rising = σ(z) and falling = σ(-z)", 2},
		{"softplus", dst, z, nil, of(func(a *assembly, x values) values { return a.softplus(x, a.decay(x)) }), "dst = ln(1+e^z)", 2},
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

// shares are 1/(1+e) and e/(1+e), given the decay e = e^-|z|. The sign of z decides which
// of them is σ(z) and which σ(-z).
func (a *assembly) shares(decay values) (more, less values) {
	spared := a.constant(math.Ldexp(1, -spare))
	small := a.times(spared, decay)
	more = a.over(a.fixed(1, len(decay)), a.productPlus(spared, decay, a.all(1, len(decay))))
	return more, a.times(small, more)
}

// softplus is ln(1+e) + max(0, z), given the decay e = e^-|z|.
func (a *assembly) softplus(z, decay values) values {
	return a.plus(a.log1p(a.times(a.constant(math.Ldexp(1, -spare)), decay)), rectified(a, z))
}

// tanh is the magnitude of m/(2+m), m = e^-2|x| - 1, under the sign of x.
func tanh(a *assembly, x values) values {
	m := a.expm1(a.negative(a.plus(x, x)))
	return a.either(a.sign(x), a.magnitude(a.over(m, a.plus(a.constant(2), m))))
}
