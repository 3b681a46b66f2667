package pace

import (
	"bytes"
	"context"
	"flag"
	"os"
	"testing"

	"actscope/internal/config"
	"actscope/internal/experiment"
)

var update = flag.Bool("update", false, "put the prediction to the test anew, which takes minutes, and store the findings")

func TestTrialsAreCommitted(t *testing.T) {
	if *update {
		all, err := tryAll(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		text, err := encodeTrials(all)
		if err == nil {
			err = os.WriteFile("findings/trial.csv", text, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		committed = text
	}
	all, err := CommittedTrials()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 200 {
		t.Fatalf("%d networks, at least 200 were to be tried", len(all))
	}
	if again, err := encodeTrials(all); err != nil || !bytes.Equal(again, committed) {
		t.Error("the table, read and written, is another")
	}
	for _, a := range Agreements(all) {
		t.Logf("%-24q %3d reached %3d foreseen %3d epochs %+.2f losses %+.2f taus %+.2f", a.Activation, a.Networks, a.Reached, a.Foreseen, a.Epochs, a.Losses, a.Taus)
	}
	c := config.Article()
	c.Epochs = TrialEpochs
	d, err := experiment.Load(context.Background(), c.Points)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(all); i += len(all) / 5 { // some, as they are committed
		got := Trial{Activation: all[i].Activation, Depth: all[i].Depth, Init: all[i].Init}
		if err := got.run(context.Background(), c, d); err != nil {
			t.Fatal(err)
		}
		if got.Predicted != all[i].Predicted || got.Measured != all[i].Measured {
			t.Errorf("%+v, committed %+v", got, all[i])
		}
	}
}
