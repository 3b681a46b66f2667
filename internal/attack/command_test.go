//go:build unix

package attack

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"actscope/internal/atomicfile"
)

// command is a command line, what it finds, and what it leaves.
type command struct {
	name, args string
	// before are command lines that made what it finds; one may begin with a fault.
	before []string
	// then shows what it has left.
	then []string
	// reads are the files that it reads.
	reads []source
	// folders are those whose files it replaces together.
	folders []string
	// writes is the one file that it writes elsewhere.
	writes string
	// passing are the files that have a state of their own between the old and the new.
	passing string
}

// source is a file that a command reads.
type source struct {
	path string
	// sealed says that any change to it is noticed; otherwise it may have become another
	// file that is as good.
	sealed bool
	// mended says that the command does without it, or without a part, and ends as if it were whole.
	mended bool
	// streamed says that it may be a pipe.
	streamed bool
}

const (
	tinyCompare = "compare --samples 20 --hidden 2 --format svg --quiet --out c"
	tinyTheory  = "theory --depth 3 --width 8 --format svg --quiet --out t"
	tinyKernel  = "kernel --draws 0 --samples 20 --hidden 2 --format svg --quiet --out n"
	tinyCost    = "cost --target 0.6 --share 0.5 --widths 1,2 --depths 1 --rates 2 --seeds 30 --activations relu --samples 40 --test-rows 100 --epochs 6 --latency=false --format svg --quiet --out k"
	tinyPage    = "gradcheck --against g.npz --activation sigmoid --format svg --quiet --out h"
	tinyClaims  = "claims --quick --seeds 2 --samples 40 --epochs 2 --hidden 2,2 --claim accuracy-gap --setting base --format svg --quiet --out l"
)

// given are the files that every command finds.
var given = map[string]string{
	"grid.yaml":     "samples: 40\nepochs: 2\nhidden: \"3\"\nactivations: [sigmoid, relu]\nseed: 1..3\n",
	"settings.yaml": "samples: 40\nepochs: 2\nhidden: \"3\"\n",
	"m.csv":         "old",
	"m.html":        "old",
	"m.onnx":        "old",
	"layer.json":    `{"x":[[[[1,5,2,0],[3,4,8,7],[9,1,0,2],[6,2,3,4]]]],"dout":[[[[1,2],[3,4]]]],"dx":[[[[0,1,0,0],[0,0,2,0],[3,0,0,0],[0,0,0,4]]]]}`,
	"points.csv":    "x,y,class\n" + strings.Repeat("0,1,a\n1,0.5,b\n-1,2,a\n0.25,-1,b\n", 10),
}

var commands = []command{
	{
		name: "compare", args: tinyCompare + " --epochs 2 --seed 7 --force", before: []string{tinyCompare + " --epochs 1"},
		folders: []string{"c"}, passing: `^c/undrawn/`,
	}, {
		name: "theory again, with fewer files", args: tinyTheory + " --repetitions 1", before: []string{tinyTheory + " --repetitions 1 --format png,svg"}, folders: []string{"t"},
	}, {
		name: "compare beside another", args: "compare --samples 20 --hidden 2 --format svg --quiet --epochs 1", before: []string{"compare --samples 20 --hidden 2 --format svg --quiet --epochs 2"},
		folders: []string{"out/compare", "out/compare-2"}, passing: `^out/compare-2/undrawn/`,
	}, {
		name: "compare --resume", args: tinyCompare + " --epochs 4 --save s --resume s --force",
		before: []string{tinyCompare + " --epochs 1 --save s", tinyCompare + " --epochs 2 --save s --resume s --force"},
		reads: []source{
			{path: "s/current", sealed: true}, {path: "s/generation-2/state.json", sealed: true}, {path: "s/generation-2/settings.yaml", sealed: true},
			{path: "s/generation-2/relu.checkpoint.npz", sealed: true}, {path: "s/generation-2/relu.course.npz", sealed: true},
		},
		folders: []string{"c"}, passing: `^c/undrawn/|^s/current|^s/generation-`,
	}, {
		name: "compare --from", args: "compare --samples 20 --format svg --quiet --epochs 1 --out c --force --from s/relu.safetensors",
		before: []string{tinyCompare + " --epochs 1 --save s"}, reads: []source{{path: "s/relu.safetensors"}},
		folders: []string{"c"}, passing: `^c/undrawn/`,
	}, {
		name: "export", args: "export c --as safetensors --out e", reads: []source{{path: "c/run.json"}, {path: "c/arrays.npz", sealed: true}},
		before: []string{tinyCompare + " --epochs 1", "export c --as safetensors --out e", tinyCompare + " --epochs 2 --force"}, folders: []string{"e"},
	}, {
		name: "export of one", args: "export s --network relu --out m.onnx", writes: "m.onnx", before: []string{tinyCompare + " --epochs 1 --save s"},
		reads: []source{{path: "s/settings.yaml"}, {path: "s/relu.safetensors"}},
	}, {
		name: "diff", args: "diff c d --json", before: []string{tinyCompare + " --epochs 1", "compare --samples 20 --hidden 2 --format svg --quiet --out d --epochs 2"},
		reads: []source{{path: "c/run.json"}, {path: "c/arrays.npz", sealed: true}},
	}, {
		name: "man", args: "man --out m", before: []string{"man --out m"}, folders: []string{"m"},
	}, {
		name: "predict", args: "predict s/relu.safetensors --data csv:points.csv --out m.csv", writes: "m.csv", before: []string{tinyCompare + " --epochs 1 --save s"},
		reads: []source{{path: "s/relu.safetensors"}, {path: "points.csv", streamed: true}},
	}, {
		name: "theory", args: tinyTheory + " --repetitions 2 --force", before: []string{tinyTheory + " --repetitions 1"}, folders: []string{"t"},
	}, {
		name: "kernel", args: tinyKernel + " --epochs 2 --seed 7 --force", before: []string{tinyKernel + " --epochs 1"}, folders: []string{"n"},
	}, {
		name: "cost", args: tinyCost + " --force", before: []string{tinyCost + " --epochs 10", tinyCost + " --widths 2 --force"},
		reads: []source{{path: "k/trials.json", sealed: true}}, folders: []string{"k"}, passing: `^k/trials`,
	}, {
		name: "claims", args: tinyClaims + " --force", before: []string{tinyClaims + " --seeds 3", "fail:20 " + tinyClaims + " --force"},
		reads: []source{{path: "l/unfinished.json", sealed: true}}, folders: []string{"l"}, passing: `^l/unfinished`,
	}, {
		name: "figures compare", args: "figures c --theme dark --format svg", before: []string{tinyCompare + " --epochs 2"},
		reads: []source{{path: "c/run.json"}, {path: "c/arrays.npz", sealed: true}}, folders: []string{"c"},
	}, {
		name: "figures theory", args: "figures t --theme dark --format svg", before: []string{tinyTheory + " --repetitions 2"},
		reads: []source{{path: "t/run.json"}, {path: "t/arrays.npz", sealed: true}}, folders: []string{"t"},
	}, {
		name: "figures kernel", args: "figures n --theme dark --format svg", before: []string{tinyKernel + " --epochs 2"},
		reads: []source{{path: "n/run.json"}}, folders: []string{"n"},
	}, {
		name: "figures cost", args: "figures k --theme dark --format svg", before: []string{tinyCost},
		reads: []source{{path: "k/run.json"}}, folders: []string{"k"},
	}, {
		name: "figures claims", args: "figures l --theme dark --format svg", before: []string{tinyClaims},
		reads: []source{{path: "l/run.json"}}, folders: []string{"l"},
	}, {
		name: "sweep plan", args: "sweep plan grid.yaml w", reads: []source{{path: "grid.yaml"}},
	}, {
		name: "sweep run", args: "sweep run w --quiet --shard 1/2", before: []string{"sweep plan grid.yaml w", "sweep run w --quiet --shard 0/2"},
		then:  []string{"sweep status w", "sweep merge w --out m.csv"},
		reads: []source{{path: "w/plan.json", sealed: true}, {path: "w/shards", sealed: true}}, passing: `^w/results/`,
	}, {
		name: "sweep run, done", args: "sweep run w --quiet", before: []string{"sweep plan grid.yaml w", "sweep run w --quiet"},
		then:  []string{"sweep status w", "sweep merge w --out m.csv"},
		reads: []source{{path: "w/results/SEGMENT", sealed: true, mended: true}}, passing: `^w/results/`,
	}, {
		name: "sweep merge to Parquet", args: "sweep merge w --out m.parquet", writes: "m.parquet", before: []string{"sweep plan grid.yaml w", "sweep run w --quiet"},
		reads: []source{{path: "w/plan.json", sealed: true}, {path: "w/results/SEGMENT"}},
	}, {
		name: "sweep merge", args: "sweep merge w --out m.csv", writes: "m.csv", before: []string{"sweep plan grid.yaml w", "sweep run w --quiet"},
		reads: []source{{path: "w/plan.json", sealed: true}, {path: "w/results/SEGMENT"}},
	}, {
		name: "sweep report", args: "sweep report w --out m.html", writes: "m.html", before: []string{"sweep plan grid.yaml w", "sweep run w --quiet"},
		reads: []source{{path: "w/results/SEGMENT"}},
	}, {
		name: "sweep missing", args: "sweep missing w", before: []string{"sweep plan grid.yaml w", "sweep run w --quiet --shard 0/2"},
		reads: []source{{path: "w/plan.json", sealed: true}, {path: "w/shards"}, {path: "w/results/SEGMENT"}},
	}, {
		name: "sweep emit slurm", args: "sweep emit slurm w --program actscope", before: []string{"sweep plan grid.yaml w"}, reads: []source{{path: "w/plan.json", sealed: true}},
	}, {
		name: "sweep emit kubernetes", args: "sweep emit kubernetes w", before: []string{"sweep plan grid.yaml w"},
	}, {
		name: "gradcheck --export", args: "gradcheck --export g.npz --samples 40 --hidden 3 --seed 7", writes: "g.npz", before: []string{"gradcheck --export g.npz --samples 40 --hidden 3"},
	}, {
		name: "gradcheck --against", args: "gradcheck --against g.npz --activation sigmoid", before: []string{"gradcheck --export g.npz --samples 40 --hidden 3"},
		reads: []source{{path: "g.npz", sealed: true}},
	}, {
		name: "gradcheck --out", args: tinyPage + " --force", folders: []string{"h"}, reads: []source{{path: "g.npz", sealed: true}},
		before: []string{"gradcheck --export g.npz --samples 40 --hidden 3", tinyPage, "gradcheck --export g.npz --samples 40 --hidden 3 --seed 7"},
	}, {
		name: "figures gradcheck", args: "figures h --theme dark --format svg", before: []string{"gradcheck --export g.npz --samples 40 --hidden 3", tinyPage},
		reads: []source{{path: "h/run.json"}, {path: "h/arrays.npz", sealed: true}}, folders: []string{"h"},
	}, {
		name: "gradcheck --layer", args: "gradcheck --layer max-pool --against layer.json", reads: []source{{path: "layer.json"}},
	}, {
		name: "graph", args: "graph --config settings.yaml --dataset csv:points.csv",
		reads: []source{{path: "settings.yaml", streamed: true}, {path: "points.csv", streamed: true}},
	}, {
		name: "play", args: "play --no-open --idle 1ms --config settings.yaml --dataset csv:points.csv",
		reads: []source{{path: "settings.yaml", streamed: true}, {path: "points.csv"}},
	},
}

// scene is a command and the folder in which it finds what it needs, and what it makes of it.
type scene struct {
	command
	dir string
	// calm is the command undisturbed, and operations what it did to files, in order.
	calm       outcome
	operations []string
	// old and new are all files before and after, as their readers see them.
	old, new map[string]string
}

// allScenes are those of all commands.
var allScenes = sync.OnceValues(func() ([]*scene, error) {
	all := make([]*scene, len(commands))
	var hands errgroup.Group
	hands.SetLimit(2)
	for i, c := range commands {
		hands.Go(func() (err error) {
			if all[i], err = build(c); err != nil {
				err = fmt.Errorf("%s: %w", c.name, err)
			}
			return err
		})
	}
	return all, hands.Wait()
})

func scenesOf(t *testing.T) []*scene {
	t.Helper()
	all, err := allScenes()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func build(c command) (*scene, error) {
	dir, err := os.MkdirTemp(ground, "scene")
	if err != nil {
		return nil, err
	}
	s := &scene{command: c, dir: dir}
	for name, content := range given {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			return nil, err
		}
	}
	for _, line := range c.before {
		e := execution{dir: dir, args: strings.Fields(line)}
		if strings.Contains(e.args[0], ":") {
			e.fault, e.args = e.args[0], e.args[1:]
		}
		if o, err := e.run(); err != nil || o.status != statusDone && e.fault == "" {
			return nil, fmt.Errorf("%s: %v %v", line, err, o.fault("cannot begin"))
		}
	}
	if err := s.addOwnFiles(); err != nil {
		return nil, err
	}
	for i, r := range s.reads {
		if folder, found := strings.CutSuffix(r.path, "SEGMENT"); found {
			segments, err := filepath.Glob(filepath.Join(dir, folder, "*.segment"))
			if err != nil || len(segments) == 0 {
				return nil, fmt.Errorf("no segment: %v", err)
			}
			s.reads = slices.Clone(s.reads)
			s.reads[i].path = folder + filepath.Base(segments[0])
		}
	}
	s.old, _ = view(dir)
	return s, attempt{scene: s, try: s.undisturbed}.inCopy()
}

// addOwnFiles puts a file of the user's own into each folder, but for those that are replaced
// whole, where it is refused.
func (s *scene) addOwnFiles() error {
	whole := !strings.HasPrefix(s.args, "figures ") && !strings.HasPrefix(s.args, "export ")
	return filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() || strings.HasPrefix(e.Name(), "generation-") {
			return err
		}
		if name, _ := filepath.Rel(s.dir, path); whole && slices.Contains(s.folders, name) {
			return fs.SkipDir
		}
		return os.WriteFile(filepath.Join(path, "my own.txt"), []byte(path), 0o644)
	})
}

// undisturbed finds out what the command does.
func (s *scene) undisturbed(dir string) (err error) {
	if s.calm, err = (execution{dir: dir, args: s.line(), fault: "count:0"}).run(); err != nil {
		return err
	}
	var said strings.Builder
	for line := range strings.Lines(s.calm.stderr) {
		if counted := operation.FindStringSubmatch(line); counted != nil {
			s.operations = append(s.operations, counted[1])
		} else {
			said.WriteString(line)
		}
	}
	s.calm.stderr = said.String()
	if s.calm.status != statusDone {
		return s.calm.fault("cannot be attacked")
	}
	if err := s.show(dir); err != nil {
		return err
	}
	s.new, _ = view(dir)
	return nil
}

var operation = regexp.MustCompile(`^operation \d+: (\w+)\n`)

func (s *scene) line() []string { return strings.Fields(s.args) }

// show runs what shows the result, and keeps what it prints as a file.
func (s *scene) show(dir string) error {
	for i, line := range s.then {
		o, err := execution{dir: dir, args: strings.Fields(line)}.run()
		if err == nil {
			err = o.judge(statusDone)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("printed-%d", i)), []byte(o.stdout), 0o644)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	return nil
}

var temporary = regexp.MustCompile(`^\.new\.\d+$`)

// view are all files below a folder as their readers see them, and what is on its way.
func view(dir string) (files map[string]string, leftovers []string) {
	files = make(map[string]string)
	removed := make(map[string]bool) // by a change that is committed
	filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		switch {
		case err != nil:
			return nil
		case temporary.MatchString(e.Name()):
			leftovers = append(leftovers, path)
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir():
			return nil
		case e.Name() == ".change":
			if folder, _, found := strings.Cut(name, ".committed/"); found {
				content, _ := os.ReadFile(path)
				var names []string
				json.Unmarshal(content, &names)
				for _, n := range names {
					removed[filepath.Join(folder, n)] = true
				}
			}
			return nil
		}
		folder, inner := dir, name
		if before, after, found := strings.Cut(name, ".committed/"); found {
			folder, inner = filepath.Join(dir, before), after
			name = filepath.Join(before, after)
		}
		if _, known := files[name]; known || removed[name] || !e.Type().IsRegular() {
			return nil // it is on its way, which is walked first
		}
		if info, err := e.Info(); err == nil && info.Size() > 1<<26 {
			files[name] = fmt.Sprint(info.Size(), " bytes")
		} else if content, err := os.ReadFile(atomicfile.Locate(folder, inner)); err == nil {
			files[name] = string(content)
		}
		return nil
	})
	return files, leftovers
}

// drifting are the files that every run writes anew with other content.
var drifting = regexp.MustCompile(`(^|/)timing\.json$`)

// begun is in the manifest of a folder in which a run has begun and none has ended: it lists no file.
var begun = regexp.MustCompile(`"files": (null|\[\])`)

// allOrNothing says what is neither as it was before the command nor as it is after it.
func (s *scene) allOrNothing(dir string) error {
	files, _ := view(dir)
	state := make(map[string]string) // of each folder: the first of its files that tells, and how
	for _, name := range union(files, s.old, s.new) {
		content, there := files[name]
		was, before := s.old[name]
		is, after := s.new[name]
		isOld, isNew := content == was && there == before, content == is && there == after
		isOld = isOld || !before && begun.MatchString(content) && strings.HasSuffix(name, "/manifest.json")
		switch {
		case s.passes(name), strings.HasPrefix(name, "printed-"), s.shown(name):
			continue
		case !isOld && !isNew:
			return fmt.Errorf("%s is neither the old file nor the new one: it is there: %v, %d bytes, was %d, should be %d", name, there, len(content), len(was), len(is))
		}
		for _, folder := range s.folders {
			if isOld != isNew && strings.HasPrefix(name, folder+"/") {
				is := map[bool]string{true: "new", false: "old"}[isNew]
				if first, known := state[folder]; known && !strings.HasSuffix(first, " "+is) {
					return fmt.Errorf("%s while %s is %s", first, name, is)
				}
				state[folder] = name + " is " + is
			}
		}
	}
	return nil
}

// passes says whether nothing can be said of a file.
func (s *scene) passes(name string) bool {
	return drifting.MatchString(name) || s.passing != "" && regexp.MustCompile(s.passing).MatchString(name)
}

// shown says whether a file is one that only what shows the result writes.
func (s *scene) shown(name string) bool {
	for _, line := range s.then {
		if strings.HasSuffix(line, " "+name) {
			return true
		}
	}
	return false
}

// asUndisturbed says what is not as the command leaves it undisturbed, but for one file.
func (s *scene) asUndisturbed(dir string, but string) error {
	files, leftovers := view(dir)
	if len(leftovers) > 0 {
		return fmt.Errorf("left behind: %v", leftovers)
	}
	if committed, _ := filepath.Glob(filepath.Join(dir, "*", ".committed")); len(committed) > 0 {
		return fmt.Errorf("not settled: %v", committed)
	}
	for _, name := range union(files, s.new) {
		if name == but || s.passes(name) {
			continue
		}
		if content, there := files[name]; content != s.new[name] {
			_, after := s.new[name]
			return fmt.Errorf("%s is not as it is without an attack: it is there: %v, should be: %v; as before the command: %v, %d bytes instead of %d", name, there, after, content == s.old[name], len(content), len(s.new[name]))
		}
	}
	return nil
}

func union(trees ...map[string]string) []string {
	all := make(map[string]string)
	for _, m := range trees {
		maps.Copy(all, m)
	}
	return slices.Sorted(maps.Keys(all))
}
