package play

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/graph/machine/kernel"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/shell"
	"actscope/models"
	"actscope/models/foreign"
)

// exportedTable is the name of a table of points in what is exported.
const exportedTable = "data.csv"

// exports are what can be exported: of files of networks one each, and of more than one a zip archive of
// them.
var exports = map[string]struct {
	mime string
	body func(l *Laboratory) (file string, body []byte, err error)
}{
	"study.yaml":          {"application/yaml", (*Laboratory).exportStudy},
	"command.txt":         {"text/plain; charset=utf-8", (*Laboratory).exportCommand},
	"data.csv":            {"text/csv; charset=utf-8", (*Laboratory).exportData},
	"log.json":            {"application/json", (*Laboratory).exportLog},
	"weights.npz":         {"application/octet-stream", exportNetworks(".npz")},
	"weights.safetensors": {"application/octet-stream", exportNetworks(".safetensors")},
	"weights.onnx":        {"application/octet-stream", exportNetworks(".onnx")},
}

const zipped = "application/zip"

// Export gives a file of the run as it is shown, the name to save it under and its type: study.yaml,
// command.txt, data.csv, log.json, weights.npz, weights.safetensors or weights.onnx. What is several
// files, of networks or of studies, is a zip archive.
//
// Without an intervention since the reset, study.yaml, with data.csv beside it where the points are a
// table, is what compare --config repeats bit for bit, under the same kernels; after one it begins with a
// comment that says that compare does not, and why. Networks in .npz and .onnx read the raw columns;
// .safetensors has the numbers as they are trained, and takes them back exactly.
func (l *Laboratory) Export(name string) (file, mime string, body []byte, err error) {
	e, known := exports[name]
	if !known {
		names := make([]string, 0, len(exports))
		for n := range exports {
			names = append(names, n)
		}
		slices.Sort(names)
		return "", "", nil, input.Refuse("name", "%q: take one of %s", name, strings.Join(names, ", "))
	}
	l.settle()
	if file, body, err = e.body(l); err != nil {
		return "", "", nil, err
	}
	if mime = e.mime; strings.HasSuffix(file, ".zip") {
		mime = zipped
	}
	return file, mime, body, nil
}

// study is a configuration that compare repeats some of the networks with.
type study struct {
	name string
	config.Config
}

// studies are the run's: one, or where patience has ended some trainings and not others one of each
// network. Where it has not, the study does without: it would end in another epoch's parameters.
func (l *Laboratory) studies() []study {
	c := copied(l.config)
	if shown := l.shownEpoch(); shown > 0 {
		if c.LengthOfSchedule() {
			c.Schedule = c.FullSchedule()
		}
		c.Epochs = shown
	}
	if _, isFile := c.File(); isFile {
		c.Dataset = "csv:" + exportedTable
	}
	var all []study
	alike := true
	for k, n := range l.networks {
		of := copied(c)
		if l.shownEpoch() > 0 && !(n.over && l.shownEpoch() >= n.trainer.Epochs()+n.behind) {
			of.Patience = 0
		}
		alike = alike && (k == 0 || of.Patience == all[0].Patience)
		of.Activations = []string{l.config.Activations[k]}
		if len(of.RateFactors) > 0 {
			of.RateFactors = of.RateFactors[k : k+1]
		}
		all = append(all, study{"study-" + n.spec.Name, of})
	}
	if alike {
		one := all[0].Config
		one.Activations, one.RateFactors = c.Activations, c.RateFactors
		return []study{{"study", one}}
	}
	return all
}

// shownEpoch is the epoch that is shown.
func (l *Laboratory) shownEpoch() int {
	if l.scrubbed >= 0 {
		return l.scrubbed
	}
	return l.epoch
}

// preface says in comments what a study is and is not.
func (l *Laboratory) preface(file string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# A run of actscope's laboratory: repeat it with\n#   %s\n", l.commandOf("--config "+shell.Quote(file)))
	if len(l.log) > 0 {
		b.WriteString("# compare does not repeat this run, for it was changed by hand while it trained:\n")
		for _, i := range l.log {
			fmt.Fprintf(&b, "#   after epoch %d: %s\n", i.Epoch, strings.Map(oneLine, i.Detail))
		}
		b.WriteString("# What follows are the settings as they were at the end; the networks are in weights.safetensors.\n")
	}
	for _, n := range l.networks {
		if n.diverged != nil {
			fmt.Fprintf(&b, "# %s diverged in epoch %d, and so it does in compare.\n", n.spec.Name, n.diverged.Epoch)
		}
	}
	return b.String()
}

func oneLine(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

// commandOf is a command line of compare that computes with the same kernels.
func (l *Laboratory) commandOf(flags string) string {
	return strings.TrimRight(fmt.Sprintf("%s=%s actscope compare %s", kernel.Environment, kernel.Set(), flags), " ")
}

func (l *Laboratory) exportStudy() (string, []byte, error) {
	var files []archived
	for _, s := range l.studies() {
		var text bytes.Buffer
		text.WriteString(l.preface(s.name + ".yaml"))
		if err := config.Write(&text, s.Config); err != nil {
			return "", nil, err
		}
		files = append(files, archived{s.name + ".yaml", text.Bytes()})
	}
	return together("study", files)
}

func (l *Laboratory) exportCommand() (string, []byte, error) {
	var text bytes.Buffer
	for _, i := range l.log {
		fmt.Fprintf(&text, "# compare does not repeat this: after epoch %d, %s\n", i.Epoch, strings.Map(oneLine, i.Detail))
	}
	for _, s := range l.studies() {
		flags := config.Flags(s.Config.Entries(), config.Article().Entries())
		if _, isFile := s.Config.File(); isFile && s.Standardise == config.StandardiseAll {
			flags = append(flags, "--standardise all") // what files do not have by default
		}
		fmt.Fprintln(&text, l.commandOf(strings.Join(flags, " ")))
	}
	return "command.txt", text.Bytes(), nil
}

func (l *Laboratory) exportData() (string, []byte, error) {
	if table := l.tableOf(l.config); table != nil {
		return exportedTable, table.text, nil
	}
	return exportedTable, tableOf(l.data, nil, nil), nil
}

func (l *Laboratory) exportLog() (string, []byte, error) {
	of := struct {
		Epoch         int                        `json:"epoch"`
		Settings      map[string]json.RawMessage `json:"settings"`
		Kernels       string                     `json:"kernels"`
		Repeatable    bool                       `json:"repeatable"`
		Interventions []Intervention             `json:"interventions"`
	}{l.shownEpoch(), settingsOf(l.config), kernel.Set(), len(l.log) == 0, append([]Intervention{}, l.log...)}
	text, err := json.MarshalIndent(of, "", "  ")
	return "log.json", append(text, '\n'), err
}

// exportNetworks writes all networks in a format, by the ending of its files.
func exportNetworks(ending string) func(l *Laboratory) (string, []byte, error) {
	return func(l *Laboratory) (string, []byte, error) {
		var files []archived
		for _, n := range l.networks {
			n.show(l.snapshotOf(n))
			var body bytes.Buffer
			if err := l.writeNetwork(&body, n.view, ending); err != nil {
				return "", nil, input.Refuse("name", "%s: %w", n.spec.Name, err)
			}
			files = append(files, archived{n.spec.Name + ending, body.Bytes()})
		}
		return together("networks", files)
	}
}

func (l *Laboratory) writeNetwork(w io.Writer, net *models.Network, ending string) error {
	d := l.data
	if ending == ".safetensors" {
		metadata, err := foreign.Metadata(net, d.Scaling, d.TargetScaling, d.Names)
		if err != nil {
			return err
		}
		return net.EncodeSafetensors(w, metadata)
	}
	m, err := foreign.Of(net, d.Scaling, d.TargetScaling)
	if err != nil {
		return err
	}
	if m, err = m.Named(d.Names); err != nil {
		return err
	}
	if ending == ".npz" {
		return m.WriteNPZ(w, graph.Double)
	}
	return m.WriteONNX(w, graph.Single)
}

// archived is a file in an archive.
type archived struct {
	name string
	body []byte
}

// together is the one file, or all of them in an archive of that name.
func together(name string, files []archived) (string, []byte, error) {
	if len(files) == 1 {
		return files[0].name, files[0].body, nil
	}
	var all bytes.Buffer
	w := zip.NewWriter(&all)
	for _, f := range files {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate}) // without a time
		if err != nil {
			return "", nil, err
		}
		if _, err := entry.Write(f.body); err != nil {
			return "", nil, err
		}
	}
	if err := w.Close(); err != nil {
		return "", nil, err
	}
	return name + ".zip", all.Bytes(), nil
}
