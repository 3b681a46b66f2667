package article

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat"

	"actscope/internal/config"
	"actscope/internal/npz"
)

// golden holds what the article's own algorithm, run in NumPy 1.24, produces.
//
//go:embed golden/article.npz golden/article.json
var golden embed.FS

// referenceArrays are the reference values under the names of a run's arrays.npz.
func referenceArrays() (npz.Arrays, error) {
	file, err := golden.ReadFile("golden/article.npz")
	if err != nil {
		return nil, err
	}
	return npz.Read(bytes.NewReader(file), int64(len(file)))
}

func referenceAccuracies() (map[string]Accuracies, error) {
	file, err := golden.ReadFile("golden/article.json")
	if err != nil {
		return nil, err
	}
	var networks struct{ Sigmoid, ReLU Accuracies }
	if err := json.Unmarshal(file, &networks); err != nil {
		return nil, fmt.Errorf("golden/article.json: %w", err)
	}
	return map[string]Accuracies{"sigmoid": networks.Sigmoid, "relu": networks.ReLU}, nil
}

// referenceEvidence are the numbers of the article's claims as its algorithm gives
// them.
func referenceEvidence() (map[string]Evidence, error) {
	arrays, err := referenceArrays()
	if err != nil {
		return nil, err
	}
	accuracies, err := referenceAccuracies()
	if err != nil {
		return nil, err
	}
	all := make(map[string]Evidence)
	for _, name := range config.Article().Activations {
		values := func(array string) []float64 {
			a, _ := arrays.Lookup(name + "_" + array)
			return a.Values
		}
		e := Evidence{TestAccuracy: accuracies[name].Test}
		e.Loss = QuarterLosses(values("loss_history"))
		for l := range config.Article().Hidden {
			e.Spread = append(e.Spread, stat.PopStdDev(values(fmt.Sprintf("hidden%d_test", l+1)), nil))
		}
		trace := values("trace")
		e.Trace = [2][]float64{trace[:len(trace)/2], trace[len(trace)/2:]}
		all[name] = e
	}
	return all, nil
}

// Departure is a reproduced number that is farther from its reference than
// rounding explains.
type Departure struct {
	// Name is that of the array, such as "relu_final_W2".
	Name string
	// Distance is the largest departure, Allowed the largest that passes.
	Distance, Allowed float64
}

func (d Departure) String() string {
	return fmt.Sprintf("%s departs from the reference by %.3g; %.3g is allowed", d.Name, d.Distance, d.Allowed)
}

// tolerance is how far an array may be from the reference, and whether that is
// relative to the reference value.
func tolerance(name string) (allowed float64, relative bool) {
	switch {
	case name == "y", strings.HasPrefix(name, "y_"), name == "first_shuffles":
		return 0, false
	case strings.HasPrefix(name, "x_"), strings.HasPrefix(name, "far_"), name == "mean", name == "scale":
		return 1e-14, false
	case strings.Contains(name, "_init_"):
		return 1e-15, false
	case strings.Contains(name, "_loss_"):
		return 1e-9, true
	}
	return 1e-9, false
}

// Accuracies are one network's shares of rows that it classifies rightly.
type Accuracies struct {
	Train float64 `json:"train_accuracy"`
	Test  float64 `json:"test_accuracy"`
}

// Departures lists the numbers of a run of the article's configuration that are not those of
// the article's own algorithm: of its arrays under the names of the reference values, and
// of the accuracies of its networks by name. An array that is missing or of another size
// departs by infinity.
func Departures(arrays npz.Arrays, accuracies map[string]Accuracies) ([]Departure, error) {
	reference, err := referenceArrays()
	if err != nil {
		return nil, err
	}
	wanted, err := referenceAccuracies()
	if err != nil {
		return nil, err
	}
	found := departuresFrom(reference, arrays)
	for _, name := range config.Article().Activations {
		got, want := accuracies[name], wanted[name]
		if got.Train != want.Train {
			found = append(found, Departure{name + " train accuracy", math.Abs(got.Train - want.Train), 0})
		}
		if got.Test != want.Test {
			found = append(found, Departure{name + " test accuracy", math.Abs(got.Test - want.Test), 0})
		}
	}
	return found, nil
}

func departuresFrom(reference, measured npz.Arrays) []Departure {
	var found []Departure
	for _, want := range reference {
		allowed, relative := tolerance(want.Name)
		got, ok := measured.Lookup(want.Name)
		distance := math.Inf(1)
		if ok && len(got.Values) == len(want.Values) {
			distance = largestDistance(got.Values, want.Values, relative)
		}
		if !(distance <= allowed) { // NaN departs too
			found = append(found, Departure{want.Name, distance, allowed})
		}
	}
	return found
}

func largestDistance(got, want []float64, relative bool) float64 {
	largest := 0.0
	for i, w := range want {
		d := math.Abs(got[i] - w)
		if relative {
			d /= math.Abs(w)
		}
		if d > largest || math.IsNaN(d) {
			largest = d
		}
	}
	return largest
}
