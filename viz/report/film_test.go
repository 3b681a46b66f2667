package report

import (
	"compress/flate"
	"encoding/base64"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"actscope/viz/figures"
)

// unpacked is a film's bytes, taken apart as the page does.
type unpacked struct {
	t     *testing.T
	bytes []byte
}

func unpack(t *testing.T, packed string) *unpacked {
	t.Helper()
	b, err := io.ReadAll(flate.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed))))
	if err != nil {
		t.Fatal(err)
	}
	return &unpacked{t, b}
}

func (u *unpacked) next() byte {
	if len(u.bytes) == 0 {
		u.t.Fatal("the packed bytes end early")
	}
	b := u.bytes[0]
	u.bytes = u.bytes[1:]
	return b
}

func drawn(t *testing.T, f *Film) *drawnFilm {
	t.Helper()
	d, err := drawFilm(f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPackedFilmHoldsTheValues(t *testing.T) {
	f := sampleFilm(2, 2, 24, 60)
	f.Nets[1].Wrong = nil
	d := drawn(t, f).Data
	if d.Nodes != [2]int{41, 41} || d.X != [2]float64{-2, 2} || d.Y != [2]float64{-3, 3} {
		t.Errorf("grid %v over %v, %v", d.Nodes, d.X, d.Y)
	}
	u := unpack(t, d.Packed)
	for n, net := range f.Nets {
		for s, field := range net.Fields {
			for i, p := range field {
				if got := probability(u.next()); math.Abs(got-p) > 0.005 {
					t.Fatalf("network %d, snapshot %d, node %d: %v, want %v", n, s, i, got, p)
				}
			}
		}
		if d.Nets[n].Wrong != (net.Wrong != nil) {
			t.Errorf("network %d: marks %v", n, d.Nets[n].Wrong)
		}
		for s, wrong := range net.Wrong {
			for i, w := range wrong {
				if got := u.next() == 1; got != w {
					t.Fatalf("network %d, snapshot %d, point %d: wrong %v", n, s, i, got)
				}
			}
		}
		for l, layer := range net.Layers {
			within := [2][2]float64{d.Nets[n].Layers[l].X, d.Nets[n].Layers[l].Y}
			for s, points := range layer.Points {
				for i, v := range points {
					lo, hi := within[i%2][0], within[i%2][1]
					code := uint16(u.next()) | uint16(u.next())<<8
					if got := coordinate(code, lo, hi); math.Abs(got-v) > (hi-lo)/60000 {
						t.Fatalf("network %d, layer %d, snapshot %d: %v, want %v", n, l, s, got, v)
					}
				}
			}
		}
	}
	if len(u.bytes) > 0 {
		t.Errorf("%d bytes too many", len(u.bytes))
	}
}

// classFilm has fields of three classes, each likely near its own place.
func classFilm() *Film {
	f := sampleFilm(1, 0, 3, 60)
	f.Classes, f.Outputs = figures.ClassNames{"a", "b", "c"}, 3
	for i := range f.Labels {
		f.Labels[i] = i % 3
	}
	for s := range f.Epochs {
		f.Nets[0].Fields[s] = nil
		for _, y := range f.Y {
			for _, x := range f.X {
				p, sum := [3]float64{}, 0.0
				for c := range p {
					sin, cos := math.Sincos(float64(s) + 2*math.Pi*float64(c)/3)
					p[c] = math.Exp(x*cos + y*sin)
					sum += p[c]
				}
				for _, v := range p {
					f.Nets[0].Fields[s] = append(f.Nets[0].Fields[s], v/sum)
				}
			}
		}
	}
	return f
}

func TestPackedFilmOfClassesHoldsWinnersConfidencesAndBorders(t *testing.T) {
	f := classFilm()
	d := drawn(t, f)
	if d.Data.Kind != "classes" || len(d.Legend) != 3 || len(d.Data.Outlines) != 3 || d.Data.Light.Class[2] == d.Data.Light.Class[1] {
		t.Errorf("kind %q, legend %v, outlines %v", d.Data.Kind, d.Legend, d.Data.Outlines)
	}
	u := unpack(t, d.Data.Packed)
	nodes, borders := len(f.X)*len(f.Y), 0
	for _, field := range f.Nets[0].Fields {
		codes := make([]byte, 3*nodes)
		for i := range codes {
			codes[i] = u.next()
		}
		lead := func(n int) float64 { v := float64(codes[2*nodes+n]) / 254; return v * v }
		for n := range nodes {
			p := field[3*n : 3*n+3]
			w := int(codes[n])
			if p[w] != slices.Max(p) {
				t.Fatalf("node %d: class %d of %v", n, w, p)
			}
			if got := float64(codes[nodes+n]) / 254; math.Abs(got-p[w]) > 0.002 {
				t.Fatalf("node %d: confidence %v of %v", n, got, p)
			}
			if (n+1)%len(f.X) == 0 || codes[n+1] == codes[n] {
				continue
			}
			// Where both are equal between this node and the next, by linear interpolation.
			q, o := field[3*n+3:3*n+6], int(codes[n+1])
			if third := 3 - w - o; max(p[third]-p[o], q[third]-q[w]) > 0 {
				continue // a third class is between them
			}
			want := (p[w] - p[o]) / (p[w] - p[o] + q[o] - q[w])
			if got := lead(n) / (lead(n) + lead(n+1)); math.Abs(got-want) > 0.03 {
				t.Errorf("node %d: the border is %v on the way to the next, want %v", n, got, want)
			}
			borders++
		}
	}
	if borders < 20 {
		t.Errorf("%d borders", borders)
	}
}

func TestPackedFilmOfNumbersHoldsTheValues(t *testing.T) {
	f := sampleFilm(1, 0, 2, 60)
	f.Labels, f.Values = nil, figures.Values{Name: "progression", Of: make([]float64, 60)}
	for i := range f.Values.Of {
		f.Values.Of[i] = 100 + float64(i)
	}
	f.Nets[0].Accuracy, f.Nets[0].Wrong, f.Nets[0].R2 = nil, nil, []float64{-0.1, 0.5}
	for s, field := range f.Nets[0].Fields {
		for i := range field {
			f.Nets[0].Fields[s][i] = 90 + float64(i)/10
		}
	}
	f.Nets[0].Fields[0][7], f.Nets[0].Fields[1][8] = math.NaN(), 1e6
	d := drawn(t, f)
	// The targets range from 100 to 159, so that colours reach to 188.5 at most.
	if want := [2]float64{90, 188.5}; d.Data.Kind != "values" || *d.Data.Range != want || d.Value != "progression" || len(d.Data.Labels) != 0 {
		t.Fatalf("kind %q, range %v, %q, labels %v", d.Data.Kind, *d.Data.Range, d.Value, d.Data.Labels)
	}
	if got := d.Data.Values[59]; math.Abs(got-(159-90)/98.5) > 1e-5 {
		t.Errorf("the last point is %v of the way", got)
	}
	u := unpack(t, d.Data.Packed)
	for s, field := range f.Nets[0].Fields {
		for i, v := range field {
			code := uint16(u.next()) | uint16(u.next())<<8
			got, want := coordinate(code, 90, 188.5), min(v, 188.5)
			if math.Abs(got-want) > 0.002 && !(math.IsNaN(got) && math.IsNaN(v)) {
				t.Fatalf("snapshot %d, node %d: %v, want %v", s, i, got, want)
			}
		}
	}
}

func TestFilmsOfAnyShapeAreDrawnWithinTheirBudget(t *testing.T) {
	for _, c := range []struct {
		nets, layers, snapshots, points int
		note                            string
	}{
		{1, 0, 1, 0, ""},
		{1, 1, 2, 1, ""},
		{3, 6, 41, 100, ""},
		{2, 7, 30, 40, "6 of the hidden layers are shown, evenly spread."},
		{2, 2, 80, 600, "500 of the 600 test points are shown. 60 of the 80 snapshots are shown."},
		{8, 8, 70, 700, "91 of the 700 test points are shown. 60 of the 70 snapshots are shown. 6 of the hidden layers are shown, evenly spread."},
	} {
		f := sampleFilm(c.nets, c.layers, c.snapshots, c.points)
		d := drawn(t, f)
		if d.Note != c.note {
			t.Errorf("%v: %q", c, d.Note)
		}
		if bytes := len(written(t, Page{Film: f})); bytes > 3<<20 {
			t.Errorf("%v: a page of %d bytes", c, bytes)
		}
		if len(d.Data.Nets) != c.nets || len(d.Data.Nets[0].Layers) != min(c.layers, FilmLayers) {
			t.Errorf("%v: %d networks with %d layers", c, len(d.Data.Nets), len(d.Data.Nets[0].Layers))
		}
		if first, last := d.Data.Epochs[0], d.Data.Epochs[len(d.Data.Epochs)-1]; first != 0 || last != f.Epochs[len(f.Epochs)-1] {
			t.Errorf("%v: from epoch %d to %d", c, first, last)
		}
	}
}

func TestAPartOfTheTestPointsIsSaidToBeOne(t *testing.T) {
	f := sampleFilm(1, 0, 3, 10)
	f.Of = 100000
	if got := drawn(t, f).Note; got != "10 of the 100000 test points are shown." {
		t.Errorf("got %q", got)
	}
}

func TestFineAndUnevenGridsAreInterpolated(t *testing.T) {
	f := &Film{Epochs: []int{0}, Nets: []FilmNet{{}}}
	for i := range 201 {
		t := float64(i) / 200
		f.X = append(f.X, t*t) // uneven
		f.Y = append(f.Y, t)
	}
	plane := func(x, y float64) float64 { return 0.1 + 0.3*x + 0.5*y }
	var field []float64
	for _, y := range f.Y {
		for _, x := range f.X {
			field = append(field, plane(x, y))
		}
	}
	f.Nets[0].Fields = [][]float64{field}
	if err := f.check(); err != nil {
		t.Fatal(err)
	}
	r := selectForFilm(f)
	if len(r.x) != FilmNodes || len(r.y) != FilmNodes {
		t.Fatalf("%d × %d nodes", len(r.x), len(r.y))
	}
	for n, got := range r.resample(field, 0) {
		// Linear interpolation is exact on a plane.
		if want := plane(r.x[n%FilmNodes], r.y[n/FilmNodes]); math.Abs(got-want) > 1e-12 {
			t.Fatalf("node %d: %v, want %v", n, got, want)
		}
	}
}

func TestNotFiniteValuesTouchNoOthers(t *testing.T) {
	f := sampleFilm(1, 1, 2, 4)
	f.Nets[0].Fields[0][5*41+7] = math.NaN()
	f.Nets[0].Fields[1][0] = math.Inf(1)
	f.Nets[0].Layers[0].Points[0] = []float64{math.NaN(), 1, math.Inf(-1), 2, 3, 3, -1e308, 4}
	f.Nets[0].Loss[1] = math.NaN()
	d := drawn(t, f).Data
	u := unpack(t, d.Packed)
	missing := 0
	for range 2 * 41 * 41 {
		if u.next() == noProbability {
			missing++
		}
	}
	if missing != 2 {
		t.Errorf("%d nodes are missing, want 2", missing)
	}
	if d.Nets[0].Loss[1] != nil || *d.Nets[0].Loss[0] != 0.7 {
		t.Errorf("losses %v", d.Nets[0].Loss)
	}
	if got := d.Nets[0].Layers[0].X[0]; got != -1e308 {
		t.Errorf("the range begins at %v", got)
	}
	for i := range f.Nets[0].Fields[0] {
		f.Nets[0].Fields[0][i] = math.NaN()
	}
	for s := range f.Nets[0].Layers[0].Points {
		f.Nets[0].Layers[0].Points[s] = []float64{math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	}
	if got := drawn(t, f).Data.Nets[0].Layers[0].X; got != [2]float64{0, 1} {
		t.Errorf("a layer of NaN ranges over %v", got)
	}
}

func TestFilmsThatDoNotFitTogetherAreRefused(t *testing.T) {
	for want, spoil := range map[string]func(*Film){
		"no snapshots":                           func(f *Film) { f.Epochs = nil },
		"no networks":                            func(f *Film) { f.Nets = nil },
		"a grid of 1 × 41":                       func(f *Film) { f.X = f.X[:1] },
		"60 labels":                              func(f *Film) { f.Points = f.Points[1:] },
		"node 3 of Y is -9":                      func(f *Film) { f.Y[2] = -9 },
		"node 1 of X is NaN":                     func(f *Film) { f.X[0] = math.NaN() },
		"epoch 0 at snapshot 2":                  func(f *Film) { f.Epochs[1] = 0 },
		"epoch -1 at snapshot 1":                 func(f *Film) { f.Epochs[0] = -1 },
		"point 2 has the coordinate":             func(f *Film) { f.Points[3] = math.Inf(1) },
		"snapshot 2 has 3 values for 1681 nodes": func(f *Film) { f.Nets[0].Fields[1] = []float64{1, 2, 3} },
		`network "relu": marks of wrong points: snapshot 1 has`: func(f *Film) { f.Nets[1].Wrong[0] = nil },
		"5 losses for 24 snapshots":                             func(f *Film) { f.Nets[0].Loss = make([]float64, 5) },
		"0 accuracies for 24 snapshots":                         func(f *Film) { f.Nets[0].Accuracy = []float64{} },
		"hidden layer 1: 0 sets of activations":                 func(f *Film) { f.Nets[0].Layers[0].Points = nil },
		"label 2 of point 1 is none of 0 to 1":                  func(f *Film) { f.Labels[0] = 2 },
		"3 outputs for 2 classes":                               func(f *Film) { f.Outputs = 3 },
		"one output for 3 classes":                              func(f *Film) { f.Classes = figures.ClassNames{"a", "b", "c"} },
		"120 coordinates for 2 labels":                          func(f *Film) { f.Values.Of = []float64{1, 2} },
	} {
		f := sampleFilm(2, 1, 24, 60)
		spoil(f)
		if _, err := drawFilm(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want ... %s", err, want)
		}
	}
}

func TestSpreadKeepsBothEndsAndEvenGaps(t *testing.T) {
	for _, c := range []struct {
		n, most int
		want    []int
	}{{5, 10, []int{0, 1, 2, 3, 4}}, {7, 3, []int{0, 3, 6}}, {50, 6, []int{0, 10, 20, 29, 39, 49}}, {9, 1, []int{0}}, {3, 0, nil}, {0, 4, nil}, {-1, -1, nil}} {
		if got := EvenlySpaced(c.n, c.most); !slices.Equal(got, c.want) {
			t.Errorf("%d of %d: %v, want %v", c.most, c.n, got, c.want)
		}
	}
}

// probability is the inverse of quantiseProbability, as film.js's boundary has it.
func probability(code byte) float64 {
	if code == noProbability {
		return math.NaN()
	}
	u := (float64(code) - 127) / 127
	return 0.5 + 0.5*u*math.Abs(u)
}

func coordinate(code uint16, lo, hi float64) float64 {
	if code == noCoordinate {
		return math.NaN()
	}
	t := float64(code) / 65534
	return lo*(1-t) + hi*t
}

func TestProbabilitiesSurviveQuantising(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		got := probability(quantiseProbability(p))
		// Half a level wide, where the levels lie 2·√|2p−1|/127 apart in 2p−1.
		d := math.Abs(2*p - 1)
		if bound := 0.5*(math.Sqrt(d)/127+1/(4.*127*127)) + 1e-12; math.Abs(got-p) > bound {
			t.Errorf("%v comes back as %v, off by more than %v", p, got, bound)
		}
		if (got > 0.5) && p < 0.5 || (got < 0.5) && p > 0.5 {
			t.Errorf("%v crosses the boundary to %v", p, got)
		}
	})
	for p, want := range map[float64]float64{0: 0, 0.5: 0.5, 1: 1, -3: 0, 7: 1} {
		if got := probability(quantiseProbability(p)); got != want {
			t.Errorf("%v comes back as %v, want %v", p, got, want)
		}
	}
}

func TestCoordinatesSurviveQuantising(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e300, 1e300).Draw(t, "lo")
		hi := lo + rapid.Float64Range(0, 1e300).Draw(t, "width")
		v := rapid.Float64Range(lo, hi).Draw(t, "v")
		got := coordinate(quantiseCoordinate(v, lo, hi), lo, hi)
		if bound := (hi-lo)/65534/2 + 1e-9*math.Abs(v) + 1e-300; hi > lo && math.Abs(got-v) > bound {
			t.Errorf("%v in %v to %v comes back as %v", v, lo, hi, got)
		}
	})
	if got := coordinate(quantiseCoordinate(-math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64), -math.MaxFloat64, math.MaxFloat64); got != -math.MaxFloat64 {
		t.Errorf("the lower end of all numbers comes back as %v", got)
	}
}

func TestWhatIsNotFiniteStaysRecognisable(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got := probability(quantiseProbability(v)); !math.IsNaN(got) {
			t.Errorf("probability %v comes back as %v", v, got)
		}
		if got := coordinate(quantiseCoordinate(v, 0, 1), 0, 1); !math.IsNaN(got) {
			t.Errorf("coordinate %v comes back as %v", v, got)
		}
	}
}

// modelFilm has the sample's points, and networks of one hidden layer of two units that are the points themselves, stretched more
// from snapshot to snapshot.
func modelFilm(nets int) *Film {
	f := sampleFilm(nets, 1, 5, 60)
	f.Inputs, f.Lift = f.Points, [3][]float64{{0, 0}, {1, 0}, {0, 1}}
	for n := range f.Nets {
		m := &Model{Inputs: 2, Layers: []ModelLayer{
			{2, []ModelStep{{Do: Dense, At: []int{0, 4}}, {Do: Activated, Function: []any{"tanh", "z"}}}},
			{1, []ModelStep{{Do: Dense, At: []int{6, 8}}, {Do: Activated, Function: []any{"sigmoid", "z"}}}},
		}}
		for s := range f.Epochs {
			a := 0.2*float64(s+1) + float64(n)
			m.Values = append(m.Values, []float64{a, 0.1, -0.1, a, 0, 0, 1, -2, 0.05})
		}
		f.Nets[n].Model, f.Nets[n].Fields = m, nil
		f.Nets[n].Layers[0].Points = nil
	}
	return f
}

func TestFilmsOfModelsAreChecked(t *testing.T) {
	if f := modelFilm(2); !f.Computed() || !drawn(t, f).Data.Computed {
		t.Fatal("the page does not compute the film")
	}
	for want, spoil := range map[string]func(*Film){
		"model: numbers of 4 snapshots for 5":                   func(f *Film) { f.Nets[0].Model.Values = f.Nets[0].Model.Values[1:] },
		"model: 118 inputs for 60 points":                       func(f *Film) { f.Inputs = f.Inputs[2:] },
		"model: the plane's vector 2 has 1 numbers":             func(f *Film) { f.Lift[1] = f.Lift[1][1:] },
		"model: number 2 at snapshot 3 is NaN":                  func(f *Film) { f.Nets[0].Model.Values[2][1] = math.NaN() },
		"model: layer 2: step dense reads numbers 9 to 10 of 9": func(f *Film) { f.Nets[1].Model.Layers[1].Steps[0].At[0] = 8 },
		"model: layer 1: step dense has 1 arrays, not 2":        func(f *Film) { f.Nets[1].Model.Layers[0].Steps[0].At = []int{0} },
		"model: 2 layers, 2 inputs, unit 1: it has both":        func(f *Film) { f.Nets[1].Model.Shown = 1 },
		"3 distances for 60 points":                             func(f *Film) { f.Nets[0].Distances = []float64{1, 2, 3} },
		"0 fields for 5 snapshots":                              func(f *Film) { f.Nets[0].Model = nil },
		"2 numbers of 60 points":                                func(f *Film) { f.Numbers = []int{1, 2} },
		"model: 8 numbers at snapshot 2, 9 at the first":        func(f *Film) { f.Nets[0].Model.Values[1] = make([]float64, 8) },
	} {
		f := modelFilm(2)
		spoil(f)
		if _, err := drawFilm(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want ... %s", err, want)
		}
	}
}

func TestNumbersOfModelsKeepElevenDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.Float64(), 3, 3)
		rows := [][]float64{row.Draw(t, "first"), row.Draw(t, "second")}
		raw := appendNumbers(nil, rows)
		if len(raw) != 2*3*numberBytes {
			t.Fatalf("%d bytes", len(raw))
		}
		for r := range rows {
			for i, want := range rows[r] {
				var bits uint64
				for b := range numberBytes {
					v := raw[b*6+3*r+i]
					if r > 0 {
						v ^= raw[b*6+i]
					}
					bits |= uint64(v) << (56 - 8*b)
				}
				got := math.Float64frombits(bits)
				if math.Abs(got-want) > 8e-12*math.Abs(want)+1e-310 && math.Abs(got/2-want/2) > 8e-12*math.Abs(want/2) {
					t.Errorf("%v comes back as %v", want, got)
				}
			}
		}
	})
}
