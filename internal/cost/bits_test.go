package cost

import (
	"encoding/json"
	"math"
	"testing"

	"actscope/internal/number"
	"actscope/models/geometry"
)

func TestBitsAreEnoughInTheShareOfTrainings(t *testing.T) {
	nan := number.Float(math.NaN())
	for _, c := range []struct {
		trainings []number.Float
		share     float64
		want      string
	}{
		{[]number.Float{6, 4, none, 5, 3}, 0.5, `{"trained":5,"fewest":[3,4,5,6],"bits":4,"multiply_add_bits":48}`},
		{[]number.Float{6, 4, none, 5, 3}, 0.75, `{"trained":5,"fewest":[3,4,5,6],"bits":5,"multiply_add_bits":60}`},
		{[]number.Float{nan, 4, 3}, 0.6, `{"trained":3,"fewest":[3,4,null],"bits":4,"multiply_add_bits":48}`},
		{[]number.Float{nan, 4, 3}, 0.9, `{"trained":3,"fewest":[3,4,null],"bits":null,"multiply_add_bits":null}`},
		{[]number.Float{none}, 0.9, `{"trained":1,"fewest":[],"bits":null,"multiply_add_bits":null}`},
	} {
		got, err := json.Marshal(bitsOf(c.trainings, c.share, 12))
		if err != nil || string(got) != c.want {
			t.Errorf("%v: %s, %v, want %s", c.trainings, got, err, c.want)
		}
	}
}

func TestBitsAreThoseOfTheSmallestNetworksHoweverManyTrainAtOnce(t *testing.T) {
	c := planned("relu", "tanh")
	c.TestRows, c.Widths, c.Training.Epochs = 300, []int{2, 3}, 60
	var results []string
	for _, jobs := range []int{1, 3} {
		r := searchWith(t, c, &simulation{chance: func(tr Trial) float64 {
			if tr.Activation == "tanh" {
				return 0
			}
			return 1
		}})
		r.Config.Target = 0.85 // which so short trainings reach, some of them
		if err := r.MeasureBits(t.Context(), jobs); err != nil {
			t.Fatal(err)
		}
		for _, a := range r.Activations {
			for _, d := range a.Depths {
				if (d.Bits != nil) != (d.Reached > 0) {
					t.Errorf("%s, depth %d, reached by %d: %+v", a.Name, d.Depth, d.Reached, d.Bits)
				}
				if b := d.Bits; b != nil && (b.Trained != bitTrainings || len(b.Fewest) == 0 || len(b.Fewest) == bitTrainings || !(b.Bits >= 1 && b.Bits <= geometry.MostBits)) {
					t.Errorf("%s, depth %d: %+v", a.Name, d.Depth, b)
				}
			}
		}
		results = append(results, asJSON(t, r))
	}
	if results[0] != results[1] {
		t.Errorf("%s\nand with three at once\n%s", results[0], results[1])
	}
}
