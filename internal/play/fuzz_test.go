package play

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"actscope/internal/config"
)

// small is a laboratory that does not take long whatever it is asked for.
func small(t testing.TB) *Laboratory {
	c := config.Article()
	c.Samples, c.Hidden, c.Activations = 20, []int{2}, []string{"relu"}
	return laboratory(t, c)
}

// Whatever is asked for, the reply is one, and state and frame can be read.
func FuzzObey(f *testing.F) {
	for _, text := range []string{
		`{"id":1,"do":"set","settings":{"hidden":[3,2],"parts":["batch-norm"],"learning-rate":1e300}}`,
		`{"do":"set","settings":{"dataset":"y = x1/x2","noise":1e100}}` + "\n" + `{"do":"step","epochs":3}`,
		`{"do":"play"}` + "\n" + `{"do":"scrub","epoch":0}` + "\n" + `{"do":"undo"}`,
		`{"do":"data","csv":"a,b\n1,x\n2,y\n3,x\n4,y\n","name":"../a.csv"}`,
		`{"do":"draw","clear":true,"add":[[1,2,0],[2,3,1],[3,4,0],[4,5,1],[0,0,2]]}`,
		`{"do":"weight","layer":1,"row":0,"column":0,"value":-1e6}` + "\n" + `{"do":"step"}`,
		`{"do":"rate","factor":1000}` + "\n" + `{"do":"seeds","count":2}` + "\n" + `{"do":"reset","seed":4294967295}`,
		`{"do":"stop","loss":-1}` + "\n" + `{"do":"speed","epochs_per_second":1e9}` + "\n" + `{"do":"play"}`,
		`{"do":"import","kind":"study.yaml","base64":"` + encoded("dataset: xor\nhidden: [2]\nactivations: [tanh]\n") + `"}`,
		`{"do":"view","grid":50}` + "\n" + `{"do":"point","at":[1e99,-1e99]}` + "\n" + `{"do":"redo"}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, `"samples"`) && strings.ContainsAny(text, "456789") || len(text) > 2000 {
			t.Skip() // thousands of points take long
		}
		l := small(t)
		obey(t, l, `{"do":"view","grid":50}`)
		for i, line := range strings.Split(text, "\n") {
			if i == 8 {
				break
			}
			r := answered(t, l, line)
			if !r.OK && r.Error.Message == "" {
				t.Errorf("%s: refused without a reason", line)
			}
			l.Advance(20 * time.Microsecond)
		}
		if !json.Valid(l.State()) {
			t.Errorf("%s", l.State())
		}
		frame(t, l)
	})
}

// Whatever is imported, the networks stay whole.
func FuzzImport(f *testing.F) {
	l := small(f)
	obey(f, l, `{"do":"step"}`)
	for _, name := range []string{"study.yaml", "weights.npz", "weights.safetensors", "weights.onnx"} {
		_, _, body, err := l.Export(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(name, body)
	}
	f.Add("weights.json", []byte(`{"W1":[[1,2],[3,4]],"b1":[0,0],"W2":[[1],[1]],"b2":[0]}`))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		if kind == "study.yaml" && (strings.Contains(string(body), "samples") || len(body) > 2000) {
			t.Skip()
		}
		l := small(t)
		text, err := json.Marshal(map[string]any{"do": "import", "kind": kind, "base64": base64.StdEncoding.EncodeToString(body)})
		if err != nil {
			t.Fatal(err)
		}
		before := l.networks[0].model.Clone()
		if r := answered(t, l, string(text)); !r.OK && !sameBits(before, l.networks[0].model) {
			t.Errorf("refused, and the network is another: %s", r.Error.Message)
		}
		obey(t, l, `{"do":"step"}`)
		frame(t, l)
	})
}
