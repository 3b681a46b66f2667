package play

import (
	"fmt"
	"slices"
	"time"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/models"
)

// Intervention is something that was changed by hand while the networks trained, which no configuration
// says.
type Intervention struct {
	Epoch  int    `json:"epoch"`
	Do     string `json:"do"`
	Detail string `json:"detail"`
}

func (l *Laboratory) intervene(do, detail string) {
	l.log = append(slices.Clip(l.log), Intervention{l.epoch, do, detail})
}

// moment is everything that a command may change, as it was.
type moment struct {
	changes  int
	config   config.Config
	csv      *csvText
	data     *experiment.Dataset
	epoch    int
	log      []Intervention
	networks []courseAt
}

// courseAt is a network at a moment.
type courseAt struct {
	state  *models.State
	course course
}

// course is what a network remembers of its training.
type course struct {
	loss       float64
	best       int
	behind     int
	over       bool
	diverged   *divergence
	norms      []float64
	history    history
	snapshots  snapshots
	leftLineAt int
}

func (n *network) course() course {
	return course{
		loss: n.loss, best: n.best, behind: n.behind, over: n.over, diverged: n.diverged, norms: slices.Clone(n.norms), leftLineAt: n.leftLineAt,
		history:   history{n.history.every, slices.Clone(n.history.rows)},
		snapshots: snapshots{n.snapshots.every, slices.Clone(n.snapshots.kept)},
	}
}

// take gives a network what it, or another in its place, remembered.
func (n *network) take(c course) {
	n.loss, n.best, n.behind, n.over, n.diverged, n.leftLineAt = c.loss, c.best, c.behind, c.over, c.diverged, c.leftLineAt
	copy(n.norms, c.norms)
	n.history = history{c.history.every, slices.Clone(c.history.rows)}
	n.snapshots = snapshots{c.snapshots.every, slices.Clone(c.snapshots.kept)}
	n.keepGood()
}

func (l *Laboratory) mark() *moment {
	m := &moment{changes: l.changes, config: copied(l.config), csv: l.csv, data: l.data, epoch: l.epoch, log: l.log}
	for _, n := range l.networks {
		m.networks = append(m.networks, courseAt{n.trainer.State(), n.course()})
	}
	return m
}

func (m *moment) bytes() int {
	sum := 0
	for _, n := range m.networks {
		sum += n.state.Bytes() + 32*len(n.course.history.rows) + 64*len(n.course.snapshots.kept)
	}
	return sum
}

// back goes back to a moment, if anything was changed since.
func (l *Laboratory) back(m *moment) error {
	l.csv = m.csv
	if l.changes == m.changes {
		return nil
	}
	if err := l.begin(copied(m.config), m.data); err != nil {
		return err
	}
	for k, n := range l.networks {
		if err := n.trainer.Restore(m.networks[k].state); err != nil {
			return err
		}
		n.take(m.networks[k].course)
		l.stampOf(n)
	}
	l.epoch, l.log = m.epoch, m.log
	return nil
}

// past are the moments that undo goes back to, and redo forward.
type past struct {
	before, after []step
}

type step struct {
	moment *moment
	what   string
	at     time.Time
}

const (
	// mostUndo is how many commands can be undone, and undoBytes what they may take.
	mostUndo  = 60
	undoBytes = 64 << 20
	// oneMove is within what time commands of one kind, such as those of a slider, are one.
	oneMove = time.Second
)

// done remembers the moment before a command.
func (p *past) done(before *moment, what string, now time.Time) {
	p.after = nil
	if n := len(p.before); n > 0 && p.before[n-1].what == what && now.Sub(p.before[n-1].at) < oneMove {
		p.before[n-1].at = now
		return
	}
	p.before = append(p.before, step{before, what, now})
	for sum, i := 0, len(p.before)-1; i >= 0; i-- {
		if sum += p.before[i].moment.bytes(); len(p.before)-i > mostUndo || sum > undoBytes && i < len(p.before)-1 {
			p.before = slices.Delete(p.before, 0, i+1)
			break
		}
	}
}

func (l *Laboratory) undo(command) (outcome, error) {
	return l.through(&l.undone.before, &l.undone.after, "undo")
}

func (l *Laboratory) redo(command) (outcome, error) {
	return l.through(&l.undone.after, &l.undone.before, "redo")
}

// through goes to the last moment of one list and puts the present one on the other.
func (l *Laboratory) through(from, to *[]step, do string) (outcome, error) {
	if len(*from) == 0 {
		return outcome{}, input.Refuse("do", "there is nothing to %s", do)
	}
	last := (*from)[len(*from)-1]
	present := l.mark()
	newData := l.data != last.moment.data
	l.changes++
	if err := l.back(last.moment); err != nil {
		return outcome{}, err
	}
	*from = (*from)[:len(*from)-1]
	*to = append(*to, step{present, last.what, time.Time{}})
	if newData {
		l.pointAtFirst()
	}
	return outcome{state: true}, nil
}

// what names the kind of a command: those of one kind in a row are one to undo.
func (c command) what() string {
	keys := make([]string, 0, len(c.Settings))
	for key := range c.Settings {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return fmt.Sprint(c.Do, keys, c.Network, c.Layer, c.Row, c.Column, c.Bias)
}
