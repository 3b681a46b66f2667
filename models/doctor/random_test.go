package doctor_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"actscope/graph"
	"actscope/models/doctor"
	"actscope/models/handcoded/mistakes"
)

// given are options that say all that a student knows.
func (s *student) given(t testing.TB) doctor.Options {
	activation, err := graph.ActivationNamed(s.activation)
	if err != nil {
		t.Fatal(err)
	}
	o := doctor.Options{Loss: s.loss, Reduction: s.reduction, Activations: []graph.Activation{activation}}
	if s.loss == "mse" {
		o.Output = s.output
	}
	return o
}

// layersNear are the layers that may be named for a fault: what is wrong only on the way down shows below.
func (f planted) layersNear() []int {
	if strings.HasPrefix(f.what, "sent") {
		return []int{f.layer - 1, f.layer}
	}
	return []int{f.layer}
}

// judged tells whether a report's verdict and arrays are the truth, and whether it names every fault's layer and no other.
func judged(r *doctor.Report, faults []planted, wrong []string) (right, located bool) {
	var named []string
	for _, a := range r.Arrays {
		if !a.Agrees {
			named = append(named, a.Name)
		}
	}
	slices.Sort(named)
	slices.Sort(wrong)
	right = slices.Equal(named, wrong) && (len(wrong) == 0) == (r.Verdict != doctor.Wrong)
	located = right
	for _, f := range faults {
		located = located && slices.ContainsFunc(r.Diagnosis, func(d doctor.Fault) bool { return d.Layer != nil && slices.Contains(f.layersNear(), *d.Layer) })
	}
	for _, d := range r.Diagnosis {
		located = located && (d.Layer == nil || slices.ContainsFunc(faults, func(f planted) bool { return slices.Contains(f.layersNear(), *d.Layer) }))
	}
	return right, located
}

// cases is how many files a test draws; DOCTOR_CASES sets another number.
func cases(t *testing.T, usual int) int {
	if n, err := strconv.Atoi(os.Getenv("DOCTOR_CASES")); err == nil {
		return n
	}
	if testing.Short() { // as under the race detector
		return usual / 4
	}
	return usual
}

func TestPlantedFaultsAreNamedInTheirLayers(t *testing.T) {
	n := cases(t, 60)
	for count, least := range []struct{ judged, located float64 }{{1, 1}, {0.99, 0.97}, {0.95, 0.93}, {0.92, 0.86}} {
		rng := rand.New(rand.NewPCG(uint64(count), 5))
		total, right, located := 0, 0, 0
		for range n {
			s := draw(rng)
			faults := s.plant(rng, count)
			arrays, wrong := s.file(rng, faults)
			if len(faults) < count || len(wrong) == 2*len(s.w) && s.proportional(faults) {
				continue
			}
			total++
			r, err := doctor.Judge(t.Context(), arrays, s.given(t))
			if err != nil {
				t.Errorf("%+v: %v", faults, err)
				continue
			}
			for _, d := range r.Diagnosis {
				if !slices.ContainsFunc(doctor.Mistakes(), func(m mistakes.Mistake) bool { return m.ID == d.Mistake }) {
					t.Errorf("%s is not listed", d.Mistake)
				}
			}
			ok, at := judged(r, faults, wrong)
			if ok {
				right++
			}
			if at {
				located++
			} else {
				t.Logf("%s/%s/%s %v rows %d %s rate %v penalty %v: %v, wrong %v; %s %+v", s.loss, s.output, s.reduction, s.widths, s.rows, s.activation, s.rate, s.penalty, faults, wrong, r.Verdict, texts(r))
			}
		}
		t.Logf("%d faults: %d files, %.1f %% judged, %.1f %% located", count, total, 100*float64(right)/float64(total), 100*float64(located)/float64(total))
		if float64(right) < least.judged*float64(total) || float64(located) < least.located*float64(total) {
			t.Errorf("%d faults: %d of %d judged, %d located", count, right, total, located)
		}
	}
}

// proportional tells faults that multiply all gradients alike, as at one row and one output.
func (s *student) proportional(faults []planted) bool {
	gw, gb := s.gradients(faults)
	rw, rb := s.gradients(nil)
	k := 0.0
	for l := range gw {
		for _, pair := range [][2]table{{gw[l], rw[l]}, {gb[l], rb[l]}} {
			for i := range pair[0] {
				for j := range pair[0][i] {
					if r := pair[1][i][j]; r != 0 {
						if k == 0 {
							k = pair[0][i][j] / r
						}
						if d := pair[0][i][j]/r - k; d > 1e-6 || d < -1e-6 {
							return false
						}
					}
				}
			}
		}
	}
	return true
}

func texts(r *doctor.Report) (list []string) {
	for _, a := range r.Arrays {
		if !a.Agrees {
			list = append(list, a.Name)
		}
	}
	for _, d := range r.Diagnosis {
		list = append(list, d.Sentence)
	}
	return append(list, r.Remark)
}

// rounded are arrays of 32-bit numbers.
func rounded(arrays []doctor.Array) []doctor.Array {
	for i := range arrays {
		arrays[i].Single = true
		for j, v := range arrays[i].Values {
			arrays[i].Values[j] = float64(float32(v))
		}
	}
	return arrays
}

func TestSinglePrecision(t *testing.T) {
	rng := rand.New(rand.NewPCG(32, 32))
	total, right, located := 0, 0, 0
	for range cases(t, 60) {
		s := draw(rng)
		count := rng.IntN(3)
		faults := s.plant(rng, count)
		arrays, wrong := s.file(rng, faults)
		if len(faults) < count || len(wrong) == 2*len(s.w) && s.proportional(faults) {
			continue
		}
		total++
		r, err := doctor.Judge(t.Context(), rounded(arrays), s.given(t))
		if err != nil {
			t.Fatal(err)
		}
		ok, at := judged(r, faults, wrong)
		if ok {
			right++
		}
		if at {
			located++
		} else {
			t.Logf("%s/%s/%s %v rows %d %s rate %v penalty %v: %v, wrong %v; %s %+v", s.loss, s.output, s.reduction, s.widths, s.rows, s.activation, s.rate, s.penalty, faults, wrong, r.Verdict, texts(r))
		}
	}
	t.Logf("%d files, %d judged, %d located", total, right, located)
	if 100*right < 95*total || 100*located < 88*total {
		t.Errorf("%d of %d judged, %d located", right, total, located)
	}
}

// With nothing given, right gradients are never called wrong, nor wrong ones right.
func TestNothingGiven(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for i := range cases(t, 40) {
		s := draw(rng)
		faults := s.plant(rng, i%3)
		arrays, wrong := s.file(rng, faults)
		r, err := doctor.Judge(t.Context(), arrays, doctor.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(wrong) == 0 && r.Verdict == doctor.Wrong || r.Verdict == doctor.Right && len(wrong) > 0 {
			t.Errorf("%s/%s/%s %v rows %d %s rate %v penalty %v: %v, wrong %v; %s %s %+v", s.loss, s.output, s.reduction, s.widths, s.rows, s.activation, s.rate, s.penalty, faults, wrong, r.Verdict, r.Summary, texts(r))
		}
	}
}

func TestNoiseIsNeverCalledRight(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	named := 0
	n := cases(t, 100)
	for range n {
		s := draw(rng)
		faults := []planted{{"W-noise", 1 + rng.IntN(len(s.w))}}
		arrays, wrong := s.file(rng, faults)
		if len(wrong) == 0 {
			continue
		}
		r, err := doctor.Judge(t.Context(), arrays, s.given(t))
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != doctor.Wrong {
			t.Errorf("noise in %v is called %s: %v", wrong, r.Verdict, texts(r))
		}
		for _, d := range r.Diagnosis {
			if d.Layer != nil {
				named++
				t.Logf("noise in %v (%v, %d rows) is explained: %v", wrong, s.widths, s.rows, texts(r))
				break
			}
		}
	}
	if named > n/100 {
		t.Errorf("%d of %d files with noise are explained", named, n)
	}
}

// Parameters that were saved after the step are taken back.
func TestParametersAfterTheStepAreUndone(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	for _, rate := range []float64{0.1, 0.5, 0.01} {
		s := draw(rng)
		for s.rows < 5 || s.penalty > 0 || s.rate != 1 || s.activation == "relu" {
			s = draw(rng)
		}
		gw, gb := s.gradients(nil)
		arrays := []doctor.Array{}
		add := func(name string, v table) {
			arrays = append(arrays, doctor.Array{Name: name, Shape: []int{len(v), len(v[0])}, Values: slices.Concat(v...)})
		}
		after := func(p, g table) table {
			return tableOf(len(p), len(p[0]), func(i, j int) float64 { return p[i][j] - rate*g[i][j] })
		}
		add("x", s.x)
		add("y", s.y)
		for l := range s.w {
			add(fmt.Sprintf("W%d", l+1), after(s.w[l], gw[l]))
			add(fmt.Sprintf("b%d", l+1), after(s.b[l], gb[l]))
			add(fmt.Sprintf("dW%d", l+1), gw[l])
			add(fmt.Sprintf("db%d", l+1), gb[l])
		}
		r, err := doctor.Judge(t.Context(), arrays, s.given(t))
		if err != nil || r.Verdict != doctor.Right || !strings.Contains(r.Remark, fmt.Sprintf("W - %g g", rate)) {
			t.Errorf("rate %v: %v, %v %v", rate, err, r.Verdict, texts(r))
		}
	}
}
