package server

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/present"
)

const (
	reportName = "report.html"
	studyName  = "study.yaml"
	tableName  = "data.csv"
)

// report is the page that compare writes of a tab's run: the run is trained once more for it, as compare
// would, beside the laboratory, which goes on.
func (t *tab) report(ctx context.Context) ([]byte, error) {
	var study, table []byte
	err := t.await(ctx, func() error {
		var state struct {
			Repeatable bool `json:"repeatable"`
		}
		if err := json.Unmarshal(t.laboratory.State(), &state); err != nil {
			return err
		}
		if !state.Repeatable {
			return input.Refuse("", "compare, which writes the report, does not repeat a run that was changed by hand: reset it, or export the weights and the log")
		}
		file, _, body, err := t.laboratory.Export(studyName)
		if err != nil {
			return err
		}
		if file != studyName {
			return input.Refuse("", "the report is of networks that are trained alike, and these are not: export %s, and run compare with each", file)
		}
		study = body
		_, _, table, err = t.laboratory.Export(tableName)
		return err
	})
	if err != nil {
		return nil, err
	}
	return reportOf(ctx, study, table)
}

// reportOf is the page of a study, whose table is given.
func reportOf(ctx context.Context, study, table []byte) ([]byte, error) {
	dir, err := os.MkdirTemp("", "actscope-play")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for name, content := range map[string][]byte{studyName: study, tableName: table} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	c := config.Article()
	if _, err := config.ReadFile(filepath.Join(dir, studyName), &c); err != nil {
		return nil, err
	}
	if _, isFile := c.File(); isFile {
		c.Dataset = "csv:" + filepath.Join(dir, tableName)
	}
	result, err := comparison.Run(ctx, c, nil, comparison.Saving{})
	if err != nil {
		return nil, err
	}
	story, err := present.Comparison(ctx, result, result.Summary("compare", nil))
	if err != nil {
		return nil, err
	}
	page, err := story.HTML(ctx)
	return bytes.ReplaceAll(page, []byte(dir+string(filepath.Separator)), nil), err // where that was is nobody's business
}
