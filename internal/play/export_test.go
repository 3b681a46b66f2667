package play

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/models/foreign"
)

// exported is a file of a laboratory, of an archive the files in it.
func exported(t *testing.T, l *Laboratory, name string) map[string][]byte {
	t.Helper()
	file, mime, body, err := l.Export(name)
	if err != nil {
		t.Fatal(err)
	}
	if mime != zipped {
		return map[string][]byte{file: body}
	}
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// compared runs compare with what was exported, in a folder with nothing else, and gives its networks.
func compared(t *testing.T, l *Laboratory) (networks []*comparison.Trained) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("data.csv", exported(t, l, "data.csv")["data.csv"], 0o600); err != nil {
		t.Fatal(err)
	}
	files := exported(t, l, "study.yaml")
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range files {
			if !yield(name) {
				return
			}
		}
	}) {
		if err := os.WriteFile(name, files[name], 0o600); err != nil {
			t.Fatal(err)
		}
		c := config.Article()
		if _, err := config.ReadFile(name, &c); err != nil {
			t.Fatal(err)
		}
		c.ResolveStandardise(true)
		r, err := comparison.Run(context.Background(), c, nil, comparison.Saving{})
		if err != nil {
			t.Fatal(err)
		}
		networks = append(networks, r.Networks...)
	}
	return networks
}

const table = "höhe,breite,sorte\n" +
	"1.5,2,rot\n2,1,blau\n0.5,1,rot\n3,2.5,blau\n1,1.5,rot\n2.5,0.5,blau\n0,2,rot\n3.5,1,blau\n1.2,2.2,rot\n2.2,1.1,blau\n0.4,1.6,rot\n3.1,2.1,blau\n0.9,0.2,rot\n2.7,0.1,blau\n"

// What a run from a reset without interventions exports, compare repeats bit for bit.
func TestCompareRepeatsWhatIsExported(t *testing.T) {
	for name, c := range map[string]struct {
		commands []string
	}{
		"article": {[]string{`{"do":"step","epochs":40}`}},
		"settings": {[]string{
			`{"do":"step","epochs":3}`,
			`{"do":"set","settings":{"dataset":"circles","noise":0.1,"activations":["tanh","z*sigmoid(1.7*z)"],"hidden":[4,3,5],"parts":["batch-norm","dropout:0.1"],"optimiser":"adam","learning-rate":0.01,"l2":0.001,"l1":0.01,"schedule":"cosine","warm-up":3,"epochs":60,"seed":9,"batch-size":17}}`,
			`{"do":"step","epochs":25}`,
		}},
		"reset after interventions": {[]string{
			`{"do":"step","epochs":4}`, `{"do":"set","settings":{"learning-rate":0.3,"clip":1}}`, `{"do":"weight","layer":1,"row":0,"column":2,"value":3}`,
			`{"do":"step","epochs":4}`, `{"do":"reset"}`, `{"do":"step","epochs":12}`,
		}},
		"rates": {[]string{`{"do":"rate","network":0,"factor":10}`, `{"do":"step","epochs":15}`}},
		"numbers": {[]string{
			`{"do":"set","settings":{"dataset":"y = x1*x2","noise":0.05,"optimiser":"momentum","validation-fraction":0.2,"patience":5}}`,
			`{"do":"step","epochs":20}`,
		}},
		"patience": {[]string{
			`{"do":"set","settings":{"optimiser":"adam","learning-rate":0.1,"validation-fraction":0.3,"patience":2}}`,
			`{"do":"step","epochs":60}`,
		}},
		"classes":    {[]string{`{"do":"set","settings":{"dataset":"blobs","classes":3,"class-weights":"balanced","stratify":true}}`, `{"do":"step","epochs":11}`}},
		"table":      {[]string{fmt.Sprintf(`{"do":"data","name":"C:\\mine\\größe.csv","csv":%q}`, table), `{"do":"step","epochs":21}`}},
		"drawn":      {[]string{`{"do":"draw","add":[[0.5,0.5,1],[0.1,-0.3,2],[0.2,-0.3,2],[0.3,-0.35,2]],"remove":[3,5]}`, `{"do":"step","epochs":9}`}},
		"single":     {[]string{`{"do":"set","settings":{"dtype":"float32","standardise":"none","init":"orthogonal"}}`, `{"do":"step","epochs":9}`}},
		"undone":     {[]string{`{"do":"step","epochs":5}`, `{"do":"weight","layer":2,"row":1,"column":0,"value":-1}`, `{"do":"step","epochs":5}`, `{"do":"undo"}`, `{"do":"step","epochs":5}`}},
		"seed":       {[]string{`{"do":"step","epochs":2}`, `{"do":"reset","seed":77}`, `{"do":"seeds","count":3}`, `{"do":"step","epochs":6}`}},
		"short runs": {[]string{`{"do":"step","epochs":1}`}},
	} {
		t.Run(name, func(t *testing.T) {
			start := config.Article()
			start.Samples = 120
			l := laboratory(t, start)
			for _, command := range c.commands {
				obey(t, l, "%s", command)
			}
			f := frame(t, l)
			for _, n := range compared(t, l) {
				k := slices.IndexFunc(l.networks, func(of *network) bool { return of.spec.Name == n.Name })
				if k < 0 {
					t.Fatalf("compare has a network %s", n.Name)
				}
				if !sameBits(n.Model, l.networks[k].model) {
					t.Errorf("%s: compare comes to other weights", n.Name)
				}
				if got, want := float64(f.Networks[k].Loss), n.History.Loss[len(n.History.Loss)-1]; got != want {
					t.Errorf("%s: the last loss is %v, and compare's %v", n.Name, got, want)
				}
				for _, r := range l.networks[k].history.rows {
					if e := int(r[0]); e > 0 && e <= len(n.History.Loss) && r[1] != n.History.Loss[e-1] {
						t.Errorf("%s: the loss of epoch %d is %v, and compare's %v", n.Name, e, r[1], n.History.Loss[e-1])
					}
				}
				if !l.regression() {
					if got := float64(*f.Networks[k].TestAccuracy); got != n.TestAccuracy {
						t.Errorf("%s: the test accuracy is %v, and compare's %v", n.Name, got, n.TestAccuracy)
					}
				}
				for i, of := range f.Networks[k].Layers {
					want := n.Geometry.Layers[i+1]
					kept := float64(want.DistanceCorrelation)
					if len(want.TargetDecoded) > 0 {
						kept = float64(want.TargetDecoded[0])
					}
					for _, v := range [][2]float64{{float64(of.Kept), kept}, {float64(of.Spread), float64(want.Spread)}, {float64(of.Dead), float64(want.Dead)}} {
						if v[0] != v[1] && !(math.IsNaN(v[0]) && math.IsNaN(v[1])) {
							t.Errorf("%s, %s: measured %v, and compare %v", n.Name, of.Stage, v[0], v[1])
						}
					}
				}
			}
		})
	}
}

// A scrubbed epoch is exported as it was then.
func TestEarlierEpochsAreExportedToo(t *testing.T) {
	c := config.Article()
	c.Samples = 80
	l := laboratory(t, c)
	obey(t, l, `{"do":"step","epochs":30}`)
	obey(t, l, `{"do":"scrub","epoch":12}`)
	f := frame(t, l)
	if f.Shown != 12 || f.Epoch != 30 {
		t.Errorf("%d of %d epochs are shown", f.Shown, f.Epoch)
	}
	for k, n := range compared(t, l) {
		if len(n.History.Loss) != 12 || !sameBits(n.Model, l.networks[k].view) {
			t.Errorf("%s: compare does not come to epoch 12", n.Name)
		}
		if got := float64(f.Networks[k].Loss); got != n.History.Loss[11] {
			t.Errorf("%s: loss %v is shown, and compare's is %v", n.Name, got, n.History.Loss[11])
		}
	}
}

func TestInterventionsAreSaidInWhatIsExported(t *testing.T) {
	l := laboratory(t, config.Article())
	obey(t, l, `{"do":"step","epochs":3}`)
	obey(t, l, `{"do":"set","settings":{"learning-rate":0.5}}`)
	obey(t, l, `{"do":"weight","network":1,"layer":1,"row":0,"column":2,"value":0.25}`)
	obey(t, l, `{"do":"rate","network":1,"factor":2}`)
	obey(t, l, `{"do":"step","epochs":2}`)
	for _, name := range []string{"study.yaml", "command.txt"} {
		for file, text := range exported(t, l, name) {
			for _, want := range []string{"compare does not repeat this", "after epoch 3", "learning-rate: 0.5", "W1[0,2] is set to 0.25", "rate-factors: 1,2"} {
				if !strings.Contains(string(text), want) {
					t.Errorf("%s does not say %q:\n%s", file, want, text)
				}
			}
		}
	}
	if text := exported(t, l, "log.json")["log.json"]; !bytes.Contains(text, []byte(`"repeatable": false`)) || !bytes.Contains(text, []byte(`"rate-factors": [`)) {
		t.Errorf("%s", text)
	}
}

// Networks come back from each of their files: exactly from safetensors, up to the arithmetic of scaling
// from npz, and to single precision from ONNX.
func TestNetworksComeBackFromTheirFiles(t *testing.T) {
	for _, c := range []struct {
		name      string
		tolerance float64
	}{{"weights.safetensors", 0}, {"weights.npz", 1e-12}, {"weights.onnx", 1e-5}} {
		l := laboratory(t, config.Article())
		obey(t, l, `{"do":"step","epochs":20}`)
		files := exported(t, l, c.name)
		if len(files) != 2 {
			t.Fatalf("%s: %d files", c.name, len(files))
		}
		want := l.networks[1].model.Clone()
		content := files["relu"+strings.TrimPrefix(c.name, "weights")]
		if _, err := foreign.Decode(c.name, content, foreign.Options{Activation: "relu"}); err != nil {
			t.Fatal(err)
		}
		obey(t, l, `{"do":"reset","seed":5}`)
		if r := obey(t, l, `{"do":"import","kind":%q,"network":1,"base64":%q}`, c.name, base64.StdEncoding.EncodeToString(content)); !r.State {
			t.Error("an import changes nothing")
		}
		for i, p := range l.networks[1].model.Parameters {
			for j, v := range p.Values {
				if w := want.Parameters[i].Values[j]; !(math.Abs(v-w) <= c.tolerance*max(1, math.Abs(w))) {
					t.Fatalf("%s: %s[%d] is %v, want %v", c.name, p.Name, j, v, w)
				}
			}
		}
		if len(l.log) != 1 {
			t.Errorf("%d interventions", len(l.log))
		}
	}
}

func TestStudiesComeBack(t *testing.T) {
	l := laboratory(t, config.Article())
	obey(t, l, `{"do":"set","settings":{"dataset":"xor","activations":["gelu"],"hidden":"3x4","optimiser":"adam"}}`)
	obey(t, l, `{"do":"rate","network":0,"factor":3}`)
	obey(t, l, `{"do":"step","epochs":7}`)
	study := exported(t, l, "study.yaml")["study.yaml"]
	want := l.networks[0].model.Clone()
	other := laboratory(t, config.Article())
	obey(t, other, `{"do":"import","kind":"study.yaml","base64":%q}`, base64.StdEncoding.EncodeToString(study))
	obey(t, other, `{"do":"step","epochs":7}`)
	if !sameBits(want, other.networks[0].model) {
		t.Error("other weights from the same study")
	}
	if _, _, _, err := l.Export("../secret"); err == nil {
		t.Error("a file that is none")
	}
}
