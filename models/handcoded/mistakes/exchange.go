package mistakes

import "gonum.org/v1/gonum/mat"

// exchangeMistakes leave the numbers right and put them in the wrong place.
var exchangeMistakes = []mistake{
	{
		Mistake{"layers-swapped", "the gradients of two layers have changed places", twoLayers},
		func(s *search) []fault {
			var faults []fault
			for i := 1; i < s.layers; i++ {
				for j := i + 1; j <= s.layers; j++ {
					faults = append(faults, swaps(s, i, j)...)
				}
			}
			return faults
		},
	},
}

// swaps returns the exchanges of layers i < j that leave every array its number of entries.
func swaps(s *search, i, j int) []fault {
	partner := map[int]int{i: j, j: i}
	weights := func(_ *pass, l int, _ *mat.Dense) *mat.Dense { return s.dataDW(partner[l]) }
	penalty := func(_ *pass, l int, _ *mat.Dense) *mat.Dense {
		return textbookPenalty(s.pass, partner[l], s.w[partner[l]])
	}
	biases := func(_ *pass, l int, _ *mat.Dense) *mat.Dense { return s.db(partner[l]) }
	var faults []fault
	add := func(detail string, r rules) {
		faults = append(faults, fault{rules: r, layer: i, at: []int{i, j}, detail: detail})
	}
	sameWeights := s.in(i)*s.units(i) == s.in(j)*s.units(j)
	sameBiases := s.units(i) == s.units(j)
	if sameWeights && sameBiases {
		add("", rules{weights: weights, penalty: penalty, biases: biases})
	}
	if sameWeights {
		add("those of the weights", rules{weights: weights, penalty: penalty})
	}
	if sameBiases {
		add("those of the biases", rules{biases: biases})
	}
	return faults
}
