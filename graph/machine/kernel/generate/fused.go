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
		{"gateFrom", dst, []string{"x", "z"}, []string{"least"}, func(a *assembly, x []values) []values {
			return []values{a.times(x[0], a.both(a.constant(1), a.where(x[1], atLeast, x[2])))}
		}, "dst = x where z ≥ least, x 0 elsewhere,", 2},
		{"keptQuotient", dst, []string{"x", "y"}, []string{"p"}, func(a *assembly, x []values) []values {
			return []values{a.both(a.where(x[1], differs, a.zero(len(x[1]))), a.over(x[0], x[2]))}
		}, "dst = x / p where y is not 0, 0 elsewhere,", 2},
	} {
		e.write(a)
	}
	descend(a)
}

// descend also adds up 0 times what it writes, which is NaN unless all of it is finite.
func descend(a *assembly) {
	arrays := []string{"dst", "p", "gradient"}
	a.function("descend"+a.suffix, a.signature(arrays, []string{"rate"}, a.number),
		"descend"+a.suffix+" computes dst = p - rate gradient for n entries and returns Σ 0 dst.")
	rate := a.everywhere([]string{"rate"})
	sums := values{a.zeros(), a.zeros()}
	a.overEntries(arrays, len(sums), func(at []entries) {
		x := rate.join(a.read(at[1:]))
		result := a.minus(x[0], a.times(x[2], x[1]))
		a.write(result, at[0])
		for i, vanished := range a.times(result, a.zero(len(result))) {
			a.add(vanished, sums[i], sums[i])
		}
	})
	a.returnSum(sums)
}
