package main

// arithmetic writes the four operations, with an array or one number on either side.
func arithmetic(a *assembly) {
	one := func(f func(a *assembly, x, y vector) vector) func(*assembly, []vector) []vector {
		return func(a *assembly, x []vector) []vector { return []vector{f(a, x[0], x[1])} }
	}
	reversed := func(f func(a *assembly, x, y vector) vector) func(*assembly, []vector) []vector {
		return func(a *assembly, x []vector) []vector { return []vector{f(a, x[1], x[0])} }
	}
	plus := func(a *assembly, x, y vector) vector { return a.plus(y, x) }
	minus := func(a *assembly, x, y vector) vector { return a.minus(x, y) }
	times := func(a *assembly, x, y vector) vector { return a.times(y, x) }
	over := func(a *assembly, x, y vector) vector { return a.over(x, y) }
	dst, ab, x, s := []string{"dst"}, []string{"a", "b"}, []string{"x"}, []string{"s"}
	for _, e := range []entrywise{
		{"add", dst, ab, nil, one(plus), "dst = a + b"},
		{"addNumber", dst, x, s, one(plus), "dst = x + s"},
		{"sub", dst, ab, nil, one(minus), "dst = a - b"},
		{"subFrom", dst, x, s, reversed(minus), "dst = s - x"},
		{"mul", dst, ab, nil, one(times), "dst = a b"},
		{"mulNumber", dst, x, s, one(times), "dst = x s"},
		{"div", dst, ab, nil, one(over), "dst = a / b"},
		{"divNumber", dst, x, s, one(over), "dst = x / s"},
		{"divInto", dst, x, s, reversed(over), "dst = s / x"},
		{"neg", dst, x, nil, func(a *assembly, x []vector) []vector { return []vector{a.negated(x[0])} }, "dst = -x"},
		{"square", dst, x, nil, func(a *assembly, x []vector) []vector { return []vector{a.times(x[0], x[0])} }, "dst = x²"},
	} {
		e.write(a)
	}
}
