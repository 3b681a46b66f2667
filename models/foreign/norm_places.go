package foreign

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// place gives each normalisation to its layer.
func (s *sorted) place() error {
	var open []*norm
	told := make(map[*norm]bool) // by module numbers, whether before or behind the activation
	slices.SortStableFunc(s.norms, func(a, b *norm) int { return compareInBlock(a.naming.stem, b.naming.stem) })
	for _, n := range s.norms {
		if n == s.before {
			continue
		}
		i, after, sure, found := s.module(n)
		switch {
		case n.of != nil:
			i = slices.Index(s.linears, n.of)
		case !found && n.mean != nil && depth(n.naming.stem) == 0 && n.width == s.linears[0].inputs() && s.before == nil:
			s.before = n
			continue
		case found && i < 0:
			if n.mean == nil {
				return n.first().refuse("a layer norm before the first layer: %s", supported)
			}
			if s.before != nil {
				return n.first().refuse("a second batch norm before the first layer")
			}
			s.before = n
			continue
		case found:
			n.after, told[n] = after, sure
		default:
			if i = s.ofNumbers(n); i < 0 {
				open = append(open, n)
				continue
			}
		}
		if err := s.give(n, i); err != nil {
			return err
		}
	}
	if err := s.placeByWidth(open); err != nil {
		return err
	}
	s.tell(told)
	return nil
}

// give makes a normalisation layer i's.
func (s *sorted) give(n *norm, i int) error {
	l := s.linears[i]
	switch {
	case n.width != l.units():
		return n.first().refuse("%d numbers, and %s, which it follows, has %d units", n.width, l.weights.name, l.units())
	case i == len(s.linears)-1 && n.mean == nil:
		return n.first().refuse("a layer norm behind the last layer: %s between layers", supported)
	case i == len(s.linears)-1:
		n.foldInto(l)
		s.note("the batch norm behind the last layer (%s) is taken into its weights", n.first().name)
	case len(l.norms) > 0:
		return n.first().refuse("a second normalisation of the layer %s: read is one a layer", l.weights.name)
	default:
		l.norms = append(l.norms, n)
	}
	return nil
}

// module places a normalisation in an nn.Sequential, where modules are numbered: i is the layer
// before it, -1 for none, and sure that the numbers say whether the activation is.
func (s *sorted) module(n *norm) (i int, after, sure, found bool) {
	prefix, m, ok := moduleNumber(n.first().name)
	if !ok {
		return 0, false, false, false
	}
	before, next, i := -1, -1, -1
	first := len(s.linears)
	for j, l := range s.linears {
		p, k, ok := moduleNumber(l.weights.name)
		switch {
		case !ok || p != prefix:
			continue
		case k == m:
			return 0, false, false, false
		case k < m && k > before:
			before, i = k, j
		case k > m && (next < 0 || k < next):
			next = k
		}
		first, found = min(first, j), true
	}
	switch {
	case !found:
		return 0, false, false, false
	case before < 0: // its module numbers begin with a normalisation
		return first - 1, true, false, true
	case m == before+1:
		return i, false, next < 0 || next > m+1, true
	}
	return i, true, m == before+2 && next == m+1, true
}

// moduleNumber splits a name such as net.3.weight: the module's number and what is before it.
func moduleNumber(name string) (prefix string, number int, ok bool) {
	list := strings.Split(name, ".")
	if len(list) < 2 {
		return "", 0, false
	}
	number, err := strconv.Atoi(list[len(list)-2])
	return strings.Join(list[:len(list)-2], "."), number, err == nil
}

// bare tells hidden layers that the next one follows at once, 2 and 3 of modules 0, 2, 3: no
// activation is between them. Where all follow at once modules are only a list of layers.
func (s *sorted) bare() []bool {
	bare := make([]bool, len(s.linears))
	apart := make(map[string]bool)
	prefixes := make([]string, len(s.linears))
	for i := range s.linears[:len(s.linears)-1] {
		p, k, ok := moduleNumber(s.linears[i].weights.name)
		q, next, also := moduleNumber(s.linears[i+1].weights.name)
		if ok && also && p == q {
			prefixes[i], bare[i] = p, next == k+1
			apart[p] = apart[p] || next > k+1
		}
	}
	for i := range bare {
		bare[i] = bare[i] && apart[prefixes[i]]
	}
	return bare
}

// ofNumbers is the one layer with the same numbers in its name and as many units, -1 for none.
// Keras counts its normalisations for themselves.
func (s *sorted) ofNumbers(n *norm) int {
	numbers := numbersOf(n.naming.stem)
	if slices.Contains(n.naming.stem, "normalization") {
		return -1
	}
	found := -1
	for i, l := range s.linears {
		if slices.Equal(numbersOf(l.naming.stem), numbers) && l.units() == n.width {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// placeByWidth gives normalisations, in order, to hidden layers of as many units, in order, where
// that can be done in one way.
func (s *sorted) placeByWidth(open []*norm) error {
	if len(open) == 0 {
		return nil
	}
	hidden := len(s.linears) - 1
	// ways[k][i] are the ways to place norms k and later at layers i and later, at most 2.
	ways := make([][]uint8, len(open)+1)
	for k := range ways {
		ways[k] = make([]uint8, hidden+1)
	}
	fits := func(k, i int) bool { return len(s.linears[i].norms) == 0 && s.linears[i].units() == open[k].width }
	for i := range ways[len(open)] {
		ways[len(open)][i] = 1
	}
	for k := len(open) - 1; k >= 0; k-- {
		for i := hidden - 1; i >= 0; i-- {
			ways[k][i] = ways[k][i+1]
			if fits(k, i) {
				ways[k][i] = min(2, ways[k][i]+ways[k+1][i+1])
			}
		}
	}
	switch first := open[0].first(); ways[0][0] {
	case 0:
		return first.refuse("a normalisation of %d units fits no hidden layer", open[0].width)
	case 2:
		return first.refuse("its name does not say which layer it follows: number it as the layer's weights are")
	}
	for k, i := 0, 0; k < len(open); i++ {
		if fits(k, i) && ways[k+1][i+1] > 0 {
			if err := s.give(open[k], i); err != nil {
				return err
			}
			k++
		}
	}
	return nil
}

// tell notes what was taken for granted of the normalisations.
func (s *sorted) tell(told map[*norm]bool) {
	var list []string // of epsilons
	guessed := make(map[bool][]string)
	for _, n := range s.norms {
		text := fmt.Sprintf("%v (%s)", n.epsilonUsed(), n.kind())
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
		if !told[n] && n != s.before && slices.ContainsFunc(s.linears, func(l *linear) bool { return slices.Contains(l.norms, n) }) {
			guessed[n.after] = append(guessed[n.after], n.first().name)
		}
	}
	if len(list) > 0 {
		s.note("the epsilon of a normalisation is not in the file: %s is taken", strings.Join(list, ", "))
	}
	for after, where := range map[bool]string{false: "before", true: "behind"} {
		if names := guessed[after]; len(names) > 0 {
			s.note("the file does not say on which side of the activation a normalisation stands: %s it is assumed of %s", where, strings.Join(names, ", "))
		}
	}
}
