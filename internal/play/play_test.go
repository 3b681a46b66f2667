package play

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/models"
)

// laboratory is one with a clock of its own, which passes a millisecond whenever it is asked.
func laboratory(t testing.TB, c config.Config) *Laboratory {
	t.Helper()
	l, err := New(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(0, 0)
	l.now = func() time.Time {
		now = now.Add(time.Microsecond)
		return now
	}
	return l
}

// obey has a command carried out that has to be.
func obey(t testing.TB, l *Laboratory, format string, args ...any) reply {
	t.Helper()
	text := fmt.Sprintf(format, args...)
	r := answered(t, l, text)
	if !r.OK {
		t.Fatalf("%s: %s: %s", text, r.Error.Key, r.Error.Message)
	}
	return r
}

func answered(t testing.TB, l *Laboratory, text string) reply {
	t.Helper()
	var r reply
	if err := json.Unmarshal(l.Obey([]byte(text)), &r); err != nil {
		t.Fatal(err)
	}
	if r.OK == (r.Error != nil) {
		t.Fatalf("%s: %+v", text, r)
	}
	return r
}

// shown is a frame that was taken apart, as a page does it.
type shown struct {
	frameHeader
	payload []byte
}

func frame(t testing.TB, l *Laboratory) shown {
	t.Helper()
	text := l.Frame(nil)
	length := int(binary.LittleEndian.Uint32(text))
	var s shown
	if err := json.Unmarshal(text[4:4+length], &s.frameHeader); err != nil {
		t.Fatal(err)
	}
	from := (4 + length + 7) / 8 * 8
	s.payload = text[from:]
	return s
}

// array are the numbers of an array of the frame.
func (s shown) array(t testing.TB, name string) (values []float64, shape []int) {
	t.Helper()
	for _, a := range s.Arrays {
		if a.Name != name {
			continue
		}
		count := 1
		for _, n := range a.Shape {
			count *= n
		}
		for i := range count {
			switch a.Type {
			case "u8":
				values = append(values, float64(s.payload[a.Offset+i]))
			case "f32":
				if a.Offset%4 != 0 {
					t.Fatalf("%s begins at %d", name, a.Offset)
				}
				values = append(values, float64(math.Float32frombits(binary.LittleEndian.Uint32(s.payload[a.Offset+4*i:]))))
			}
		}
		return values, a.Shape
	}
	t.Fatalf("no array %s in %v", name, s.Arrays)
	return nil, nil
}

// trained are the loss of each epoch and the parameters of a network that models.Train trained.
func trained(t testing.TB, c config.Config, k int, d *experiment.Dataset) (models.History, *models.Network) {
	t.Helper()
	specifications, err := c.Specifications()
	if err != nil {
		t.Fatal(err)
	}
	if d == nil {
		if d, err = experiment.Load(context.Background(), c.Points); err != nil {
			t.Fatal(err)
		}
	}
	training, err := experiment.Prepare(specifications[k], d)
	if err != nil {
		t.Fatal(err)
	}
	o, err := training.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return o.History, training.Network
}

func sameBits(a, b *models.Network) bool {
	one, two := experiment.State(a), experiment.State(b)
	for i := range one {
		for j, v := range one[i].Values {
			if math.Float64bits(v) != math.Float64bits(two[i].Values[j]) {
				return false
			}
		}
	}
	return len(one) == len(two)
}

func TestFramesShowWhatTrainingGives(t *testing.T) {
	c := config.Article()
	c.Epochs = 30
	l := laboratory(t, c)
	obey(t, l, `{"id":1,"do":"step","epochs":30}`)
	obey(t, l, `{"id":2,"do":"point","at":[0.5,0.25]}`)
	f := frame(t, l)
	if f.Epoch != 30 || f.Obeyed != 2 || f.Playing {
		t.Errorf("%+v", f.frameHeader)
	}
	for k := range 2 {
		history, net := trained(t, c, k, nil)
		if !sameBits(net, l.networks[k].model) {
			t.Errorf("network %d has other parameters than training gives", k)
		}
		if got := float64(f.Networks[k].Loss); got != history.Loss[29] {
			t.Errorf("network %d: loss %v, want %v", k, got, history.Loss[29])
		}
		accuracy, err := net.Accuracy(l.data.Test)
		if err != nil {
			t.Fatal(err)
		}
		if got := float64(*f.Networks[k].TestAccuracy); got != accuracy {
			t.Errorf("network %d: accuracy %v, want %v", k, got, accuracy)
		}
		rows, shape := f.array(t, fmt.Sprintf("%d/history", k))
		if shape[0] != 31 || rows[4*30] != 30 || float32(rows[4*30+1]) != float32(history.Loss[29]) {
			t.Errorf("network %d: history %v %v", k, shape, rows[len(rows)-4:])
		}
		trace, _ := f.array(t, fmt.Sprintf("%d/trace", k))
		at := []float64{0.5, 0.25}
		if err := l.data.Scaling.Apply(at); err != nil {
			t.Fatal(err)
		}
		o, err := net.Observe(at)
		if err != nil {
			t.Fatal(err)
		}
		if len(trace) != 2*(8+8+1) || float32(trace[0]) != float32(o.Pre[0].At(0, 0)) || float32(trace[33]) != float32(o.Post[2].At(0, 0)) {
			t.Errorf("network %d: trace %v", k, trace)
		}
		// A corner of the map, top left, by the network itself.
		m, shape := f.array(t, fmt.Sprintf("%d/map", k))
		domain := l.plane.domain
		corner := []float64{domain[0] + (domain[1]-domain[0])/200, domain[3] - (domain[3]-domain[2])/200}
		if err := l.data.Scaling.Apply(corner); err != nil {
			t.Fatal(err)
		}
		p, err := net.Predict(corner)
		if err != nil {
			t.Fatal(err)
		}
		if shape[0] != 100 || math.Abs((m[0]-127)/127-math.Copysign(math.Sqrt(math.Abs(2*p[0]-1)), p[0]-0.5)) > 0.6/127 {
			t.Errorf("network %d: the corner of the map is %v for %v", k, m[0], p[0])
		}
		weights, shape := f.array(t, fmt.Sprintf("%d/weights/2", k))
		if shape[0] != 8 || shape[1] != 8 || float32(weights[9]) != float32(net.Parameters[2].Values[9]) {
			t.Errorf("network %d: weights of layer 2 are %v", k, weights)
		}
		f.array(t, fmt.Sprintf("%d/units/1", k))
		f.array(t, fmt.Sprintf("%d/hidden/2", k))
		f.array(t, fmt.Sprintf("%d/bias/3", k))
	}
}

func TestTrainingByBudgetIsTrainingByEpochs(t *testing.T) {
	c := config.Article()
	c.Optimiser, c.Parts = "adam", []string{"batch-norm", "dropout:0.2"}
	l := laboratory(t, c)
	obey(t, l, `{"do":"speed","epochs_per_second":0}`)
	obey(t, l, `{"do":"play"}`)
	for l.epoch < 25 {
		l.Advance(3 * time.Microsecond) // less than an epoch takes
	}
	obey(t, l, `{"do":"pause"}`)
	c.Epochs = l.epoch
	for k := range 2 {
		if _, net := trained(t, c, k, nil); !sameBits(net, l.networks[k].model) {
			t.Errorf("network %d has other parameters after %d epochs", k, l.epoch)
		}
	}
}

func TestStateHasEverySetting(t *testing.T) {
	l := laboratory(t, config.Article())
	var s struct {
		Settings map[string]json.RawMessage
		Data     struct{ Train, Test [][2]float64 }
		Networks []struct{ Widths []int }
	}
	if err := json.Unmarshal(l.State(), &s); err != nil {
		t.Fatal(err)
	}
	for _, setting := range config.Settings() {
		if _, there := s.Settings[setting.Key]; !there {
			t.Errorf("no setting %s", setting.Key)
		}
	}
	if len(s.Data.Train) != 300 || len(s.Data.Test) != 100 || fmt.Sprint(s.Networks[0].Widths) != "[2 8 8 1]" {
		t.Errorf("%d rows, %d test rows, widths %v", len(s.Data.Train), len(s.Data.Test), s.Networks[0].Widths)
	}
	// What the state says can be set again, and changes nothing.
	settings, _ := json.Marshal(s.Settings)
	if r := obey(t, l, `{"do":"set","settings":%s}`, settings); r.State {
		t.Error("the settings as they are changed the state")
	}
	raw := l.data.Raw
	for i, row := range l.plane.trainRows {
		if want := raw.Row(row); math.Abs(s.Data.Train[i][0]-want[0]) > 1e-12 || math.Abs(s.Data.Train[i][1]-want[1]) > 1e-12 {
			t.Fatalf("training row %d is %v, want %v", i, s.Data.Train[i], want)
		}
	}
	if !bytes.Contains(l.State(), []byte(`"version":`)) {
		t.Error("no version")
	}
}

func BenchmarkEpoch(b *testing.B) {
	for _, depth := range []int{2, 6} {
		b.Run(fmt.Sprint(depth, "x8"), func(b *testing.B) {
			c := config.Article()
			c.Hidden = make([]int, depth)
			for i := range c.Hidden {
				c.Hidden[i] = 8
			}
			l := laboratory(b, c)
			l.now = time.Now
			b.ReportAllocs()
			for b.Loop() {
				l.budgeted = true
				l.settle()
			}
		})
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, side := range []int{100, 50} {
		for _, depth := range []int{2, 6} {
			b.Run(fmt.Sprintf("%dx8/%d", depth, side), func(b *testing.B) {
				c := config.Article()
				c.Hidden = make([]int, depth)
				for i := range c.Hidden {
					c.Hidden[i] = 8
				}
				l := laboratory(b, c)
				l.now = time.Now
				obey(b, l, `{"do":"view","grid":%d}`, side)
				l.Frame(nil)
				var text []byte
				b.ReportAllocs()
				for b.Loop() {
					text = l.Frame(text[:0])
				}
				b.ReportMetric(float64(len(text))/1000, "kB")
			})
		}
	}
}

func BenchmarkResetAndFrame(b *testing.B) {
	l := laboratory(b, config.Article())
	l.now = time.Now
	l.Frame(nil)
	for b.Loop() {
		obey(b, l, `{"do":"reset"}`)
		l.Frame(nil)
	}
}

func BenchmarkReset(b *testing.B) {
	l := laboratory(b, config.Article())
	l.now = time.Now
	l.Frame(nil)
	for b.Loop() {
		obey(b, l, `{"do":"reset"}`)
	}
}

// A rate that is dragged: each command remembers the moment before it.
func BenchmarkRateAndFrame(b *testing.B) {
	l := laboratory(b, config.Article())
	l.now = time.Now
	obey(b, l, `{"do":"step","epochs":100}`)
	l.Frame(nil)
	rate := 0.05
	for b.Loop() {
		rate *= 1.0001
		obey(b, l, `{"do":"set","settings":{"learning-rate":%v}}`, rate)
		l.Frame(nil)
	}
}

func BenchmarkPointAndFrame(b *testing.B) {
	l := laboratory(b, config.Article())
	l.now = time.Now
	l.Frame(nil)
	for b.Loop() {
		obey(b, l, `{"do":"point","at":[0.1,0.2]}`)
		l.Frame(nil)
	}
}
