package mistakes

import "slices"

// Mistake is an entry of the catalogue.
type Mistake struct {
	ID          string `json:"mistake"`
	Description string `json:"description"` // one line, without a full stop
	Where       string `json:"where"`       // the places that are searched
}

// The values of Mistake.Where.
const (
	anyLayer    = "any layer, all layers, or all hidden layers"
	hiddenLayer = "any hidden layer or all of them"
	fedLayer    = "any layer above the first, or all of them"
	output      = "the output"
	twoLayers   = "two layers"
	wholeNet    = "the whole net"
)

// mistake is an entry together with the faults that it stands for in a given problem, the likeliest form first.
type mistake struct {
	Mistake
	faults func(s *search) []fault
}

// catalogue is everything that is tried, in the order in which it is reported.
var catalogue = slices.Concat(
	scaleMistakes,
	outputMistakes,
	derivativeMistakes,
	weightMistakes,
	penaltyMistakes,
	biasMistakes,
	upstreamMistakes,
	exchangeMistakes,
	fittedMistakes,
)

// List returns the catalogue.
func List() []Mistake {
	list := make([]Mistake, len(catalogue))
	for i, m := range catalogue {
		list[i] = m.Mistake
	}
	return list
}
