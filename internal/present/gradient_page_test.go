package present

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/internal/gradcheck"
	"actscope/models/doctor"
	"actscope/viz"
	"actscope/viz/figures"
)

// gradientFile is a network 2 → 3 → 1 of tanh and a sigmoid with the gradients of the cross-entropy, by loops of its own,
// those of W2 times a factor.
func gradientFile(factor float64) []doctor.Array {
	const n, in, hidden = 5, 2, 3
	r := rand.New(rand.NewPCG(1, 2))
	normal := func(count int) []float64 {
		v := make([]float64, count)
		for i := range v {
			v[i] = r.NormFloat64()
		}
		return v
	}
	x, w1, b1, w2, b2 := normal(n*in), normal(in*hidden), normal(hidden), normal(hidden), normal(1)
	y := []float64{1, 0, 0, 1, 1}
	dw1, db1, dw2, db2 := make([]float64, in*hidden), make([]float64, hidden), make([]float64, hidden), make([]float64, 1)
	for s := range n {
		a, z := make([]float64, hidden), b2[0]
		for j := range hidden {
			u := b1[j]
			for i := range in {
				u += x[s*in+i] * w1[i*hidden+j]
			}
			a[j] = math.Tanh(u)
			z += a[j] * w2[j]
		}
		d := (1/(1+math.Exp(-z)) - y[s]) / n
		db2[0] += d
		for j := range hidden {
			dw2[j] += factor * a[j] * d
			e := d * w2[j] * (1 - a[j]*a[j])
			db1[j] += e
			for i := range in {
				dw1[i*hidden+j] += x[s*in+i] * e
			}
		}
	}
	return []doctor.Array{
		{Name: "x", Shape: []int{n, in}, Values: x}, {Name: "y", Shape: []int{n, 1}, Values: y},
		{Name: "W1", Shape: []int{in, hidden}, Values: w1}, {Name: "b1", Shape: []int{hidden}, Values: b1},
		{Name: "W2", Shape: []int{hidden, 1}, Values: w2}, {Name: "b2", Shape: []int{1}, Values: b2},
		{Name: "dW1", Shape: []int{in, hidden}, Values: dw1}, {Name: "db1", Shape: []int{hidden}, Values: db1},
		{Name: "dW2", Shape: []int{hidden, 1}, Values: dw2}, {Name: "db2", Shape: []int{1}, Values: db2},
	}
}

// gradientRun is the check of a file of arrays.
func gradientRun(t *testing.T, arrays []doctor.Array) *gradcheck.Run {
	t.Helper()
	r, err := doctor.Judge(t.Context(), arrays, doctor.Options{Loss: "bce"})
	if err != nil {
		t.Fatal(err)
	}
	return gradcheck.NewRun("mine.npz", []string{"gradcheck", "--against", "mine.npz"}, r)
}

func gradientHTML(t *testing.T, r *gradcheck.Run) string {
	t.Helper()
	page, err := GradientCheck(r).HTML(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestPageOfWrongGradientsShowsWhatIsWrongFirst(t *testing.T) {
	r := gradientRun(t, gradientFile(2))
	page := gradientHTML(t, r)
	for _, part := range []string{
		"<h1 dir=\"auto\">dW2 is wrong</h1>", "mine.npz: The gradients are wrong for the binary cross-entropy", "2 → 3 → 1", "mean over 5 rows", "samples in rows, W in × out",
		"gradient of W1", "<bdi>Layer 2: factor-two</bdi>", "dW2: a factor 2 too many", "gradcheck --against mine.npz",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is missing", part)
		}
	}
	wrong := strings.Index(page, `<div class="part">
<h3 dir="auto"><bdi>dW2, (3, 1)</bdi>`)
	for _, right := range []string{"dW1, (2, 3)", "db1, (3)"} {
		at := strings.Index(page, `<details class="part"><summary><h3 dir="auto"><bdi>`+right+"</bdi>")
		if wrong < 0 || at < wrong {
			t.Errorf("%s is at %d, the wrong array at %d", right, at, wrong)
		}
	}
	sections := GradientCheck(r).Page.Sections
	rows := sections[len(sections)-1].Parts[0].Tables[0].Rows
	right := gradientFile(1)[8].Values // what is doubled is off by itself
	slices.SortFunc(right, func(a, b float64) int { return cmp.Compare(math.Abs(b), math.Abs(a)) })
	for i, v := range right {
		if want := viz.Num(v, 4); rows[i][3] != want {
			t.Errorf("the difference in row %d is %s, want %s", i, rows[i][3], want)
		}
	}
	if again := gradientHTML(t, gradientRun(t, gradientFile(2))); again != page {
		t.Error("the same file gives another page")
	}
}

func TestPageOfRightGradientsIsFolded(t *testing.T) {
	page := gradientHTML(t, gradientRun(t, gradientFile(1)))
	for _, part := range []string{"The gradients are right", "and their difference, which is within the tolerance everywhere."} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is missing", part)
		}
	}
	if strings.Contains(page, `<div class="part">`) || strings.Count(page, "<details") < 3 || strings.Contains(page, "disagrees") {
		t.Error("an array is open")
	}
}

func TestPageNamesEntriesThatAreNoNumbers(t *testing.T) {
	arrays := gradientFile(1)
	arrays[6].Values[4] = math.NaN()
	r := gradientRun(t, arrays)
	page := gradientHTML(t, r)
	for _, part := range []string{"dW1 is wrong", "entry [1 1] is NaN.", `class="number" dir="auto">NaN</td>`, "NaN or infinite: 1 entry."} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is missing", part)
		}
	}
	if _, err := store(r, nil); err != nil {
		t.Errorf("run.json: %v", err)
	}
}

func TestPageShowsTheGradientThatIsNotGiven(t *testing.T) {
	arrays := gradientFile(1)
	page := gradientHTML(t, gradientRun(t, append(arrays[:6:6], arrays[7:]...)))
	if !strings.Contains(page, "<bdi>W1, (2, 3)</bdi>") || !strings.Contains(page, "its gradient is not given") || !strings.Contains(page, "Heat maps of W1, 2 × 3: the right gradient.") {
		t.Error("W1 is not shown")
	}
}

// run of arrays of the given shapes, every second of which is off by half.
func runOf(shapes ...[]int) *gradcheck.Run {
	r := &doctor.Report{Verdict: doctor.Wrong, Summary: "Wrong.", Understood: doctor.Understanding{Factor: 1}}
	rng := rand.New(rand.NewPCG(3, 4))
	for k, shape := range shapes {
		n := 1
		for _, axis := range shape {
			n *= axis
		}
		a := doctor.ArrayReport{Name: fmt.Sprintf("d%d", k), Shape: shape, Index: make([]int, len(shape)), Agrees: k%2 == 1, Tolerance: 1e-9}
		for range n {
			v := rng.NormFloat64()
			a.Expected = append(a.Expected, v)
			if !a.Agrees {
				v *= 1.5
			}
			a.Given = append(a.Given, v)
		}
		r.Arrays = append(r.Arrays, a)
	}
	return gradcheck.NewRun("big.npz", []string{"gradcheck"}, r)
}

func TestPagesOfLargeNetworksAreBounded(t *testing.T) {
	if page := gradientHTML(t, runOf([]int{784, 128}, []int{128}, []int{128, 10}, []int{10})); len(page) > 2_000_000 {
		t.Errorf("784 → 128 → 10: %d bytes", len(page))
	}
	if testing.Short() {
		return
	}
	var shapes [][]int
	for range 150 {
		shapes = append(shapes, []int{300, 200}, []int{200})
	}
	page := gradientHTML(t, runOf(shapes...))
	if len(page) > 5_000_000 || strings.Count(page, `<figure class="drawing"`) != mostMaps || !strings.Contains(page, "276 arrays beyond the first 24 have no heat map here") || !strings.Contains(page, "150 of 300 arrays are wrong") {
		t.Errorf("300 arrays: %d bytes, %d figures", len(page), strings.Count(page, `<figure class="drawing"`))
	}
}

// Names come from files, and reports from other packages: whatever they are, there is a page.
func TestAnyReportMakesAPage(t *testing.T) {
	for _, name := range []string{"../../etc/passwd", strings.Repeat("long", 30_000), "\x1b[31m", "<script>", "عربي", "", "a b"} {
		r := runOf([]int{3, 2}, []int{1}, []int{2, 2, 2})
		for i := range r.Arrays {
			r.Arrays[i].Name, r.Arrays[i].Remark = name, name
		}
		r.Arrays[0].Expected = nil
		r.Arrays[1].Given, r.Arrays[1].Shape, r.Arrays[1].Index = []float64{math.Inf(1)}, nil, nil
		r.Diagnosis = []doctor.Fault{{Mistake: name, Sentence: name, Should: name}}
		r.Alternatives = []doctor.Alternative{{Summary: name, Diagnosis: r.Diagnosis}}
		r.References = []doctor.Reference{{Parameter: name, Shape: []int{1}, Values: []float64{2}}}
		r.Understood.Network, r.Understood.Ignored, r.Understood.Penalty = name, []string{name}, 0.5
		if page := gradientHTML(t, r); strings.Contains(page, "<script>alert") || len(page) > 2_000_000 {
			t.Errorf("%.20q: %d bytes", name, len(page))
		}
		for _, d := range GradientCheck(r).Drawings {
			if g := d.(figures.GradientComparison); strings.ContainsAny(g.Name, "./\\ \x1b<") || len(g.Name) > 60 {
				t.Errorf("a figure's file is called %q", g.Name)
			}
		}
	}
}

func TestTolerancesOfReportsAreThoseThatDecided(t *testing.T) {
	r := gradientRun(t, gradientFile(2))
	for _, a := range r.Arrays {
		if (a.MaxAbs <= a.Tolerance) != a.Agrees || a.Tolerance != doctor.Double.Margin(a.Expected) {
			t.Errorf("%s: off by %v, tolerance %v, agrees %v", a.Name, a.MaxAbs, a.Tolerance, a.Agrees)
		}
	}
}

func TestEntriesFarthestOffAreListedInOrder(t *testing.T) {
	a := doctor.ArrayReport{Shape: []int{8}, Given: []float64{1, 2, math.NaN(), 4, 5, 6, 7, 8}, Expected: []float64{1, 3, 0, 1, 5.5, 6, 7.1, 7.8}, Tolerance: 1e-9}
	var got []string
	table := farthest(a)
	for _, row := range table.Rows {
		got = append(got, row[0])
	}
	if want := "[2] [3] [1] [4] [7]"; strings.Join(got, " ") != want || table.Note != "6 of its 8 entries differ by more than the tolerance." {
		t.Errorf("%v, want %s; %q", got, want, table.Note)
	}
}
