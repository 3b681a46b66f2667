package foreign

import (
	"actscope/internal/words"
	"slices"
)

// byPosition makes layers of arrays whose names say nothing, such as np.savez(file, *arrays) gives
// them: Keras's get_weights, in which each layer's matrix is followed by its vectors; scikit-learn's
// matrices, then vectors; or matrices alone.
func (s *sorted) byPosition() error {
	list := s.unknown
	if !oneSeries(list) {
		return nil
	}
	slices.SortStableFunc(list, func(a, b array) int { return compareInBlock(words.Of(a.name), words.Of(b.name)) })
	s.byOrder = true
	matrices, vectors := 0, 0
	for _, a := range list {
		switch len(a.shape) {
		case 1:
			vectors++
		case 2:
			matrices++
		default:
			return a.refuse("shape %v: %s", shapeOf(a), supported)
		}
	}
	var ways []func([]array) error
	if vectors == 0 && matrices%2 == 0 { // biases may be matrices of one row
		ways = append(ways, s.alternating, s.halves)
	}
	if vectors == matrices {
		ways = append(ways, s.halves)
	}
	ways = append(ways, s.keras)
	var err error
	for _, way := range ways {
		s.linears, s.norms, s.before = nil, nil, nil
		if err = way(list); err == nil && s.chains() {
			break
		}
	}
	s.note("names do not say what the arrays are: %s to %s are taken by their order and shapes", list[0].name, list[len(list)-1].name)
	return err // of what chains in no way, arrange says where
}

// oneSeries tells names that differ in one number alone.
func oneSeries(list []array) bool {
	for _, a := range list {
		t := words.Of(a.name)
		if len(numbersOf(t)) != 1 || blockOf(t) != blockOf(words.Of(list[0].name)) {
			return false
		}
	}
	return len(list) > 0
}

// chains says whether the layers fit each other in some layout.
func (s *sorted) chains() bool {
	for _, outFirst := range []bool{false, true} {
		for _, l := range s.linears {
			l.outFirst = outFirst
		}
		if len(s.linears) > 0 && misfit(s.linears) == nil {
			return true
		}
	}
	return false
}

// alternating reads W, b, W, b, ...
func (s *sorted) alternating(list []array) error {
	for i := 0; i < len(list); i += 2 {
		s.linears = append(s.linears, &linear{weights: list[i], bias: &list[i+1]})
	}
	return nil
}

// halves reads W, W, ..., b, b, ...
func (s *sorted) halves(list []array) error {
	half := len(list) / 2
	for i, a := range list[:half] {
		if len(a.shape) != 2 {
			return a.refuse("shape %v where weights are expected", shapeOf(a))
		}
		s.linears = append(s.linears, &linear{weights: a, bias: &list[half+i]})
	}
	return nil
}

// keras reads matrices, each followed by its layer's vectors: a bias, or none; gamma and beta of a
// layer norm; with a moving mean and variance those of a batch norm.
func (s *sorted) keras(list []array) error {
	var l *linear
	for i := 0; i < len(list); {
		if len(list[i].shape) == 2 {
			l = &linear{weights: list[i]}
			s.linears = append(s.linears, l)
			i++
		}
		end := i
		for end < len(list) && len(list[end].shape) == 1 {
			end++
		}
		vectors := list[i:end]
		if l == nil && len(vectors) == 2 { // Keras's Normalization
			root, err := rooted(vectors[1], 0)
			if err != nil {
				return err
			}
			s.scaler, i = &scaler{vectors[0], root}, end
			continue
		}
		if l == nil && len(vectors) != 4 {
			return list[i].refuse("vectors before the first weights, %d: read are two, a mean and a variance, or four, of a batch norm", len(vectors))
		}
		if len(vectors)%2 == 1 {
			l.bias = &vectors[0]
			vectors = vectors[1:]
		}
		if len(vectors) > 4 {
			return list[i].refuse("vectors behind the weights, %d or more: read are a bias and one normalisation", len(vectors))
		}
		if len(vectors) > 0 {
			n := &norm{gain: &vectors[0], shift: &vectors[1], epsilon: kerasEpsilon}
			if len(vectors) == 4 {
				n.mean, n.variance = &vectors[2], &vectors[3]
			}
			if err := n.check(); err != nil {
				return err
			}
			if l == nil {
				s.before = n
			} else {
				n.of = l
			}
			s.norms = append(s.norms, n)
		}
		i = end
	}
	return nil
}
