package mistakes

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// sentence says what a finding explains, how well, and what the mistake is.
func (s *search) sentence(f finding) string {
	what := f.mistake.Description
	if f.fault.detail != "" {
		what += " (" + f.fault.detail + ")"
	}
	fact := fmt.Sprintf("%s what this gives, to %s", s.subject(s.wrong, "is", "are"), accuracy(f.residual))
	if k, _, ok := s.commonFactor(s.wrong); ok {
		fact = fmt.Sprintf("%s the reference times %.6g to %s", s.subject(s.wrong, "equals", "equal"), k, accuracy(f.residual))
	}
	return fact + ": " + what + ", " + s.placeName(f.fault.at)
}

// remark says what can be said of a disagreement that nothing explains: where it begins on the way down from the output,
// which side of the formulas is right there, and which arrays are multiples of the reference.
func (s *search) remark(lastRight int) string {
	remarks := []string{"no single mistake of the catalogue explains this", s.whereItBegins(lastRight)}
	if k, off, ok := s.commonFactor(s.wrong); ok {
		remarks = append(remarks, fmt.Sprintf("%s the reference times %.6g to %s", s.subject(s.wrong, "equals", "equal"), k, accuracy(off)))
	} else {
		for _, a := range s.wrong {
			if k, off, ok := s.commonFactor([]array{a}); ok {
				remarks = append(remarks, fmt.Sprintf("%s equals the reference times %.6g to %s", a.name, k, accuracy(off)))
			}
		}
	}
	return strings.Join(remarks, "; ")
}

// whereItBegins names the last layer that is right, or narrows the fault down further where the arrays allow it.
func (s *search) whereItBegins(lastRight int) string {
	first := s.wrongFrom
	var right []array
	for _, a := range s.arrays[first] {
		if a.agrees {
			right = append(right, a)
		}
	}
	below := slices.Concat(s.arrays[:first]...)
	switch {
	case len(right) == 1:
		return fmt.Sprintf("%s is right and %s is not: the fault lies in how the latter is made from δ%d",
			right[0].name, s.wrong[len(s.wrong)-1].name, first)
	case len(below) > 0 && s.wrong[0].layer == first:
		return fmt.Sprintf("layer %d is wrong and what lies below it is right: the fault lies in how its gradients are made from δ%d",
			first, first)
	case lastRight == 0:
		return fmt.Sprintf("the output layer is wrong already: the fault lies in its δ%d, or in what the forward pass left", first)
	default:
		return fmt.Sprintf("counted from the output, layer %d is the last that is right: the fault lies just before it, on the way to δ%d",
			lastRight, first)
	}
}

// subject lists the names of arrays, with the verb in the number that they need.
func (s *search) subject(arrays []array, singular, plural string) string {
	given := len(slices.Concat(s.arrays...))
	if len(arrays) == given && given > 1 {
		return "every gradient " + singular
	}
	names := make([]string, len(arrays))
	for i, a := range arrays {
		names[i] = a.name
	}
	verb := plural
	if len(names) == 1 {
		verb = singular
	}
	return enumerated(names) + " " + verb
}

// placeName says in words at which layers a fault sits.
func (s *search) placeName(at []int) string {
	if len(at) == 1 && at[0] == s.layers {
		return "at the output"
	}
	if len(at) == 1 {
		return "in layer " + strconv.Itoa(at[0])
	}
	if first, last := at[0], at[len(at)-1]; len(at) > 2 && last-first == len(at)-1 {
		return fmt.Sprintf("in layers %d to %d", first, last)
	}
	numbers := make([]string, len(at))
	for i, l := range at {
		numbers[i] = strconv.Itoa(l)
	}
	return "in layers " + enumerated(numbers)
}

// accuracy rounds a relative error up to a power of ten, and to 1e-15 at least, so that the words do not depend on the
// last bit.
func accuracy(relative float64) string {
	return fmt.Sprintf("%.0e", math.Pow(10, math.Ceil(math.Log10(max(relative, 1e-15))-1e-9)))
}

func enumerated(items []string) string {
	if len(items) == 1 {
		return items[0]
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}
