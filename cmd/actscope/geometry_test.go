package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever the networks are like, their geometry is in the run file, the page and a
// figure.
func TestCompareMeasuresTheGeometryOfAnyNetwork(t *testing.T) {
	t.Parallel()
	for _, settings := range []string{
		"--samples 8 --epochs 5 --hidden 1,1",                             // the test rows are of one class
		"--hidden 4,4,4,4,4,4,4,4 --epochs 20 --activations relu,sigmoid", // a layer is dead
		"--parts batch-norm,dropout:0.2 --epochs 5 --dtype float32",
		"--epochs 1 --learning-rate 1e-9 --activations sigmoid", // no boundary near the points
	} {
		t.Run(settings, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "run")
			succeed(t, append([]string{"compare", "--quiet", "--format", "svg", "--out", out}, strings.Fields(settings)...)...)
			files := tree(t, out)
			var run struct {
				Networks []struct {
					Hidden   []int `json:"hidden"`
					Geometry struct {
						Layers []struct {
							Undefined map[string]string `json:"undefined"`
						} `json:"layers"`
					} `json:"geometry"`
				} `json:"networks"`
			}
			if err := json.Unmarshal([]byte(files["run.json"]), &run); err != nil {
				t.Fatal(err)
			}
			for _, n := range run.Networks {
				if len(n.Geometry.Layers) != len(n.Hidden)+2 {
					t.Errorf("%d layers are measured for %v", len(n.Geometry.Layers), n.Hidden)
				}
			}
			for _, figure := range []string{"boundary_distance", "noticeable_distance"} {
				if files["figures/"+figure+".svg"] == "" {
					t.Errorf("no figure %s", figure)
				}
			}
			for _, title := range []string{"Distance to the decision boundary, layer by layer", "Just-noticeable distances", "The shape of the layers"} {
				if !strings.Contains(files["report.html"], title) {
					t.Errorf("the page has no table %q", title)
				}
			}
			for _, nothing := range []string{"NaN", "+Inf"} {
				if strings.Contains(files["run.json"], nothing) || strings.Contains(files["report.html"], ">"+nothing+"<") {
					t.Errorf("%s in the results", nothing)
				}
			}
		})
	}
}
