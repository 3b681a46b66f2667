package main

// arithmetic writes the four operations, with an array or one number on either side.
func arithmetic(a *assembly) {
	one := func(f func(a *assembly, x, y values) values) func(*assembly, []values) []values {
		return func(a *assembly, x []values) []values { return []values{f(a, x[0], x[1])} }
	}
	reversed := func(f func(a *assembly, x, y values) values) func(*assembly, []values) []values {
		return func(a *assembly, x []values) []values { return []values{f(a, x[1], x[0])} }
	}
	plus := func(a *assembly, x, y values) values { return a.plus(y, x) }
	minus := func(a *assembly, x, y values) values { return a.minus(x, y) }
	times := func(a *assembly, x, y values) values { return a.times(y, x) }
	over := func(a *assembly, x, y values) values { return a.over(x, y) }
	dst, ab, x, s := []string{"dst"}, []string{"a", "b"}, []string{"x"}, []string{"s"}
	for _, e := range []entrywise{
		{"add", dst, ab, nil, one(plus), "dst = a + b", 2},
		{"addNumber", dst, x, s, one(plus), "dst = x + s", 2},
		{"sub", dst, ab, nil, one(minus), "dst = a - b", 2},
		{"subFrom", dst, x, s, reversed(minus), "dst = s - x", 2},
		{"mul", dst, ab, nil, one(times), "dst = a b", 2},
		{"mulNumber", dst, x, s, one(times), "dst = x s", 2},
		{"div", dst, ab, nil, one(over), "dst = a / b", 2},
		{"divNumber", dst, x, s, one(over), "dst = x / s", 2},
		{"divInto", dst, x, s, reversed(over), "dst = s / x", 2},
		{"neg", dst, x, nil, func(a *assembly, x []values) []values { return []values{a.negated(x[0])} }, "dst = -x", 2},
		{"square", dst, x, nil, func(a *assembly, x []values) []values { return []values{a.times(x[0], x[0])} }, "dst = x²", 2},
	} {
		e.write(a)
	}
}
