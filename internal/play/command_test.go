package play

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"actscope/internal/config"
)

// What cannot be used is refused by its key, and changes nothing.
func TestRefusals(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	c := config.Article()
	c.Samples = 60
	l := laboratory(t, c)
	obey(t, l, `{"do":"step","epochs":3}`)
	rows := func(n int) string {
		return "x1,x2,c\n" + strings.Repeat("1,2,a\n2,1,b\n", n/2)
	}
	before := l.networks[1].model.Clone()
	state := l.State()
	for _, c := range []struct{ command, key, says string }{
		{`{"do":"set","settings":{"hidden":"8x13"}}`, "hidden", "12 at most"},
		{`{"do":"set","settings":{"hidden":[65]}}`, "hidden", "64 at most"},
		{`{"do":"set","settings":{"hidden":[]}}`, "hidden", ""},
		{`{"do":"set","settings":{"hidden":[[8]]}}`, "hidden", "list within a list"},
		{`{"do":"set","settings":{"parts":"dropout:0.1,dropout:0.1,dropout:0.1,dropout:0.1,dropout:0.1,dropout:0.1,dropout:0.1"}}`, "parts", "6 at most"},
		{`{"do":"set","settings":{"activations":["` + strings.Repeat("sin(z)+", 60) + `z"]}}`, "activations", "300 at most"},
		{`{"do":"set","settings":{"rate-factors":[1,2,3]}}`, "rate-factors", "networks"},
		{`{"do":"set","settings":{"l1":-1}}`, "l1", ""},
		{`{"do":"set","settings":{"samples":5001}}`, "samples", "5000 at most"},
		{`{"do":"set","settings":{"samples":1e9}}`, "samples", "whole number"},
		{`{"do":"set","settings":{"activations":["relu","tanh","sigmoid","gelu","elu"]}}`, "activations", "4 at most"},
		{`{"do":"set","settings":{"activations":["relu","relu"]}}`, "activations", "twice"},
		{`{"do":"set","settings":{"activations":["rellu"]}}`, "activations", "relu"},
		{`{"do":"set","settings":{"learning-rate":0}}`, "learning-rate", "positive"},
		{`{"do":"set","settings":{"learning-rate":"NaN"}}`, "learning-rate", "positive"},
		{`{"do":"set","settings":{"learning-rate":null}}`, "learning-rate", "no value"},
		{`{"do":"set","settings":{"learning-rate":{"a":1}}}`, "learning-rate", "not a value"},
		{`{"do":"set","settings":{"learnin-rate":0.1}}`, "learnin-rate", "learning-rate"},
		{`{"do":"set","settings":{"optimiser":"adam","optimizer":"adam"}}`, "optimiser", "twice"},
		{`{"do":"set","settings":{"dataset":"csv:` + secret + `"}}`, "dataset", "drop the file"},
		{`{"do":"set","settings":{"dataset":"csv:/etc/passwd"}}`, "dataset", "drop the file"},
		{`{"do":"set","settings":{"dataset":"/etc/passwd"}}`, "dataset", "one of moons"},
		{`{"do":"set","settings":{"dataset":"` + secret + `"}}`, "dataset", "one of moons"},
		{`{"do":"set","settings":{"from":"` + secret + `"}}`, "from", "import"},
		{`{"do":"set","settings":{"dataset":"x2 > sin("}}`, "dataset", ""},
		{`{"do":"set","settings":{"dataset":"x999 > 0"}}`, "dataset", ""},
		{`{"do":"set","settings":{"weight-decay":1e9}}`, "weight-decay", ""},
		{`{"do":"set","settings":{"loss":"mse","output":"nonsense"}}`, "output", ""},
		{`{"do":"set","settings":{"validation-fraction":0.999}}`, "validation-fraction", ""},
		{`{"do":"rate","network":2,"factor":2}`, "network", "0 to 1"},
		{`{"do":"rate","network":-1,"factor":2}`, "network", "0 to 1"},
		{`{"do":"rate","network":0}`, "factor", ""},
		{`{"do":"rate","network":0,"factor":0}`, "factor", ""},
		{`{"do":"weight","layer":4,"value":1}`, "layer", "1 to 3"},
		{`{"do":"weight","layer":1,"row":2,"value":1}`, "row", "0 to 1"},
		{`{"do":"weight","layer":1,"row":-1,"value":1}`, "row", "0 to 1"},
		{`{"do":"weight","layer":1,"column":8,"value":1}`, "column", "0 to 7"},
		{`{"do":"weight","layer":1}`, "value", ""},
		{`{"do":"weight","layer":1,"value":1e300}`, "value", ""},
		{`{"do":"point","at":[1]}`, "at", "two"},
		{`{"do":"point","at":[1,1e200]}`, "at", "beyond"},
		{`{"do":"view","grid":1000}`, "grid", "50 or 100"},
		{`{"do":"scrub","epoch":4}`, "epoch", "0 to 3"},
		{`{"do":"scrub","epoch":-1}`, "epoch", "0 to 3"},
		{`{"do":"step","epochs":0}`, "epochs", "1 to 1000"},
		{`{"do":"step","epochs":1001}`, "epochs", "1 to 1000"},
		{`{"do":"speed"}`, "epochs_per_second", ""},
		{`{"do":"speed","epochs_per_second":-1}`, "epochs_per_second", ""},
		{`{"do":"stop","epochs":0}`, "epochs", ""},
		{`{"do":"seeds","count":21}`, "count", "20"},
		{`{"do":"reset","seed":-1}`, "seed", ""},
		{`{"do":"reset","seed":4294967296}`, "seed", ""},
		{`{"do":"undo","x":1}`, "", "not a command"},
		{`{"do":"redo"}`, "do", "nothing to redo"},
		{`{"do":"data"}`, "csv", ""},
		{`{"do":"data","csv":""}`, "dataset", "mine"},
		{`{"do":"data","csv":"a,b,c\n1,2\n"}`, "dataset", "line"},
		{`{"do":"data","csv":"a,b\nx,y\nz,w\n"}`, "dataset", ""},
		{`{"do":"data","csv":"a,b,c\n1,2,only\n2,3,only\n"}`, "dataset", ""},
		{`{"do":"data","csv":` + quoted(rows(6000)) + `}`, "dataset", "5000 at most"},
		{`{"do":"data","csv":` + quoted(strings.Repeat("x,", 70)+"c\n"+strings.Repeat("1,", 70)+"a\n"+strings.Repeat("2,", 70)+"b\n") + `}`, "dataset", ""},
		{`{"do":"draw"}`, "add", "nothing"},
		{`{"do":"draw","add":[[1,2]]}`, "add", "two coordinates"},
		{`{"do":"draw","add":[[1,2,0.5]]}`, "add", "no class"},
		{`{"do":"draw","add":[[1,2,20]]}`, "add", "no class"},
		{`{"do":"draw","add":[[1e150,2,1]]}`, "add", "beyond"},
		{`{"do":"draw","remove":[60]}`, "remove", "0 to 59"},
		{`{"do":"draw","clear":true}`, "dataset", ""},
		{`{"do":"draw","clear":true,"add":[[1,2,0],[2,1,0]]}`, "dataset", ""},
		{`{"do":"import","kind":"study.yaml","base64":"%%%"}`, "base64", ""},
		{`{"do":"import","kind":"pickle","base64":""}`, "kind", ""},
		{`{"do":"import","kind":"study.yaml","base64":"` + encoded("hidden: [[1]]") + `"}`, "", ""},
		{`{"do":"import","kind":"study.yaml","base64":"` + encoded("dataset: csv:/etc/passwd") + `"}`, "dataset", "passwd"},
		{`{"do":"import","kind":"study.yaml","base64":"` + encoded("from: /etc/passwd") + `"}`, "from", "no file"},
		{`{"do":"import","kind":"study.yaml","base64":"` + encoded("samples: 6000") + `"}`, "samples", "5000 at most"},
		{`{"do":"import","kind":"weights.npz","base64":""}`, "", "empty"},
		{`{"do":"import","kind":"weights.npz","base64":"` + encoded("PK\x03\x04") + `"}`, "", ""},
		{`{"do":"import","kind":"weights.onnx","network":7,"base64":""}`, "network", ""},
		{`{"do":"format"}`, "do", "no such command"},
		{`{"do":"play"}{"do":"play"}`, "", "more than one"},
		{`[]`, "", "not a command"},
		{``, "", "not a command"},
		{"\xff\xfe", "", "not a command"},
	} {
		r := answered(t, l, c.command)
		what := c.command[:min(len(c.command), 120)]
		switch {
		case r.OK:
			t.Errorf("%s: taken", what)
		case r.Error.Key != c.key && !(c.key == "dataset" && r.Error.Key == "label"):
			t.Errorf("%s: refused for %q: %s", what, r.Error.Key, r.Error.Message)
		case !strings.Contains(r.Error.Message, c.says) && c.says != "mine" && c.says != "line":
			t.Errorf("%s: refused because %s", what, r.Error.Message)
		}
		if !sameBits(before, l.networks[1].model) || l.epoch != 3 {
			t.Fatalf("%s: refused, and the networks are others", what)
		}
		if now := l.State(); !bytes.Equal(withoutVersion(t, now), withoutVersion(t, state)) {
			t.Fatalf("%s: refused, and the state is another:\n%s\n%s", what, state, now)
		}
	}
	obey(t, l, `{"do":"step"}`)
	if trainedNow := l.epoch; trainedNow != 4 {
		t.Errorf("epoch %d after all that", trainedNow)
	}
	c.Epochs = 4
	if _, net := trained(t, c, 1, nil); !sameBits(net, l.networks[1].model) {
		t.Error("what was refused changed the course of the training")
	}
}

func quoted(text string) string {
	encoded, _ := json.Marshal(text)
	return string(encoded)
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func withoutVersion(t *testing.T, state []byte) []byte {
	t.Helper()
	var of map[string]any
	if err := json.Unmarshal(state, &of); err != nil {
		t.Fatal(err)
	}
	delete(of, "version")
	text, err := json.Marshal(of)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Every command changes the frame that it should.
func TestCommandsDoWhatTheySay(t *testing.T) {
	l := laboratory(t, config.Article())
	obey(t, l, `{"do":"step","epochs":2}`)

	f := frame(t, l)
	m, _ := f.array(t, "0/map")
	if len(m) != 100*100 {
		t.Error(len(m))
	}
	obey(t, l, `{"do":"view","grid":50,"units":false,"hidden":false}`)
	if m, _ := frame(t, l).array(t, "0/map"); len(m) != 50*50 {
		t.Error(len(m))
	}
	for _, a := range frame(t, l).Arrays {
		if strings.Contains(a.Name, "/units/") || strings.Contains(a.Name, "/hidden/") {
			t.Errorf("%s is there", a.Name)
		}
	}
	obey(t, l, `{"do":"weight","network":0,"layer":2,"column":3,"bias":true,"value":-0.5}`)
	if b, _ := frame(t, l).array(t, "0/bias/2"); b[3] != -0.5 {
		t.Errorf("bias %v", b)
	}
	// In place: the weights go on from where they are.
	w, _ := frame(t, l).array(t, "1/weights/1")
	if r := obey(t, l, `{"do":"set","settings":{"learning-rate":0.2,"optimiser":"adam","batch-size":10}}`); r.Reset || !r.State {
		t.Errorf("%+v", r)
	}
	if now, _ := frame(t, l).array(t, "1/weights/1"); fmt.Sprint(now) != fmt.Sprint(w) || l.epoch != 2 {
		t.Error("a rate that changes took the weights along")
	}
	// Not in place: the same seed again.
	if r := obey(t, l, `{"do":"set","settings":{"hidden":[4]}}`); !r.Reset || l.epoch != 0 || len(l.log) != 0 {
		t.Errorf("%+v", r)
	}
	if h, shape := frame(t, l).array(t, "0/weights/1"); shape[1] != 4 || len(h) != 8 {
		t.Errorf("%v", shape)
	}
	obey(t, l, `{"do":"set","settings":{"dataset":"spirals","classes":4}}`)
	f = frame(t, l)
	classes, _ := f.array(t, "1/class")
	if len(f.Networks[0].Confusion) != 4 || len(classes) != 2500 {
		t.Errorf("%v", f.Networks[0].Confusion)
	}
	obey(t, l, `{"do":"set","settings":{"dataset":"y = x1*x2 + x3"}}`)
	f = frame(t, l)
	if extremes, _ := f.array(t, "0/map/range"); f.Networks[0].TestR2 == nil || f.Networks[0].Accuracy != nil || !(extremes[1] > extremes[0]) {
		t.Errorf("%+v", f.Networks[0])
	}
}

func TestSpeedIsKept(t *testing.T) {
	l := laboratory(t, config.Article())
	now := time.Unix(100, 0)
	l.now = func() time.Time { return now }
	obey(t, l, `{"do":"speed","epochs_per_second":20}`)
	if l.Advance(time.Second) != 0 {
		t.Error("training without being asked")
	}
	obey(t, l, `{"do":"play"}`)
	for range 100 {
		now = now.Add(20 * time.Millisecond)
		l.Advance(time.Hour)
	}
	if l.epoch < 39 || l.epoch > 41 {
		t.Errorf("%d epochs in 2 seconds at 20 a second", l.epoch)
	}
	obey(t, l, `{"do":"pause"}`)
	now = now.Add(time.Hour)
	if l.Advance(time.Hour) != 0 || l.Playing() {
		t.Error("training during a pause")
	}
	obey(t, l, `{"do":"play"}`)
	now = now.Add(time.Hour) // a machine that slept does not make up for it
	if done := l.Advance(time.Hour); done > 5 {
		t.Errorf("%d epochs at once", done)
	}
}

func TestTrainingStopsWhereItWasAskedTo(t *testing.T) {
	for _, c := range []struct {
		condition string
		holds     func(l *Laboratory, f shown) bool
	}{
		{`"epochs":17`, func(l *Laboratory, _ shown) bool { return l.epoch == 17 }},
		{`"loss":0.4`, func(l *Laboratory, f shown) bool { return f.Networks[0].Loss <= 0.4 && f.Networks[1].Loss <= 0.4 }},
		{`"accuracy":0.85`, func(_ *Laboratory, f shown) bool {
			return *f.Networks[0].TestAccuracy >= 0.85 && *f.Networks[1].TestAccuracy >= 0.85
		}},
	} {
		l := laboratory(t, config.Article())
		obey(t, l, `{"do":"set","settings":{"optimiser":"adam","learning-rate":0.01}}`)
		obey(t, l, `{"do":"stop",%s}`, c.condition)
		obey(t, l, `{"do":"speed","epochs_per_second":0}`)
		obey(t, l, `{"do":"play"}`)
		for range 3000 {
			l.Advance(100 * time.Microsecond)
			if !l.Playing() {
				break
			}
		}
		if f := frame(t, l); l.Playing() || f.Stopped == "" || !c.holds(l, f) {
			t.Errorf("%s: epoch %d, playing %v, stopped %q", c.condition, l.epoch, l.Playing(), f.Stopped)
		}
		obey(t, l, `{"do":"step"}`) // one may go on by hand
	}
}

// A network that diverges says where, and keeps the numbers of its last good epoch; the others go on.
func TestDivergenceIsExplained(t *testing.T) {
	l := laboratory(t, config.Article())
	obey(t, l, `{"do":"set","settings":{"dataset":"y = x1*x2","activations":["sigmoid","identity"],"learning-rate":0.01}}`)
	obey(t, l, `{"do":"step","epochs":5}`)
	good := l.networks[1].model.Clone()
	obey(t, l, `{"do":"rate","network":1,"factor":1000}`)
	obey(t, l, `{"do":"set","settings":{"optimiser":"momentum","learning-rate":0.02}}`)
	for range 40 {
		if l.networks[1].diverged == nil {
			good = l.networks[1].model.Clone()
		}
		obey(t, l, `{"do":"step"}`)
	}
	f := frame(t, l)
	d := f.Networks[1].Diverged
	if d == nil || d.Epoch < 6 || d.Step < 1 || !strings.Contains(d.Message, "diverged") || !strings.Contains(f.Sentence, "diverged") {
		t.Fatalf("%+v: %s", d, f.Sentence)
	}
	if !sameBits(good, l.networks[1].model) {
		t.Error("not the numbers of the last good epoch")
	}
	if m, _ := f.array(t, "1/map"); len(m) != 10_000 {
		t.Error("no map")
	}
	if f.Networks[0].Diverged == nil && l.epoch != 45 {
		t.Errorf("the other network is in epoch %d", l.epoch)
	}
	if text := exported(t, l, "study.yaml"); len(text) == 0 {
		t.Error("no study")
	}
	obey(t, l, `{"do":"reset"}`)
	if f := frame(t, l); f.Networks[1].Diverged != nil {
		t.Error("it is still diverged after a reset")
	}
	// Numbers from elsewhere bring it back to life.
	obey(t, l, `{"do":"undo"}`)
	if f := frame(t, l); f.Networks[1].Diverged == nil || f.Epoch != 45 {
		t.Error("undo does not go back to the divergence")
	}
}

func TestUndoGoesBackToTheMomentBefore(t *testing.T) {
	l := laboratory(t, config.Article())
	now := time.Unix(0, 0)
	l.now = func() time.Time { now = now.Add(time.Microsecond); return now }
	steps := []string{
		`{"do":"step","epochs":3}`,
		`{"do":"set","settings":{"optimiser":"adam","learning-rate":0.01}}`,
		`{"do":"step","epochs":3}`,
		`{"do":"weight","network":1,"layer":1,"row":1,"column":1,"value":2}`,
		`{"do":"step","epochs":2}`,
		`{"do":"set","settings":{"dataset":"circles","hidden":[5,5]}}`,
		`{"do":"step","epochs":2}`,
		`{"do":"data","name":"t.csv","csv":` + quoted(table) + `}`,
		`{"do":"step","epochs":2}`,
		`{"do":"rate","network":0,"factor":4}`,
		`{"do":"reset","seed":3}`,
	}
	type at struct {
		frame []byte
		state []byte
	}
	look := func() at {
		f := frame(t, l)
		f.Version, f.Obeyed = 0, 0
		header, _ := json.Marshal(f.frameHeader)
		var s map[string]any
		json.Unmarshal(l.State(), &s)
		delete(s, "version")
		delete(s, "undo")
		delete(s, "redo")
		state, _ := json.Marshal(s)
		return at{append(header, f.payload...), state}
	}
	var before, after []at
	undoable := func(c string) bool { return !strings.Contains(c, `"step"`) }
	for _, c := range steps {
		b := look()
		obey(t, l, "%s", c)
		now = now.Add(2 * oneMove)
		if undoable(c) {
			before, after = append(before, b), append(after, look())
		}
	}
	same := func(what string, got, want at) {
		t.Helper()
		if !bytes.Equal(got.frame, want.frame) {
			t.Errorf("%s: another frame", what)
		}
		if !bytes.Equal(got.state, want.state) {
			t.Errorf("%s: another state:\n%s\n%s", what, got.state, want.state)
		}
	}
	for i := len(before) - 1; i >= 0; i-- {
		obey(t, l, `{"do":"undo"}`)
		same(fmt.Sprintf("undo %d", i), look(), before[i])
	}
	if r := answered(t, l, `{"do":"undo"}`); r.OK {
		t.Error("undo before the start")
	}
	// Redo goes forward to the moments at which undo was asked for.
	obey(t, l, `{"do":"redo"}`)
	if l.epoch != 6 { // as trained, before the weight was set by hand
		t.Errorf("epoch %d", l.epoch)
	}
	for range len(before) - 1 {
		obey(t, l, `{"do":"redo"}`)
	}
	same("redo to the end", look(), after[len(after)-1])
}

// Commands of a slider are one to undo.
func TestSlidersAreOneMove(t *testing.T) {
	l := laboratory(t, config.Article())
	for i := range 30 {
		obey(t, l, `{"do":"set","settings":{"learning-rate":%v}}`, 0.1+float64(i)/100)
	}
	obey(t, l, `{"do":"undo"}`)
	if l.config.LearningRate != 0.05 {
		t.Errorf("the rate is %v", l.config.LearningRate)
	}
}

// The strip's networks are those of compare at the next seeds.
func TestSeedsAreTrainingsOfTheirOwn(t *testing.T) {
	c := config.Article()
	c.Samples, c.Epochs, c.Parts = 100, 12, []string{"dropout:0.2"}
	l := laboratory(t, c)
	obey(t, l, `{"do":"seeds","count":3}`)
	obey(t, l, `{"do":"step","epochs":12}`)
	for turns := 0; l.Playing(); turns++ { // the copies go on while the networks wait
		if l.playing || turns == 1000 {
			t.Fatalf("epoch %d of the copies after %d turns", l.seeds.epoch, turns)
		}
		l.Advance(time.Millisecond)
	}
	f := frame(t, l)
	if len(f.Seeds) != 3 || f.SeedsEpoch != 12 {
		t.Fatalf("%d seeds in epoch %d", len(f.Seeds), f.SeedsEpoch)
	}
	maps, shape := f.array(t, "seeds/map")
	if fmt.Sprint(shape) != "[3 2 20 20]" || len(maps) != 2400 {
		t.Errorf("%v", shape)
	}
	for i, seed := range f.Seeds {
		c.Seed = 43 + int64(i)
		if seed.Seed != uint32(c.Seed) {
			t.Errorf("seed %d", seed.Seed)
		}
		for k := range 2 {
			history, net := trained(t, c, k, nil)
			accuracy, err := net.Accuracy(l.data.Test)
			if err != nil {
				t.Fatal(err)
			}
			if got := seed.Networks[k]; float64(got.Loss) != history.Loss[11] || float64(got.TestAccuracy) != accuracy {
				t.Errorf("seed %d, network %d: %+v, want %v and %v", seed.Seed, k, got, history.Loss[11], accuracy)
			}
		}
	}
	obey(t, l, `{"do":"reset"}`)
	l.seeds.made = time.Time{} // long ago
	if f := frame(t, l); len(f.Seeds) != 3 || f.SeedsEpoch != 0 {
		t.Error("the strip does not begin anew")
	}
	obey(t, l, `{"do":"seeds","count":0}`)
	if f := frame(t, l); len(f.Seeds) != 0 {
		t.Error("the strip stays")
	}
}

// A long run keeps as much as a short one.
func TestHistoryIsThinned(t *testing.T) {
	c := config.Article()
	c.Samples, c.Hidden, c.Activations = 8, []int{1}, []string{"relu"}
	l := laboratory(t, c)
	for range 5 {
		obey(t, l, `{"do":"step","epochs":1000}`)
		for l.Playing() {
			l.Advance(time.Second)
		}
	}
	rows := l.networks[0].history.rows
	if l.epoch != 5000 || len(rows) > mostHistory || len(rows) < mostHistory/2 || len(l.networks[0].snapshots.kept) > mostSnapshots {
		t.Errorf("%d rows, %d snapshots after %d epochs", len(rows), len(l.networks[0].snapshots.kept), l.epoch)
	}
	for i := 1; i < len(rows); i++ {
		if rows[i][0]-rows[i-1][0] != rows[1][0]-rows[0][0] {
			t.Fatalf("rows of epochs %v and %v", rows[i-1][0], rows[i][0])
		}
	}
}
