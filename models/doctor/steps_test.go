package doctor_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/models/doctor"
)

// Each planted fault is found at its line, and no other line is called wrong, whatever the names, the layout, the line at
// which the batch's size divides, and which right intermediates are not stored.
func TestStepsFindEveryFaultAtItsLine(t *testing.T) {
	for count := range 5 {
		rng := rand.New(rand.NewPCG(uint64(count), 19))
		total, found := 0, 0
		for range cases(t, 50) {
			s := draw(rng)
			s.rate, s.penalty = 1, 0
			if s.rows == 1 {
				s.rows = 4
				s.x, s.y = tableOf(4, len(s.x[0]), func(int, int) float64 { return rng.NormFloat64() }), table{s.y[0], s.y[0], s.y[0], s.y[0]}
			}
			division := []string{"da", "dz", "W"}[rng.IntN(3)]
			faults := s.plantLines(rng, count, division)
			arrays, wrong := s.lineFile(rng, faults, division, count == 4)
			if len(faults) < count {
				continue
			}
			total++
			r, err := doctor.Judge(t.Context(), arrays, s.given(t))
			if err != nil {
				t.Fatal(faults, err)
			}
			slices.Sort(wrong)
			names, text := wrongSteps(r)
			for _, step := range r.Steps {
				if strings.Contains(step.Sentence, "nothing that is looked for") && !slices.Contains(slices.Collect(maps.Values(faults)), "noise") {
					t.Errorf("%v: %s", faults, step.Sentence)
				}
			}
			if slices.Equal(names, wrong) {
				found++
			} else {
				t.Logf("%s/%s/%s %v rows %d %s division %s: planted %v, wrong %v, called %v; %v\n%s", s.loss, s.output, s.reduction, s.widths, s.rows, s.activation, division, faults, wrong, names, r.Understood, text)
			}
		}
		t.Logf("%d faults: %d of %d files", count, found, total)
		if found < total {
			t.Errorf("%d faults: %d of %d files", count, found, total)
		}
	}
}

// pass is a student of two hidden layers with tanh, its lines, and the file of all of them under plain names.
func pass(faults map[line]string, change func(name string, t table) table) (*student, []doctor.Array) {
	rng := rand.New(rand.NewPCG(2, 3))
	fill := func(int, int) float64 { return rng.NormFloat64() }
	s := &student{loss: "softmax", output: "softmax", activation: "tanh", reduction: "mean", rows: 6, widths: []int{4, 5, 3, 2}, rate: 1}
	s.x, s.y = tableOf(6, 4, fill), tableOf(6, 2, func(i, j int) float64 { return float64((i + j) % 2) })
	for l := 1; l < len(s.widths); l++ {
		s.w, s.b = append(s.w, tableOf(s.widths[l-1], s.widths[l], fill)), append(s.b, tableOf(1, s.widths[l], fill))
	}
	v := s.lines(faults, "W")
	var arrays []doctor.Array
	add := func(name string, t table) {
		if change != nil {
			t = change(name, t)
		}
		arrays = append(arrays, doctor.Array{Name: name, Shape: []int{len(t), len(t[0])}, Values: slices.Concat(t...)})
	}
	add("x", s.x)
	add("y", s.y)
	for l := 1; l < len(s.widths); l++ {
		add(fmt.Sprint("W", l), s.w[l-1])
		add(fmt.Sprint("b", l), s.b[l-1])
		for prefix, what := range map[string]string{"Z": "z", "A": "a", "dZ": "dz", "dA": "da", "dW": "W", "db": "b"} {
			add(fmt.Sprint(prefix, l), v[line{what, l}])
		}
	}
	add("loss", v[line{"loss", 3}])
	return s, arrays
}

// said is a step's sentence.
func said(r *doctor.Report, name string) string {
	for _, s := range r.Steps {
		if s.Name == name {
			return s.Sentence
		}
	}
	return ""
}

func TestStepsSayWhatTheyFind(t *testing.T) {
	judge := func(faults map[line]string, change func(string, table) table) *doctor.Report {
		t.Helper()
		s, arrays := pass(faults, change)
		o := s.given(t)
		r, err := doctor.Judge(t.Context(), arrays, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(r); err != nil {
			t.Error(err)
		}
		return r
	}
	expect := func(r *doctor.Report, verdict doctor.Verdict, wrong []string, sentences ...string) {
		t.Helper()
		names, text := wrongSteps(r)
		if r.Verdict != verdict || !slices.Equal(names, wrong) {
			t.Errorf("%s, wrong %v, want %v\n%s", r.Verdict, names, wrong, text)
		}
		for _, s := range sentences {
			if !strings.Contains(text, s) && !strings.Contains(r.Remark, s) {
				t.Errorf("%q is missing in\n%s\n%s", s, text, r.Remark)
			}
		}
	}
	shifted := func(name string, by func(i, j int) float64) func(string, table) table {
		return func(n string, t table) table {
			if n != name {
				return t
			}
			return tableOf(len(t), len(t[0]), func(i, j int) float64 { return t[i][j] + by(i, j) })
		}
	}

	r := judge(nil, nil)
	expect(r, doctor.Right, nil, "dZ3 is right given your dA3 and Z3; it is that of single rows, and the gradients of the parameters are divided by 6", "dW3 is right given your A2 and dZ3   [dW3 = A2ᵀ dZ3 / 6]")
	if len(r.Steps) != 19 || !slices.Equal(r.Steps[1].Given, []string{"Z1"}) || !slices.Equal(r.Steps[2].Given, []string{"A1", "W2", "b2"}) || len(r.Understood.Ignored) > 0 {
		t.Errorf("%d steps, %v, %v, ignored %v", len(r.Steps), r.Steps[1].Given, r.Steps[2].Given, r.Understood.Ignored)
	}

	r = judge(nil, shifted("Z3", func(i, _ int) float64 { return float64(i) }))
	expect(r, doctor.Right, nil, "Z3 is right but for a number for each row")
	r = judge(nil, shifted("Z2", func(i, j int) float64 { return float64(i * j) })) // saved elsewhere
	expect(r, doctor.Right, []string{"Z2"}, "A2 is right given x and the parameters alone", "dZ2 is right given z2 as the parameters make it")
	r = judge(nil, shifted("dZ2", func(i, j int) float64 { return float64(i * j) }))
	expect(r, doctor.Right, []string{"dZ2"}, "dW2 is right given what dZ2 should be", "dA1 is right given what dZ2 should be")
	r = judge(nil, shifted("dA2", func(i, j int) float64 { return float64(i * j) }))
	expect(r, doctor.Right, []string{"dA2"}, "dZ2 is right given what dA2 should be")
	r = judge(map[line]string{{"loss", 3}: "sum"}, nil)
	expect(r, doctor.Right, []string{"loss"}, "loss is the sum over 6 rows: it lacks the mean, by which the gradients are divided")

	r = judge(nil, shifted("Z1", func(i, j int) float64 { return math.NaN() }))
	expect(r, doctor.Right, nil)
	r = judge(nil, shifted("dW1", func(i, j int) float64 { return math.NaN() }))
	expect(r, doctor.Wrong, []string{"dW1"}, "it is not finite")
	r = judge(nil, func(name string, t table) table {
		if name == "dZ3" { // p of (6, 1) minus y of (6) is (6, 6)
			return tableOf(6, 6, func(i, j int) float64 { return t[i][0] - t[j][1] })
		}
		return t
	})
	expect(r, doctor.Right, []string{"dZ3"}, "dZ3 has the shape (6, 6) where that of layer 3 has (6, 2)")

	// What the search cannot explain, the steps do.
	r = judge(map[line]string{{"a", 1}: "missing", {"dz", 2}: "slope-missing", {"W", 1}: "double"}, nil)
	expect(r, doctor.Wrong, []string{"A1", "dW1", "dZ2"}, "A1 is not tanh(Z1): the activation is missing", "dW1 is twice xᵀ dZ1 / 6",
		"dZ2 is not dA2 ∘ tanh'(Z2): the activation's derivative is missing", "the faults are those that the stored intermediates tell")
	var at []string
	for _, f := range r.Diagnosis {
		at = append(at, fmt.Sprint(f.Mistake, *f.Layer))
	}
	if !slices.Equal(at, []string{"forward-pass1", "derivative-missing2", "factor-two1"}) {
		t.Errorf("diagnosis %v", at)
	}
	r = judge(map[line]string{{"da", 2}: "noise", {"da", 1}: "noise", {"dz", 1}: "slope-twice"}, nil)
	expect(r, doctor.Wrong, []string{"dA1", "dA2", "dZ1"}, "dA2 is not dZ3 W3ᵀ, and nothing that is looked for explains it", "applied twice")
	if len(r.Diagnosis) != 1 || *r.Diagnosis[0].Layer != 1 {
		t.Errorf("%v", texts(r))
	}
}

// A loss is told by itself only where it is not right, and other files have no steps.
func TestFilesWithoutIntermediatesHaveNoSteps(t *testing.T) {
	for _, loss := range []string{"", "sum", "none"} {
		s, arrays := pass(map[line]string{{"loss", 3}: loss}, nil)
		arrays = slices.DeleteFunc(arrays, func(a doctor.Array) bool {
			return strings.ContainsAny(a.Name, "ZA") || loss == "none" && a.Name == "loss"
		})
		r, err := doctor.Judge(t.Context(), arrays, s.given(t))
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]int{"sum": 1}[loss]; len(r.Steps) != want {
			t.Errorf("%q: %v", loss, r.Steps)
		}
	}
}

// The activation that stored z and a tell is found where none is given, although no gradient is explained.
func TestStoredActivationsTellTheNetwork(t *testing.T) {
	for _, activation := range []string{"tanh", "relu", "sigmoid"} {
		rng := rand.New(rand.NewPCG(4, 4))
		fill := func(int, int) float64 { return rng.NormFloat64() }
		s := &student{loss: "bce", output: "sigmoid", activation: activation, reduction: "mean", rows: 7, widths: []int{3, 5, 4, 1}, rate: 1}
		s.x, s.y = tableOf(7, 3, fill), tableOf(7, 1, func(i, _ int) float64 { return float64(i % 2) })
		for l := 1; l < 4; l++ {
			s.w, s.b = append(s.w, tableOf(s.widths[l-1], s.widths[l], fill)), append(s.b, tableOf(1, s.widths[l], fill))
		}
		faults := map[line]string{{"dz", 2}: "noise", {"W", 3}: "noise"}
		arrays, wrong := s.lineFile(rng, faults, "dz", true)
		r, err := doctor.Judge(t.Context(), arrays, doctor.Options{})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(wrong)
		if names, text := wrongSteps(r); r.Understood.Activations[0] != activation || !slices.Equal(names, wrong) {
			t.Errorf("%s: %v, wrong %v, want %v\n%s", activation, r.Understood.Activations, names, wrong, text)
		}
	}
}

// In numbers of 32 bits right steps are right, and most faults are found.
func TestStepsOfSinglePrecision(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	total, found := 0, 0
	for i := range cases(t, 60) {
		s := draw(rng)
		s.rate, s.penalty = 1, 0
		if s.rows == 1 {
			continue
		}
		faults := s.plantLines(rng, i%3, "dz")
		arrays, wrong := s.lineFile(rng, faults, "dz", true)
		r, err := doctor.Judge(t.Context(), rounded(arrays), s.given(t))
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(wrong)
		names, text := wrongSteps(r)
		total++
		if slices.Equal(names, wrong) {
			found++
		} else {
			t.Logf("%v rows %d %s: planted %v, called %v\n%s", s.widths, s.rows, s.activation, faults, names, text)
		}
	}
	t.Logf("%d of %d files", found, total)
	if 100*found < 97*total {
		t.Errorf("%d of %d files", found, total)
	}
}

// A factor that all gradients have, another reduction than the one that is said, a penalty, or an error y - p for p - y
// throughout is nothing that a step is called wrong for.
func TestConsistentConventionsAreNoFaults(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 12))
	for i := range cases(t, 60) {
		s := draw(rng)
		s.rate, s.penalty = 1, 0
		if s.rows == 1 {
			continue
		}
		if i%3 == 0 {
			s.penalty = 0.05
		}
		division := []string{"da", "dz", "W"}[rng.IntN(3)]
		arrays, _ := s.lineFile(rng, nil, division, rng.IntN(2) == 0)
		o := s.given(t)
		// The gradients are those behind the parameters in the student's schemes.
		isGradient := func(name string) bool {
			return slices.ContainsFunc(schemes, func(scheme [6]string) bool {
				for l := range 6 {
					if name == fmt.Sprintf(scheme[4], l) || name == fmt.Sprintf(scheme[5], l) {
						return true
					}
				}
				return false
			})
		}
		upward := func(name string) bool {
			return strings.HasPrefix(name, "d") && !isGradient(name) || strings.HasPrefix(name, "grad_net") || strings.HasPrefix(name, "grad_out")
		}
		k := map[int]float64{0: -0.1, 1: 2, 2: 1 / float64(s.rows), 3: 1}[i%4]
		for _, a := range arrays {
			for j := range a.Values {
				if isGradient(a.Name) {
					a.Values[j] *= k
				}
				if upward(a.Name) && i%4 == 3 {
					a.Values[j] *= -1
				}
			}
		}
		if i%8 >= 4 {
			o.Reduction = ""
		}
		r, err := doctor.Judge(t.Context(), arrays, o)
		if err != nil {
			t.Fatal(err)
		}
		if names, text := wrongSteps(r); len(names) > 0 && !slices.Equal(names, []string{r.Understood.Names["loss"]}) {
			t.Errorf("%s/%s/%s %v rows %d division %s, times %v, reduction %q: %v\n%s", s.loss, s.output, s.reduction, s.widths, s.rows, division, k, o.Reduction, names, text)
		}
	}
}

// Somebody's file with intermediates: its dZ are those of single rows, two gradients have a factor of their own.
func TestStepsOfAFileAsSaved(t *testing.T) {
	r, err := doctor.Check(t.Context(), "testdata/wild/relu-columns-two-factors.npz", doctor.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names, text := wrongSteps(r)
	if !slices.Equal(names, []string{"dW2", "db1"}) || len(r.Steps) != 12 || len(r.Understood.Ignored) > 0 {
		t.Errorf("wrong %v of %d, ignored %v\n%s", names, len(r.Steps), r.Understood.Ignored, text)
	}
	if got := said(r, "dW2"); got != "dW2 is twice dZ2 a1ᵀ / 3" {
		t.Error(got)
	}
	if got := said(r, "db1"); got != "db1 is 4 times Σ dZ1 over the samples / 3" {
		t.Error(got)
	}
	if r.Steps[0].Sentence != "cost is right" || !slices.Equal(r.Steps[0].Given, []string{"X", "W1", "b1", "W2", "b2", "W3", "b3", "Y"}) {
		t.Errorf("%+v", r.Steps[0])
	}
	// dA3, dA2 and dA1 of another are those of the layers before: X's shape tells.
	r, err = doctor.Check(t.Context(), "testdata/wild/relu-columns-hidden-restarted-from-output.npz", doctor.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := said(r, "dA3"); got != "dA3 is right" {
		t.Error(got)
	}
}
