package layers

import (
	"context"
	"errors"
	"strings"
	"testing"

	"actscope/graph/layer"
	"actscope/internal/input"
	"actscope/models/doctor"
)

// FuzzLayer judges whatever a file may hold as a layer of any kind: with a verdict, or an error about the input.
func FuzzLayer(f *testing.F) {
	for i, text := range []string{
		`{"x":[[1,2],[3,4]],"w":[[1],[2]],"b":[0],"dout":[[1],[2]],"dx":[[1,2],[2,4]],"dw":[[7],[10]],"db":[3]}`,
		`{"x":[[1,-2]],"dout":[[3,4]],"dx":[[3,0]]}`,
		`{"x":[[1,2],[3,1]],"y":[0,1],"loss":0.5,"dx":[[1,2],[2,4]]}`,
		`{"x":[[[[1,2],[3,4]]]],"w":[[[[1]]]],"dout":[[[[1,2],[3,4]]]],"dw":[[[[30]]]]}`,
		`{"x":[[1]],"prev_h":[[1]],"Wx":[[1]],"Wh":[[1]],"dnext_h":[[1]],"dx":[[1]]}`,
		`{"Q":[[1],[2]],"K":[[1],[2]],"V":[[1],[2]],"dout":[[1],[2]],"dQ":[[1],[2]]}`,
		`{"inputs":[0,1],"targets":[1,0],"Wxh":[[1,2]],"Whh":[[1]],"Why":[[1],[2]],"dWhh":[[1]]}`,
		`{"x":[0,1],"W":[[1],[2]],"dout":[[1],[2]],"dW":[[1],[2]]}`,
	} {
		f.Add(text, uint8(i))
	}
	f.Fuzz(func(t *testing.T, text string, kind uint8) {
		kinds := layer.Kinds()
		arrays, err := doctor.Read("-", strings.NewReader(text))
		if err != nil {
			return
		}
		total := 0
		for _, a := range arrays {
			total += len(a.Values)
		}
		if total > 200 { // a fuzz run tries many, not large ones
			return
		}
		r, err := Judge(context.Background(), arrays, Options{Layer: kinds[int(kind)%len(kinds)].Name})
		var refused *input.Error
		switch {
		case err != nil && !errors.As(err, &refused):
			t.Errorf("not an error about the input: %v", err)
		case err == nil && r.Agrees != (r.Verdict == doctor.Right):
			t.Errorf("%s, agrees %v", r.Verdict, r.Agrees)
		}
	})
}
