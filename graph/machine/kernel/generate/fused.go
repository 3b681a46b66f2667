package main

// fused writes what stands for several operators. Products that are added are rounded
// first, as they are there.
func fused(a *assembly) {
	dst := []string{"dst"}
	for _, e := range []entrywise{
		{"tripleProduct", dst, []string{"a", "b", "c"}, nil, func(a *assembly, x []values) []values {
			return []values{a.times(x[0], a.times(x[1], x[2]))}
		}, "dst = a (b c)", 2},
		{"weightedSum", dst, []string{"a", "b"}, []string{"alpha", "beta"}, func(a *assembly, x []values) []values {
			return []values{a.plus(a.times(x[0], x[2]), a.times(x[1], x[3]))}
		}, "dst = alpha a + beta b", 2},
		{"descend", dst, []string{"p", "gradient"}, []string{"rate"}, func(a *assembly, x []values) []values {
			return []values{a.minus(x[0], a.times(x[2], x[1]))}
		}, "dst = p - rate gradient", 2},
	} {
		e.write(a)
	}
}
