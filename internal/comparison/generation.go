package comparison

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"actscope/internal/atomicfile"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models"
)

// A folder of saved trainings holds generations, each the state of all networks at one moment:
//
//	current               the name of the generation that counts
//	generation-7/         complete from the moment that it has its name
//	  state.json          the data, and the checksum of every other file
//	  settings.yaml       the configuration
//	  NAME.checkpoint.npz where the training of a network goes on
//	  NAME.course.npz     what was recorded of it so far
//	settings.yaml         for people and other programs, of the same state
//	NAME.safetensors      the parameters of a network, likewise, with what they compute: see package foreign
//
// Programs of earlier versions kept one generation in the folder itself, without state.json.
const (
	currentFile      = "current"
	stateFile        = "state.json"
	settingsFile     = "settings.yaml"
	checkpointSuffix = ".checkpoint.npz"
	courseSuffix     = ".course.npz"
	parametersSuffix = ".safetensors"
	onnxSuffix       = ".onnx"
	generationPrefix = "generation-"
)

// savedFormat and savedVersion are those of current and of state.json.
const (
	savedFormat  = "actscope saved trainings"
	savedVersion = 1
)

// form is how both begin.
type form struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

func (f form) check() error {
	switch {
	case f.Format != savedFormat:
		return input.Refuse("format", "%q instead of %q", f.Format, savedFormat)
	case f.Version != savedVersion:
		return input.Refuse("version", "%d: %w, which reads version %d", f.Version, errOtherVersion, savedVersion)
	}
	return nil
}

// errOtherVersion is the cause of an error about what is whole and not for this program.
var errOtherVersion = errors.New("written by another version of the program than this")

// current is the content of the file of that name.
type current struct {
	form
	Generation string `json:"generation"`
}

// state is the content of state.json.
type state struct {
	form
	// DataSHA256 is that of the file of points, "" of points that the settings generate.
	DataSHA256 string `json:"data_sha256"`
	// Files are the SHA-256 of the generation's other files.
	Files map[string]string `json:"files"`
}

// generation is a saved state.
type generation struct {
	folder, name string // of saved trainings; its own within that
	settings     config.Config
	data         string // SHA-256 of a file of points; "" where it is not known
	// trainings are those that had begun, by name.
	trainings map[string]*resumable
}

// resumable is where a training goes on.
type resumable struct {
	checkpoint *models.Checkpoint
	course     npz.Arrays
	// files are the bytes of both, of checkpoint and course.
	files [2][]byte
}

// openGeneration reads the generation of a folder that counts. Where it cannot be used, the
// newest that can is taken instead, and problems say why others were not. Of a folder without
// saved trainings the error is [fs.ErrNotExist].
func openGeneration(folder string) (g *generation, problems []error, err error) {
	var names []string
	for _, n := range generations(folder) {
		names = slices.Insert(names, 0, nameOf(n))
	}
	switch counts, err := readCurrent(folder); {
	case err == nil:
		names = slices.DeleteFunc(names, func(name string) bool { return name == counts })
		names = slices.Insert(names, 0, counts)
	case errors.Is(err, errOtherVersion):
		return nil, nil, err
	case len(names) > 0 || !errors.Is(err, fs.ErrNotExist):
		problems = append(problems, err)
	}
	if found, _ := savedNetworks(folder); len(found) > 0 {
		names = append(names, earlierVersion)
	}
	for _, name := range names {
		if g, err = readGeneration(folder, name); err == nil {
			return g, problems, nil
		}
		problems = append(problems, err)
	}
	if len(problems) > 0 {
		return nil, nil, problems[0]
	}
	return nil, nil, input.InFile(folder, fmt.Errorf("holds no saved trainings: %w", fs.ErrNotExist))
}

// earlierVersion is the generation of programs that kept one only: the folder itself.
const earlierVersion = "."

func nameOf(generation int) string { return generationPrefix + strconv.Itoa(generation) }

// generations are the numbers of those in a folder, ascending.
func generations(folder string) []int {
	var numbers []int
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		text, _ := strings.CutPrefix(e.Name(), generationPrefix)
		if n, err := strconv.Atoi(text); err == nil && n > 0 && e.IsDir() && e.Name() == nameOf(n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// readCurrent gives the name of the generation that counts.
func readCurrent(folder string) (string, error) {
	var c current
	file := filepath.Join(folder, currentFile)
	if err := readForm(file, &c, &c.form); err != nil {
		return "", err
	}
	if !strings.HasPrefix(c.Generation, generationPrefix) || c.Generation != filepath.Base(c.Generation) {
		return "", input.InFile(file, input.Refuse("generation", "%.40q is not the name of one", c.Generation))
	}
	return c.Generation, nil
}

// readForm reads a file of saved trainings into value, which begins with f.
func readForm(file string, value any, f *form) error {
	text, err := input.ReadRegular(file)
	if err != nil {
		return err
	}
	if err = json.Unmarshal(text, value); err == nil {
		err = f.check()
	}
	if err != nil {
		return input.InFile(file, err)
	}
	return nil
}

// savedNetworks are the names of the networks whose files are in a folder.
func savedNetworks(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), checkpointSuffix); ok {
			names = append(names, name)
		}
	}
	return names, err
}

// readGeneration reads a generation of a folder and holds its files against their checksums.
func readGeneration(folder, name string) (*generation, error) {
	g := &generation{folder: folder, name: name, trainings: make(map[string]*resumable)}
	var s state
	if name != earlierVersion {
		if err := readForm(filepath.Join(folder, name, stateFile), &s, &s.form); err != nil {
			return nil, err
		}
		g.data = s.DataSHA256
	}
	read := func(of string) (file string, content []byte, err error) {
		file = filepath.Join(folder, name, of)
		if content, err = input.ReadRegular(file); err == nil && s.Files != nil && checksum(content) != s.Files[of] {
			err = input.RefuseFile(file, "damaged: its checksum is not the one in %s", stateFile)
		}
		return file, content, err
	}
	file, _, err := read(settingsFile)
	if err != nil {
		return nil, err
	}
	if _, err := config.ReadFile(file, &g.settings); err != nil {
		return nil, err
	}
	networks := s.networks()
	if name == earlierVersion {
		if networks, err = savedNetworks(folder); err != nil {
			return nil, input.InFile(folder, err)
		}
	}
	for _, network := range networks {
		var r resumable
		if file, r.files[0], err = read(network + checkpointSuffix); err != nil {
			return nil, err
		}
		if r.checkpoint, err = models.ReadCheckpoint(file); err != nil {
			return nil, err
		}
		if file, r.files[1], err = read(network + courseSuffix); err != nil {
			return nil, err
		}
		if r.course, err = npz.Read(bytes.NewReader(r.files[1]), int64(len(r.files[1]))); err != nil {
			return nil, input.InFile(file, err)
		}
		g.trainings[network] = &r
	}
	return g, nil
}

// networks are the names of those in a generation.
func (s state) networks() []string {
	var names []string
	for _, file := range slices.Sorted(maps.Keys(s.Files)) {
		if name, ok := strings.CutSuffix(file, checkpointSuffix); ok {
			names = append(names, name)
		}
	}
	return names
}

func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// check makes sure that a generation is of this configuration, but for the number of epochs;
// key is the setting that names the folder.
func (g *generation) check(key string, c config.Config) error {
	for _, setting := range config.Settings() {
		was, is := setting.Get(g.settings), setting.Get(c)
		if setting.Key == "schedule" && g.settings.LengthOfSchedule() != c.LengthOfSchedule() || g.settings.LengthOfSchedule() && g.settings.Epochs != c.Epochs {
			was, is = g.settings.FullSchedule(), c.FullSchedule()
		}
		if was != is && setting.Key == "schedule" {
			return input.Refuse(key, "%s was trained with schedule %s, not %s: say schedule %s to go on with its rates", g.folder, was, is, was)
		}
		if was != is && setting.Key != "epochs" {
			return input.Refuse(key, "%s was trained with %s %s, not %s", g.folder, setting.Key, was, is)
		}
	}
	return nil
}

// checkData makes sure that the points are those of the generation.
func (g *generation) checkData(key string, sha256 string) error {
	if g.data != "" && g.data != sha256 {
		return input.Refuse(key, "%s was trained on other points than are now in the file: put the old file back, or train from the start", g.folder)
	}
	return nil
}

// write stores a generation in a folder as the one that counts, and then, for people and other
// programs, the settings and each network's parameters.
func writeGeneration(folder string, c config.Config, dataSHA256 string, trainings map[string]kept) (name string, err error) {
	files, open := make(map[string][]byte), make(map[string][]byte)
	var settings bytes.Buffer
	fmt.Fprintf(&settings, "# %s, version %d\n", savedFormat, savedVersion)
	if err := config.Write(&settings, c); err != nil {
		return "", err
	}
	files[settingsFile], open[settingsFile] = settings.Bytes(), settings.Bytes()
	for network, k := range trainings {
		files[network+checkpointSuffix], files[network+courseSuffix], open[network+parametersSuffix] = k.checkpoint, k.course, k.parameters
		if k.onnx != nil {
			open[network+onnxSuffix] = k.onnx
		}
	}
	s := state{form{savedFormat, savedVersion}, dataSHA256, make(map[string]string)}
	for file, content := range files {
		s.Files[file] = checksum(content)
	}
	if files[stateFile], err = json.MarshalIndent(s, "", "  "); err != nil {
		return "", err
	}
	number := 1
	if all := generations(folder); len(all) > 0 {
		number = all[len(all)-1] + 1
	}
	name = nameOf(number)
	err = together(folder, files, func(c *atomicfile.Change) error { return c.CommitAs(name) })
	if err != nil {
		return "", err
	}
	counts, err := json.Marshal(current{form{savedFormat, savedVersion}, name})
	if err == nil {
		err = atomicfile.Write(filepath.Join(folder, currentFile), func(w io.Writer) error {
			_, err := w.Write(append(counts, '\n'))
			return err
		})
	}
	if err != nil {
		return "", err
	}
	return name, together(folder, open, (*atomicfile.Change).Commit)
}

// together writes files to a folder and commits them.
func together(folder string, files map[string][]byte, commit func(*atomicfile.Change) error) error {
	change, err := atomicfile.Begin(folder)
	if err != nil {
		return err
	}
	defer change.Discard()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		err := change.Write(name, func(w io.Writer) error {
			_, err := w.Write(files[name])
			return err
		})
		if err != nil {
			return err
		}
	}
	return commit(change)
}

// removeGenerations removes all but some, and what programs of earlier versions have left.
func removeGenerations(folder string, but ...string) error {
	for _, n := range generations(folder) {
		if name := nameOf(n); !slices.Contains(but, name) {
			if err := atomicfile.RemoveAll(filepath.Join(folder, name)); err != nil {
				return err
			}
		}
	}
	if slices.Contains(but, earlierVersion) {
		return nil
	}
	networks, _ := savedNetworks(folder)
	for _, network := range networks {
		for _, suffix := range []string{courseSuffix, checkpointSuffix} {
			if err := atomicfile.RemoveAll(filepath.Join(folder, network+suffix)); err != nil {
				return err
			}
		}
	}
	return nil
}
