package foreign

import (
	"bytes"
	"errors"
	"strings"

	"actscope/internal/input"
)

// numpyFormat is NumPy's .npz.
var numpyFormat = format{
	name:       "npz",
	recognises: func(head []byte, _ string) bool { return bytes.HasPrefix(head, []byte("PK")) },
	read:       readNumpy,
}

func readNumpy(s source, o Options) (Understood, *chain, error) {
	arrays, err := s.arrays()
	if err != nil {
		var bad *input.Error
		if errors.As(err, &bad) && strings.Contains(bad.Reason, "elements of type") { // lists and words
			bad.Advice = "save arrays of numbers alone, " + fromArray
			if strings.Contains(bad.Reason, `f2"`) {
				bad.Advice = "save it with .astype(numpy.float32)"
			}
		}
		return Understood{}, nil, err
	}
	p := parameters{format: "npz"}
	for _, a := range arrays {
		p.arrays = append(p.arrays, array{a.Name, a.Shape, a.Values})
	}
	return p.chain(o)
}
