package comparison

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/runfolder"
	"actscope/models/foreign"
)

// NamedModel is a trained network as others may take it: it reads the raw columns.
type NamedModel struct {
	// Name is what files call it, Title the same as texts and figures write it.
	Name, Title string
	*foreign.Model
}

// Models are the networks in the folder of a run, or of saved trainings, in their order, with
// their scaling and the names of their columns and classes. Nothing is trained or observed. What is
// wrong with the folder is an [input.Error].
func Models(ctx context.Context, folder string) ([]NamedModel, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	_, err := runfolder.Command(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return savedModels(folder)
	}
	if err != nil {
		return nil, err
	}
	summary, err := loadSummary(folder)
	if err != nil {
		return nil, err
	}
	arrays, file, err := runfolder.ReadArrays(folder)
	if err != nil {
		return nil, err
	}
	l := loader{arrays: arrays, file: file, epochs: summary.Config.Epochs}
	r := l.result(summary)
	if l.err != nil {
		return nil, l.err
	}
	var all []NamedModel
	for _, n := range r.Networks {
		m, err := n.foreign(r.Data)
		if err != nil {
			return nil, input.InFile(file, err)
		}
		all = append(all, NamedModel{n.Name, n.Title, m})
	}
	return all, nil
}

// foreign is the network as it reads the raw columns.
func (n *Trained) foreign(d *experiment.Dataset) (*foreign.Model, error) {
	m, err := foreign.Of(n.Model, d.Scaling, d.TargetScaling)
	if err != nil {
		return nil, err
	}
	return m.Named(d.Names)
}

// savedModels are the networks of a folder of saved trainings, as far as they had begun.
func savedModels(folder string) ([]NamedModel, error) {
	var c config.Config
	settings := filepath.Join(folder, settingsFile)
	if _, err := os.Stat(settings); err != nil {
		return nil, input.RefuseFile(folder, "neither a run folder nor one of saved trainings: it has no %s and no %s", runfolder.ResultFile, settingsFile)
	}
	if _, err := config.ReadFile(settings, &c); err != nil {
		return nil, err
	}
	var all []NamedModel
	for _, name := range c.Activations {
		a, err := graph.ActivationNamed(name)
		if err != nil {
			return nil, input.InFile(settings, input.Under("activations", err))
		}
		file := filepath.Join(folder, a.FileName()+parametersSuffix)
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		m, err := foreign.Open(file, foreign.Options{})
		var bad *input.Error
		if errors.As(err, &bad) && bad.Key == "activation" {
			return nil, &input.Error{File: file, Reason: "saved by an earlier version, which did not say what it computes", Advice: "save it anew: compare --config " + settings + " with --resume and --save"}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, NamedModel{a.FileName(), a.Title, m})
	}
	if len(all) == 0 {
		return nil, input.RefuseFile(folder, "none of its trainings had begun")
	}
	return all, nil
}

// Points are those of the run, or of the saved trainings, in a folder.
func Points(folder string) (config.Points, error) {
	_, err := runfolder.Command(folder)
	if err == nil {
		summary, err := loadSummary(folder)
		if err != nil {
			return config.Points{}, err
		}
		return summary.Config.Points, nil
	}
	var c config.Config
	_, err = config.ReadFile(filepath.Join(folder, settingsFile), &c)
	return c.Points, err
}
