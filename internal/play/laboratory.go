package play

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"time"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/models"
)

// Laboratory is one to four networks with their data and whatever is shown of them. It is for one
// goroutine at a time.
type Laboratory struct {
	ctx      context.Context
	now      func() time.Time
	config   config.Config
	csv      *csvText // of the data, nil where they are generated
	data     *experiment.Dataset
	plane    plane
	line     float64 // the straight line's loss; NaN where it is not known
	lineOf   lineOf
	networks []*network
	slots    []*slot // of compiled networks, by the network's place

	playing  bool
	speed    float64   // epochs a second; 0 for as many as there can be
	since    time.Time // when credit was counted last
	credit   float64   // epochs that are due
	budgeted bool      // an epoch has begun and is not complete
	epoch    int
	stepTo   int // the epoch that a step goes to, whatever the speed; 0 for none
	until    conditions
	stopped  string // why training stopped by itself

	point    [2]float64 // that is dragged, as the page shows it
	view     view
	scrubbed int // the epoch that is shown; -1 for the present one
	seeds    *strip
	log      []Intervention
	undone   past
	obeyed   int64
	version  int
	changes  int // of what undo goes back to
	stamps   int // that were given
	measured clockwork
	frame    frameMemory
}

// view is what frames hold.
type view struct {
	grid          int
	units, hidden bool
}

// usualSpeed is how many epochs a second are trained before anything is said.
const usualSpeed = 60

// New is a laboratory of the networks and data of a configuration, which may begin with files: they are
// read once, here. What cannot be used is an [input.Error].
func New(ctx context.Context, c config.Config) (*Laboratory, error) {
	file, isFile := c.File()
	if !isFile {
		return newOf(ctx, c, nil)
	}
	text, err := readText(ctx, file)
	if err != nil {
		return nil, err
	}
	return newOf(ctx, c, text)
}

// NewTable is [New] where the file that the data set names is given, and not read.
func NewTable(ctx context.Context, c config.Config, text []byte) (*Laboratory, error) {
	file, isFile := c.File()
	if !isFile {
		return nil, input.Refuse("dataset", "%q names no file, and there is a table", c.Dataset)
	}
	return newOf(ctx, c, &csvText{nameOfTable(file), text})
}

func newOf(ctx context.Context, c config.Config, text *csvText) (*Laboratory, error) {
	l := &Laboratory{
		ctx: ctx, now: time.Now, speed: usualSpeed, scrubbed: -1,
		view: view{grid: fineGrid, units: true, hidden: true},
	}
	if text != nil {
		l.csv, c.Dataset = text, text.dataset()
	}
	if c.From != "" {
		return nil, input.Refuse("from", "%q: a laboratory begins with weights that are drawn; take a network in by its import", c.From)
	}
	c = copied(c)
	d, err := l.load(c, l.csv)
	if err != nil {
		return nil, err
	}
	if err := l.begin(c, d); err != nil {
		return nil, err
	}
	l.pointAtFirst()
	return l, nil
}

// Playing says whether Advance has something to train: the networks, or the copies from other seeds.
func (l *Laboratory) Playing() bool { return l.playing || l.seeds.behind(l) }

// csvText is a table that was dropped on the page, drawn there, or read at the start.
type csvText struct {
	name string
	text []byte
}

func (t *csvText) dataset() string { return "csv:" + t.name }

// mostText is how long a table may be, in bytes.
const mostText = 8 << 20

func readText(ctx context.Context, file string) (*csvText, error) {
	if err := experiment.CheckFile(file); err != nil {
		return nil, input.Under("dataset", err)
	}
	text, err := os.ReadFile(file)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, input.Under("dataset", input.InFile(file, err))
	case len(text) > mostText:
		return nil, input.RefuseFile(file, "longer than %d MiB: a laboratory takes %d rows at most", mostText>>20, mostRows)
	}
	return &csvText{nameOfTable(file), text}, nil
}

// load makes the points of a configuration; those of a table are of the given text.
func (l *Laboratory) load(c config.Config, text *csvText) (*experiment.Dataset, error) {
	if err := checkPoints(c.Points, text); err != nil {
		return nil, err
	}
	var d *experiment.Dataset
	var err error
	if text != nil {
		d, err = experiment.LoadText(c.Points, text.text)
	} else {
		d, err = experiment.Load(l.ctx, c.Points)
	}
	if err == nil {
		err = checkData(d)
	}
	if err == nil {
		err = d.CheckFar()
	}
	return d, err
}

// begin makes the networks of a configuration anew, on data that may be those of before.
func (l *Laboratory) begin(c config.Config, d *experiment.Dataset) error {
	if err := checkConfig(c); err != nil {
		return err
	}
	specifications, err := c.Specifications()
	if err != nil {
		return err
	}
	for i, s := range specifications {
		if specifications[i], err = s.For(d.Train.Columns, d.Train.Targets); err != nil {
			return err
		}
	}
	if err := experiment.CheckMemory(d, specifications...); err != nil {
		return err
	}
	var networks []*network
	for i, s := range specifications {
		for len(l.slots) <= i {
			l.slots = append(l.slots, newSlot())
		}
		n, err := l.slots[i].start(l.ctx, s, d)
		if err != nil {
			return err
		}
		networks = append(networks, n)
	}
	for i, s := range specifications {
		c.Activations[i] = s.MLP.Activation.Name
	}
	if len(l.networks) > 0 {
		for _, n := range l.networks {
			n.close()
		}
	}
	newData := l.data != d
	l.config, l.data, l.networks, l.epoch, l.budgeted, l.scrubbed, l.stopped, l.log = c, d, networks, 0, false, -1, "", nil
	l.credit, l.since, l.stepTo = 0, l.now(), 0
	if newData {
		if l.plane, err = planeOf(d); err != nil {
			return err
		}
	}
	if err := l.findLine(); err != nil {
		return err
	}
	l.seeds.again()
	for _, n := range l.networks {
		l.stampOf(n)
		n.record(0)
	}
	l.changes++
	l.version++
	return nil
}

// conditions end training by themselves; nil for never.
type conditions struct {
	Epochs   *int     `json:"epochs"`
	Loss     *float64 `json:"loss"`
	Accuracy *float64 `json:"accuracy"`
}

// Advance trains until the budget is used up, or what the speed asks for is done, all networks in step,
// and says how many epochs were completed. What goes wrong is in the frames.
func (l *Laboratory) Advance(budget time.Duration) (epochs int) {
	now := l.now()
	end := now.Add(budget)
	mainEnd := end
	if l.seeds.behind(l) {
		mainEnd = now.Add(budget / 2)
	}
	if l.playing {
		l.credit += now.Sub(l.since).Seconds() * l.speed
		l.credit = min(l.credit, max(1, l.speed/4)) // what a busy machine missed is not made up for
		l.since = now
		for l.ctx.Err() == nil && (l.speed == 0 || l.stepTo > 0 || l.credit >= 1) {
			if !l.trainUntil(mainEnd) {
				break
			}
			epochs++
			l.credit = max(0, l.credit-1)
			if l.stopIfDue() || !l.now().Before(mainEnd) {
				break
			}
		}
	}
	l.renewStrip()
	l.seeds.advance(l, end)
	return epochs
}

// trainUntil goes on with an epoch and says whether it is complete.
func (l *Laboratory) trainUntil(end time.Time) bool {
	l.budgeted = true
	for _, n := range l.networks {
		for n.training(l.epoch) {
			n.step(l.ctx)
			if !l.now().Before(end) && l.anyTraining() {
				return false
			}
		}
	}
	l.complete()
	return true
}

func (l *Laboratory) anyTraining() bool {
	return slices.ContainsFunc(l.networks, func(n *network) bool { return n.training(l.epoch) })
}

// stampOf gives the present parameters of a network a stamp of their own.
func (l *Laboratory) stampOf(n *network) {
	l.stamps++
	n.stamp = l.stamps
}

// complete counts an epoch that all networks have made.
func (l *Laboratory) complete() {
	l.epoch++
	l.budgeted = false
	for _, n := range l.networks {
		l.stampOf(n)
		n.record(l.epoch)
		if n.leftLineAt == 0 && n.active() && n.loss <= (1-nearLine)*l.line {
			n.leftLineAt = l.epoch
		}
	}
}

// settle completes an epoch that has begun, so that the networks are in step.
func (l *Laboratory) settle() {
	if l.budgeted && l.ctx.Err() == nil {
		l.trainUntil(l.now().Add(time.Hour))
	}
}

// stopIfDue stops training where a condition holds or no network can go on.
func (l *Laboratory) stopIfDue() bool {
	all := func(holds func(n *network) bool) bool {
		return !slices.ContainsFunc(l.networks, func(n *network) bool { return n.active() && !holds(n) })
	}
	u := l.until
	switch {
	case !slices.ContainsFunc(l.networks, (*network).active):
		l.stopped = "no network can go on"
	case l.stepTo > 0: // whatever was asked of playing
		if l.epoch < l.stepTo {
			return false
		}
	case u.Epochs != nil && l.epoch >= *u.Epochs:
		l.stopped = "the number of epochs is reached"
	case u.Loss != nil && all(func(n *network) bool { return n.loss <= *u.Loss }):
		l.stopped = "the loss of all networks is as low as was asked for"
	case u.Accuracy != nil && all(func(n *network) bool { return l.shownAccuracy(n) >= *u.Accuracy }):
		l.stopped = "the test accuracy of all networks is as high as was asked for"
	default:
		return false
	}
	l.playing, l.stepTo = false, 0
	return true
}

// shownAccuracy is the test accuracy of a network as it is; NaN of numbers.
func (l *Laboratory) shownAccuracy(n *network) float64 {
	v, err := n.judge()
	if err != nil {
		return math.NaN()
	}
	return v.Accuracy
}

// diverged tells a training that diverged from other errors.
func diverged(err error) (d *models.DivergenceError, ok bool) { return d, errors.As(err, &d) }
