package play

import (
	"context"
	"math"
	"slices"
	"time"

	"actscope/data"
	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/models"
)

// strip is the same networks from other seeds, the ones after the laboratory's, which train beside them:
// one run is one draw. It begins anew whenever something is changed by hand.
type strip struct {
	count  int
	ofSeed [][]*twin // by seed, then by network
	shared []*shared // by network
	epoch  int       // that all have made
	next   time.Time // when it is shown anew
	maps   []byte
	// trainers, by network, keep what was compiled when the strip begins anew.
	trainers []*experiment.Trainer
	// stale says that settings have changed: the strip begins anew when made is long enough ago, so that
	// the moves of a slider do not each make one.
	stale bool
	made  time.Time
}

// shared is what the twins of a network train with, one after the other: compiled once.
type shared struct {
	model *models.Network
	test  *models.Validator
}

// twin is a network from another seed.
type twin struct {
	seed    uint32
	trainer *models.Trainer
	values  [][]float64 // of the network, while another one has the shared one
	loss    float64
	judged  models.Validation
	failed  bool
}

// frameSeed is what a frame says of a seed.
type frameSeed struct {
	Seed     uint32     `json:"seed"`
	Networks []seedTwin `json:"networks"`
}

type seedTwin struct {
	Loss         number.Float `json:"loss"`
	TestAccuracy number.Float `json:"test_accuracy"`
	TestLoss     number.Float `json:"test_loss"`
}

// again has the strip begin with the present settings.
func (s *strip) again() {
	if s != nil {
		s.stale = true
	}
}

// renewStrip makes a strip that is stale anew, if it is time to.
func (l *Laboratory) renewStrip() {
	s := l.seeds
	if s == nil || !s.stale || l.now().Before(s.made.Add(leastPause)) {
		return
	}
	s.close()
	fresh, err := newStrip(l, s.count, s.trainers)
	if err != nil { // of data or networks that the laboratory itself could not have
		fresh = nil
	}
	l.seeds = fresh
}

func newStrip(l *Laboratory, count int, trainers []*experiment.Trainer) (_ *strip, err error) {
	s := &strip{count: count, trainers: trainers, made: l.now()}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	for k, n := range l.networks {
		if k == len(s.trainers) {
			s.trainers = append(s.trainers, experiment.NewTrainer())
		}
		training, err := s.trainers[k].PrepareOn(l.ctx, n.spec, l.data)
		if err != nil {
			return nil, err
		}
		settings, err := training.Settings()
		if err != nil {
			return nil, err
		}
		of := &shared{model: training.Network}
		s.shared = append(s.shared, of)
		judging := settings
		judging.Batch = min(settings.Batch, l.data.Train.Rows())
		if of.test, err = models.NewValidator(of.model, l.data.Test, judging); err != nil {
			return nil, err
		}
		for i := range count {
			if k == 0 {
				s.ofSeed = append(s.ofSeed, nil)
			}
			t := &twin{seed: n.spec.Seed + uint32(i) + 1, loss: math.NaN()}
			stream := data.NewRandomState(t.seed)
			if err := of.model.Redraw(stream); err != nil {
				return nil, err
			}
			settings.Shuffle, settings.Masks = stream, models.MaskStream(t.seed)
			if t.trainer, err = models.NewTrainer(of.model, l.data.Train, settings); err != nil {
				return nil, err
			}
			t.leave(of.model)
			s.ofSeed[i] = append(s.ofSeed[i], t)
		}
	}
	return s, nil
}

func (s *strip) close() {
	for _, of := range s.shared {
		if of.test != nil {
			of.test.Close()
		}
	}
	for _, seed := range s.ofSeed {
		for _, t := range seed {
			t.trainer.Close()
		}
	}
}

// enter gives the shared network the twin's numbers, leave takes them back.
func (t *twin) enter(model *models.Network) {
	for i, p := range experiment.State(model) {
		copy(p.Values, t.values[i])
	}
}

func (t *twin) leave(model *models.Network) {
	for i, p := range experiment.State(model) {
		if i == len(t.values) {
			t.values = append(t.values, slices.Clone(p.Values))
		}
		copy(t.values[i], p.Values)
	}
}

// behind says that the strip has not made the laboratory's epochs.
func (s *strip) behind(l *Laboratory) bool { return s != nil && (s.stale || s.epoch < l.epoch) }

// advance trains the twins, at most up to the laboratory's epoch.
func (s *strip) advance(l *Laboratory, end time.Time) {
	for s.behind(l) && !s.stale && l.now().Before(end) && l.ctx.Err() == nil {
		for _, seed := range s.ofSeed {
			for k, t := range seed {
				if t.failed || t.trainer.Epochs() > s.epoch {
					continue
				}
				t.epoch(l.ctx, s.shared[k].model)
				if !l.now().Before(end) {
					return // the others have their turn next time
				}
			}
		}
		s.epoch++
	}
}

func (t *twin) epoch(ctx context.Context, model *models.Network) {
	t.enter(model)
	e, err := t.trainer.Epoch(ctx)
	if err != nil {
		t.failed, t.loss = true, math.NaN()
		return
	}
	t.loss = e.Loss
	if e.Last {
		t.trainer.Best()
		t.failed = true
	}
	t.leave(model)
}

// frame adds the twins' maps, all of one array: seeds/map, u8 [seeds, networks, h, h].
func (s *strip) frame(l *Laboratory, f *frameMemory) ([]frameSeed, int) {
	if s == nil || s.stale {
		return []frameSeed{}, 0
	}
	start := l.now()
	if s.maps == nil || !start.Before(s.next) {
		s.maps = s.maps[:0]
		for _, seed := range s.ofSeed {
			for k, t := range seed {
				of := s.shared[k]
				t.enter(of.model)
				var err error
				if t.judged, err = of.test.Judge(); err != nil {
					t.judged = models.Validation{Loss: math.NaN(), Accuracy: math.NaN()}
				}
				s.maps = l.smallMap(s.maps, of.model)
			}
		}
		took := l.now().Sub(start)
		s.next = l.now().Add(max(leastPause, measuredPart*took))
		if !l.playing && !s.behind(l) {
			s.next = l.now()
		}
	}
	f.array("seeds/map", "u8", s.count, len(s.shared), unitGrid, unitGrid)
	f.payload = append(f.payload, s.maps...)
	var all []frameSeed
	for _, seed := range s.ofSeed {
		of := frameSeed{Seed: seed[0].seed}
		for _, t := range seed {
			of.Networks = append(of.Networks, seedTwin{number.Float(t.loss), number.Float(t.judged.Accuracy), number.Float(t.judged.Loss)})
		}
		all = append(all, of)
	}
	return all, s.epoch
}

// smallMap is a network's map of the side of the units' maps: the first class's complement, a number
// between its extremes, or which class is predicted, in even steps.
func (l *Laboratory) smallMap(dst []byte, model *models.Network) []byte {
	outputs, err := model.Predict(l.plane.grid(unitGrid))
	if err != nil {
		return append(dst, make([]byte, unitGrid*unitGrid)...)
	}
	f := frameMemory{}
	l.mapOf(&f, "", model, outputs, unitGrid)
	first := f.arrays[0]
	return append(dst, f.payload[first.Offset:first.Offset+unitGrid*unitGrid]...)
}
