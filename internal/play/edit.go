package play

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/models/foreign"
)

// setWeight changes one weight or bias by hand.
func (l *Laboratory) setWeight(c command) (outcome, error) {
	if err := l.checkNetwork(c.Network); err != nil {
		return outcome{}, err
	}
	n := l.networks[c.Network]
	if c.Layer < 1 || c.Layer > n.model.Depth() {
		return outcome{}, input.Refuse("layer", "%d: there are layers 1 to %d", c.Layer, n.model.Depth())
	}
	if c.Value == nil || math.Abs(*c.Value) > 1e6 {
		return outcome{}, input.Refuse("value", "it is a number from -1000000 to 1000000")
	}
	name := "W" + strconv.Itoa(c.Layer)
	if c.Bias {
		name, c.Row = "b"+strconv.Itoa(c.Layer), 0
	}
	for _, p := range n.model.Parameters {
		if p.Name != name {
			continue
		}
		if c.Row < 0 || c.Row >= p.Rows {
			return outcome{}, input.Refuse("row", "%d: %s has rows 0 to %d", c.Row, name, p.Rows-1)
		}
		if c.Column < 0 || c.Column >= p.Columns {
			return outcome{}, input.Refuse("column", "%d: %s has columns 0 to %d", c.Column, name, p.Columns-1)
		}
		at := p.Values[c.Row*p.Columns+c.Column : c.Row*p.Columns+c.Column+1]
		at[0] = *c.Value
		n.model.Precision().Round(at)
		l.edited(n)
		l.intervene("weight", fmt.Sprintf("%s: %s[%d,%d] is set to %v", n.spec.Name, name, c.Row, c.Column, at[0]))
		return outcome{state: true}, nil
	}
	return outcome{}, input.Refuse("layer", "%d has no %s", c.Layer, name)
}

// edited takes note of numbers of a network that were changed by hand.
func (l *Laboratory) edited(n *network) {
	n.keepGood()
	if n.diverged != nil { // it goes on from here
		n.diverged, n.behind = nil, l.epoch-n.trainer.Epochs()
	}
	l.changes++
	l.scrubbed = -1
	l.stampOf(n)
	if last := len(n.snapshots.kept) - 1; last >= 0 && n.snapshots.kept[last].Epoch == l.epoch {
		n.snapshots.kept = append(n.snapshots.kept[:last:last], experiment.TakeSnapshot(n.model, l.epoch, n.loss))
	}
}

// importFile takes in a study's settings, or the numbers of a network.
func (l *Laboratory) importFile(c command) (outcome, error) {
	content, err := base64.StdEncoding.DecodeString(c.Base64)
	if err != nil {
		return outcome{}, input.Refuse("base64", "%w", err)
	}
	switch c.Kind {
	case "study.yaml":
		return l.importStudy(content)
	case "weights.npz", "weights.safetensors", "weights.onnx", "weights.json":
		return l.importWeights(c, content)
	}
	return outcome{}, input.Refuse("kind", "%q: take study.yaml, weights.npz, weights.safetensors, weights.onnx or weights.json", c.Kind)
}

// importStudy sets what a file of settings says, and everything else to compare's defaults.
func (l *Laboratory) importStudy(content []byte) (outcome, error) {
	fresh := config.Article()
	lines, err := config.Parse("study.yaml", content, &fresh)
	if err != nil {
		return outcome{}, err
	}
	said := false
	for _, line := range lines {
		said = said || line.Key == "standardise"
	}
	fresh.ResolveStandardise(said)
	if file, isFile := fresh.File(); isFile {
		if l.csv == nil || nameOfTable(file) != l.csv.name && nameOfTable(file) != exportedTable {
			return outcome{}, input.Refuse("dataset", "the study is of the table %s: drop that on the page first", nameOfTable(file))
		}
		fresh.Dataset = l.csv.dataset()
	}
	if fresh.From != "" {
		return outcome{}, input.Refuse("from", "%q: no file is read for a page; import the network after the study", fresh.From)
	}
	if err := fresh.Validate(); err != nil {
		return outcome{}, err
	}
	begun := l.epoch > 0 || len(l.log) > 0
	d, err := l.load(fresh, l.tableOf(fresh))
	if err != nil {
		return outcome{}, err
	}
	if err := l.begin(fresh, d); err != nil {
		return outcome{}, err
	}
	l.pointAtFirst()
	return outcome{state: true, reset: begun}, nil
}

// importWeights gives a network the numbers of a file, as if it had come to them.
func (l *Laboratory) importWeights(c command, content []byte) (outcome, error) {
	if err := l.checkNetwork(c.Network); err != nil {
		return outcome{}, err
	}
	n := l.networks[c.Network]
	m, err := foreign.Decode(c.Kind, content, foreign.Options{})
	if err != nil {
		m, err = foreign.Decode(c.Kind, content, foreign.Options{Activation: n.spec.MLP.Activation.Name})
	}
	if err != nil {
		return outcome{}, err
	}
	d := l.data
	if err := m.Start(n.model, foreign.Points{Targets: d.Train.Targets, Names: d.Names, Scaling: d.Scaling, TargetScaling: d.TargetScaling}); err != nil {
		return outcome{}, err
	}
	l.edited(n)
	name := nameOfTable(c.Name)
	if c.Name == "" {
		name = c.Kind
	}
	l.intervene("import", fmt.Sprintf("%s takes the numbers of %s", n.spec.Name, name))
	return outcome{state: true}, nil
}
