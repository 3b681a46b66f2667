package play

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"actscope/internal/input"
	"actscope/internal/panics"
)

// command is what a page asks for. Which fields count is what its name says: see [Laboratory.Obey].
type command struct {
	ID       int64                      `json:"id"`
	Do       string                     `json:"do"`
	Settings map[string]json.RawMessage `json:"settings"`
	Epochs   *int                       `json:"epochs"`
	Epoch    *int                       `json:"epoch"`
	Seed     *int64                     `json:"seed"`
	Speed    *float64                   `json:"epochs_per_second"`
	Network  int                        `json:"network"`
	Layer    int                        `json:"layer"`
	Row      int                        `json:"row"`
	Column   int                        `json:"column"`
	Bias     bool                       `json:"bias"`
	Value    *float64                   `json:"value"`
	Factor   *float64                   `json:"factor"`
	At       []float64                  `json:"at"`
	Grid     *int                       `json:"grid"`
	Units    *bool                      `json:"units"`
	Hidden   *bool                      `json:"hidden"`
	CSV      *string                    `json:"csv"`
	Name     string                     `json:"name"`
	Add      [][]float64                `json:"add"`
	Remove   []int                      `json:"remove"`
	Clear    bool                       `json:"clear"`
	Count    *int                       `json:"count"`
	Loss     *float64                   `json:"loss"`
	Accuracy *float64                   `json:"accuracy"`
	Kind     string                     `json:"kind"`
	Base64   string                     `json:"base64"`
}

// reply answers a command.
type reply struct {
	Reply int64         `json:"reply"`
	OK    bool          `json:"ok"`
	State bool          `json:"state"`
	Reset bool          `json:"reset,omitempty"`
	Error *replyProblem `json:"error"`
}

type replyProblem struct {
	Key     string `json:"key"`
	Message string `json:"message"`
}

// outcome is what a command came to.
type outcome struct {
	state bool // has changed
	reset bool // training begins anew
}

// mostCommand is the length of the longest command, a table or network in it included.
const mostCommand = 16 << 20

// commands are what can be asked for. Those that settle find all networks at the end of one epoch, and
// those that can be undone are.
var commands = map[string]struct {
	obey         func(l *Laboratory, c command) (outcome, error)
	settle, undo bool
}{
	"set":    {obey: (*Laboratory).set, settle: true, undo: true},
	"play":   {obey: (*Laboratory).play},
	"pause":  {obey: (*Laboratory).pause, settle: true},
	"step":   {obey: (*Laboratory).stepEpochs, settle: true},
	"reset":  {obey: (*Laboratory).reset, settle: true, undo: true},
	"speed":  {obey: (*Laboratory).setSpeed},
	"rate":   {obey: (*Laboratory).setFactor, settle: true, undo: true},
	"point":  {obey: (*Laboratory).movePoint},
	"view":   {obey: (*Laboratory).setView},
	"scrub":  {obey: (*Laboratory).scrub},
	"stop":   {obey: (*Laboratory).setStop},
	"seeds":  {obey: (*Laboratory).setSeeds, settle: true},
	"data":   {obey: (*Laboratory).setData, settle: true, undo: true},
	"draw":   {obey: (*Laboratory).draw, settle: true, undo: true},
	"weight": {obey: (*Laboratory).setWeight, settle: true, undo: true},
	"import": {obey: (*Laboratory).importFile, settle: true, undo: true},
	"undo":   {obey: (*Laboratory).undo, settle: true},
	"redo":   {obey: (*Laboratory).redo, settle: true},
}

// Obey carries out a command, a JSON text, and gives the reply, another one:
//
//	{"reply":7,"ok":true,"state":false,"error":null}
//
// State says that [Laboratory.State] has changed, and reset that training begins anew because a change
// could not be made in place. A command that cannot be carried out changes nothing, and its error names
// the setting or field. Obey never panics.
func (l *Laboratory) Obey(text []byte) []byte {
	var c command
	out, err := l.obey(text, &c)
	r := reply{Reply: c.ID, OK: err == nil, State: out.state, Reset: out.reset}
	if err != nil {
		r.Error = problemOf(err)
	}
	answer, failed := json.Marshal(r)
	if failed != nil {
		return []byte(`{"reply":0,"ok":false,"state":false,"error":{"key":"","message":"the reply cannot be written"}}`)
	}
	return answer
}

func (l *Laboratory) obey(text []byte, c *command) (out outcome, err error) {
	if len(text) > mostCommand {
		return out, input.Refuse("", "a command of %d bytes: at most %d MiB are taken", len(text), mostCommand>>20)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(c); err != nil {
		return out, input.Refuse("", "not a command: %w", err)
	}
	if decoder.More() {
		return out, input.Refuse("", "more than one command")
	}
	entry, known := commands[c.Do]
	if !known {
		return out, input.Refuse("do", "no such command: %q", c.Do)
	}
	if entry.settle {
		l.settle()
	}
	var before *moment
	if entry.undo {
		before = l.mark()
	}
	func() {
		defer panics.Catch(&err, "obeying %s", c.Do)
		out, err = entry.obey(l, *c)
	}()
	if err != nil {
		if entry.undo {
			if failed := l.back(before); failed != nil {
				err = errors.Join(err, failed)
			}
		}
		return outcome{}, err
	}
	if entry.undo {
		l.undone.done(before, c.what(), l.now())
	}
	if c.ID > 0 {
		l.obeyed = c.ID
	}
	if out.state {
		l.version++
	}
	return out, nil
}

// problemOf is an error as a page reads it.
func problemOf(err error) *replyProblem {
	var of *input.Error
	if errors.As(err, &of) {
		message := of.Reason
		if of.Advice != "" {
			message += ": " + of.Advice
		}
		if of.Line > 0 {
			message = fmt.Sprintf("line %d: %s", of.Line, message)
		}
		return &replyProblem{of.Key, message}
	}
	return &replyProblem{"", err.Error()}
}

func (l *Laboratory) play(command) (outcome, error) {
	if l.playing {
		return outcome{}, nil
	}
	l.scrubbed, l.stopped, l.stepTo = -1, "", 0
	l.playing, l.since, l.credit = true, l.now(), 1
	l.stopIfDue()
	return outcome{}, nil
}

func (l *Laboratory) pause(command) (outcome, error) {
	l.playing, l.stepTo = false, 0
	return outcome{}, nil
}

const (
	// mostSteps is how many epochs a command trains at most, and atOnce for how long it does so before it
	// leaves the rest to Advance.
	mostSteps = 1000
	atOnce    = 200 * time.Millisecond
)

func (l *Laboratory) stepEpochs(c command) (outcome, error) {
	epochs := 1
	if c.Epochs != nil {
		epochs = *c.Epochs
	}
	if epochs < 1 || epochs > mostSteps {
		return outcome{}, input.Refuse("epochs", "%d: a step is of 1 to %d epochs", epochs, mostSteps)
	}
	l.playing, l.scrubbed, l.stopped, l.stepTo = true, -1, "", l.epoch+epochs
	for end := l.now().Add(atOnce); l.playing && l.ctx.Err() == nil && l.now().Before(end); {
		if !l.stopIfDue() {
			l.trainUntil(end)
			l.stopIfDue()
		}
	}
	return outcome{}, nil
}

func (l *Laboratory) setSpeed(c command) (outcome, error) {
	if c.Speed == nil || !(*c.Speed >= 0) || *c.Speed > 1e9 {
		return outcome{}, input.Refuse("epochs_per_second", "it is a number from 0, which stands for as many as there can be")
	}
	l.speed, l.since, l.credit = *c.Speed, l.now(), min(l.credit, 1)
	return outcome{}, nil
}

func (l *Laboratory) movePoint(c command) (outcome, error) {
	if len(c.At) != 2 {
		return outcome{}, input.Refuse("at", "%d numbers: a point has two", len(c.At))
	}
	for _, v := range c.At {
		if math.Abs(v) > 1e100 {
			return outcome{}, input.Refuse("at", "%v is beyond all points", v)
		}
	}
	l.point = [2]float64{c.At[0], c.At[1]}
	return outcome{}, nil
}

func (l *Laboratory) setView(c command) (outcome, error) {
	if c.Grid != nil {
		if *c.Grid != fineGrid && *c.Grid != coarseGrid {
			return outcome{}, input.Refuse("grid", "%d: maps have %d or %d nodes a side", *c.Grid, coarseGrid, fineGrid)
		}
		l.view.grid = *c.Grid
	}
	if c.Units != nil {
		l.view.units = *c.Units
	}
	if c.Hidden != nil {
		l.view.hidden = *c.Hidden
	}
	return outcome{}, nil
}

func (l *Laboratory) scrub(c command) (outcome, error) {
	switch {
	case c.Epoch == nil:
		l.scrubbed = -1
	case *c.Epoch < 0 || *c.Epoch > l.epoch:
		return outcome{}, input.Refuse("epoch", "%d: there are epochs 0 to %d to go back to", *c.Epoch, l.epoch)
	default:
		at := l.networks[0].snapshots.at(*c.Epoch)
		if at == nil {
			return outcome{}, input.Refuse("epoch", "%d: nothing is kept of that time", *c.Epoch)
		}
		l.playing, l.scrubbed = false, at.Epoch
	}
	return outcome{}, nil
}

func (l *Laboratory) setStop(c command) (outcome, error) {
	switch {
	case c.Epochs != nil && *c.Epochs < 1:
		return outcome{}, input.Refuse("epochs", "%d: training stops after 1 or more", *c.Epochs)
	case c.Accuracy != nil && l.regression():
		return outcome{}, input.Refuse("accuracy", "numbers are not right or wrong: stop at a loss")
	}
	l.until = conditions{c.Epochs, c.Loss, c.Accuracy}
	return outcome{state: true}, nil
}

func (l *Laboratory) setSeeds(c command) (outcome, error) {
	if c.Count == nil || *c.Count < 0 || *c.Count > mostSeeds {
		return outcome{}, input.Refuse("count", "a strip has 0 to %d seeds", mostSeeds)
	}
	if l.seeds != nil {
		l.seeds.close()
		l.seeds = nil
	}
	if *c.Count > 0 {
		var err error
		if l.seeds, err = newStrip(l, *c.Count, nil); err != nil {
			return outcome{}, err
		}
	}
	return outcome{state: true}, nil
}
