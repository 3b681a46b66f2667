package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"actscope/internal/config"
	"actscope/internal/experiment"
)

// planFormat is the version of the plan's and the segments' format.
const planFormat = 1

// planFile is a plan as it is stored, beside its own hash.
type planFile struct {
	SHA256 string   `json:"sha256"`
	Plan   planBody `json:"plan"`
}

type planBody struct {
	Format int `json:"format"`
	experiment.Provenance
	Files    []dataFile  `json:"files,omitempty"`
	Trials   int         `json:"trials"`
	Settings []planEntry `json:"settings"`
}

// planEntry is one setting: a list of values, or a range from one to another.
type planEntry struct {
	Key    string   `json:"key"`
	Values []string `json:"values,omitempty"`
	From   *int64   `json:"from,omitempty"`
	To     *int64   `json:"to,omitempty"`
}

// encode gives the bytes of plan.json, and sets the plan's hash.
func (p *Plan) encode() ([]byte, error) {
	body := planBody{Format: planFormat, Provenance: p.Provenance, Files: p.files, Trials: p.trials}
	for _, a := range p.axes {
		e := planEntry{Key: a.setting.Key, Values: a.values.texts}
		if a.values.count > 0 {
			from, to := a.values.from, a.values.from+int64(a.values.count)-1
			e.From, e.To = &from, &to
		}
		body.Settings = append(body.Settings, e)
	}
	content, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	p.hash = sha256.Sum256(content)
	var file bytes.Buffer
	encoder := json.NewEncoder(&file)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(planFile{SHA256: p.Hash(), Plan: body}); err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	return file.Bytes(), nil
}

// decodePlan reads plan.json; path is for errors. A file that differs by a byte
// from what encode wrote is refused.
func decodePlan(path string, content []byte) (*Plan, error) {
	var file planFile
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, badInput(path, "not a plan of a sweep: %v", err)
	}
	if file.Plan.Format != planFormat {
		return nil, badInput(path, "a plan of format %d; this program knows format %d", file.Plan.Format, planFormat)
	}
	p := &Plan{Provenance: file.Plan.Provenance, files: file.Plan.Files}
	for _, e := range file.Plan.Settings {
		s, err := config.SettingNamed(e.Key)
		if err != nil {
			return nil, badInput(path, "made by %s, which has settings that this program lacks: %v", p.Provenance.Version, err)
		}
		a := axis{setting: s, values: values{texts: e.Values}}
		if e.From != nil && e.To != nil && *e.From <= *e.To && uint64(*e.To)-uint64(*e.From) < maxTrials {
			a.values = values{from: *e.From, count: int(*e.To-*e.From) + 1}
		}
		p.axes = append(p.axes, a)
	}
	edited := badInput(path, "was changed after it was made, and results belong to the plan as it was: make a new plan in another directory")
	if err := p.count(); err != nil {
		return nil, edited
	}
	again, err := p.encode()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(content, again) || hex.EncodeToString(p.hash[:]) != file.SHA256 {
		return nil, edited
	}
	return p, nil
}
