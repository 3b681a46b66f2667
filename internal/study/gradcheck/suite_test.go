package gradcheck

import (
	"fmt"
	"testing"
)

func TestThreeWaysAgree(t *testing.T) {
	cases, err := Suite(t.Context(), DefaultSuite())
	if err != nil {
		t.Fatal(err)
	}
	kinks, entries := 0, 0
	for _, c := range cases {
		for _, a := range c.Arrays {
			if !a.Agrees() {
				t.Errorf("%s, %s, %v, seed %d, times %v: %+v", c.Activation, c.Loss, c.Hidden, c.Seed, c.WeightScale, a)
			}
			kinks, entries = kinks+a.Kinks, entries+a.Entries
		}
	}
	if len(cases) != 12*2*6*3*2 {
		t.Errorf("%d cases", len(cases))
	}
	t.Logf("%d entries, %d kinks", entries, kinks)
	for _, w := range Worst(cases) {
		t.Log(fmt.Sprintf("%+v", w))
	}
}
