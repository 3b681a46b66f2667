package runfolder

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"actscope/internal/atomicfile"
	"actscope/internal/input"
)

// manifestFile is the file that lists the others.
const manifestFile = "manifest.json"

// manifestFormat and manifestVersion are those of a manifest.
const (
	manifestFormat  = "actscope run folder"
	manifestVersion = 1
)

// manifest says what a folder is of, and which files in it a run has written.
type manifest struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Command string `json:"command"`
	// Settings is the SHA-256 of what decides the results: see [Asked]; "" where only run.json
	// says it.
	Settings string `json:"settings"`
	// Files are the others in the folder, with / between their parts. None are there before the
	// first run has ended.
	Files []string `json:"files"`
}

// readManifest is nil where there is none that can be read.
func readManifest(dir string) *manifest {
	text, err := input.ReadRegular(atomicfile.Locate(dir, manifestFile))
	if err != nil {
		return nil
	}
	var m manifest
	if json.Unmarshal(text, &m) != nil || m.Format != manifestFormat || m.Version != manifestVersion {
		return nil
	}
	return &m
}

// Asked is what decides the results of a run, and nothing of how they are shown or of the program.
type Asked struct {
	Command string
	// Config is what run.json has under config, Rest what else was asked, in any form with JSON.
	Config, Rest any
	// Data are the SHA-256 of the files that are read; one that cannot be known before it is read is
	// [Unknown].
	Data []string
}

// Unknown stands for the content of what can be read once only. It is equal to nothing.
const Unknown = "unknown"

// settings are what is asked, as a manifest has it.
func (a Asked) settings() string {
	text, err := json.Marshal(a)
	if err != nil || slices.Contains(a.Data, Unknown) {
		return Unknown
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// wereOf says whether a folder whose manifest does not say so, as of earlier versions, is of
// what is asked.
func (a Asked) wereOf(dir string) bool {
	var r struct {
		Command string
		Config  json.RawMessage
	}
	text, err := input.ReadRegular(atomicfile.Locate(dir, ResultFile))
	if err != nil || json.Unmarshal(text, &r) != nil || r.Command != a.Command || a.Rest != nil || len(a.Data) > 0 {
		return false
	}
	config, err := json.Marshal(a.Config)
	var was bytes.Buffer
	return err == nil && json.Compact(&was, r.Config) == nil && bytes.Equal(was.Bytes(), config)
}

var (
	// inWork are the lists of trainings that are gone on with.
	inWork = regexp.MustCompile(`^(unfinished|trials)(-[0-9a-f]{8})?\.json$`)
	// earlier are the files of runs that wrote no manifest.
	earlier = regexp.MustCompile(`^(run|timing|latency)\.json$|^arrays\.npz$|^report\.html$|^(claims|networks|controls|grid|interventions|trials)\.csv$|^figures/(` +
		`accuracy_curves|inference_cost|activation_distributions|claims_by_setting|claim_shares|confusion_matrix|hidden_space|boundary_distance|moons_dataset|decision_boundaries|` +
		`intervention_grid|intervention_effects|kernel_(spectrum|twin|drift|widths|trial)|noticeable_distance|phase_diagram|(surface|predicted_against_true|residuals)(_[0-9]+)?|` +
		`reliability|signal_trace|signal_quantiles|survival|loss_bands|theory_by_layer|layer_maps|far_confidence|loss_curves|gradient_norms|(gradient|reference)_[0-9]+(_[A-Za-z0-9_]+)?` +
		`)\.(png|svg)$`)
	// saved are the files of a folder of saved trainings, which may be within that of a run or the same.
	saved = regexp.MustCompile(`^(current|settings\.yaml|[^/]+\.(safetensors|onnx|checkpoint\.npz|course\.npz)|generation-[0-9]+/.*)$`)
	// systems are the files that file browsers leave anywhere.
	systems = []string{".DS_Store", "Thumbs.db", "desktop.ini"}
)

// contents are the files in a folder.
type contents struct {
	manifest *manifest
	// own are those that runs have written, kept those that trainings go on from, foreign all
	// others. Each is a path within the folder with / between its parts.
	own, kept, foreign []string
}

// inspect finds out whose files are in a folder; of one that is not there, there are none.
func inspect(dir string) (contents, error) {
	c := contents{manifest: readManifest(dir)}
	within := map[string]*manifest{}
	savedIn := make(map[string]bool)
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return c, gone(err)
	}
	err = filepath.WalkDir(root, func(place string, e fs.DirEntry, err error) error {
		if err != nil {
			return gone(err)
		}
		relative, err := filepath.Rel(root, place)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(relative)
		switch {
		case e.IsDir() && atomicfile.IsTemporary(e.Name()):
			return fs.SkipDir
		case e.IsDir():
			within[name], savedIn[name] = readManifest(place), holdsSaved(place)
		case atomicfile.IsTemporary(e.Name()), slices.Contains(systems, e.Name()):
		default:
			c.sort(name, within, savedIn)
		}
		return nil
	})
	return c, err
}

// sort puts a file where it belongs. It may be of a run in a folder within, Undrawn.
func (c *contents) sort(name string, within map[string]*manifest, savedIn map[string]bool) {
	for folder, is := range savedIn {
		if inner, below := strings.CutPrefix(name, folder+"/"); is && (below || folder == ".") {
			if folder == "." {
				inner = name
			}
			if saved.MatchString(inner) {
				return
			}
		}
	}
	dir, inner := ".", name
	if rest, below := strings.CutPrefix(name, Undrawn+"/"); below {
		dir, inner = Undrawn, rest
	}
	m := within[dir]
	switch {
	case inWork.MatchString(inner):
		c.kept = append(c.kept, name)
	case inner == manifestFile, m != nil && slices.Contains(m.Files, inner), m == nil && earlier.MatchString(inner):
		c.own = append(c.own, name)
	default:
		c.foreign = append(c.foreign, name)
	}
}

// holdsSaved says whether a folder is one of saved trainings.
func holdsSaved(dir string) bool {
	for _, name := range []string{"current", "generation-*"} {
		if found, _ := filepath.Glob(filepath.Join(escaped(dir), name)); len(found) > 0 {
			return true
		}
	}
	return false
}

// escaped is a path in which a pattern means nothing.
func escaped(dir string) string {
	return regexp.MustCompile(`[*?\[\\]`).ReplaceAllStringFunc(dir, func(c string) string {
		if c == `\` && os.PathSeparator == '\\' {
			return c
		}
		return `\` + c
	})
}

// results says whether there is something of a run in the folder that is worth keeping.
func (c contents) results() bool {
	return len(c.kept) > 0 || slices.ContainsFunc(c.own, func(name string) bool { return path.Base(name) != manifestFile })
}

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
