package tapesuite

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
)

// example is one of Gorgonia's example programs: its main function as it is, but for edits.
type example struct {
	name     string
	from     string // its folder of examples, or its file in the root, which gets a folder of its name
	edits    []edit
	tags     string
	requires []string // what Gorgonia's go.mod has for it
	data     func(source)
	args     []string

	// within are the differences allowed after each run, relative to the largest number of the
	// array: sums run in another order, and what one step leaves the next one starts from.
	within float64
}

// edit replaces text of a file, "main.go" if it is not named.
type edit struct{ old, replacement, file string }

// line is the edit that counts: what made the tape makes either the tape or our machine. Packages
// of Gorgonia are imported as dot says, the rest is learnables and what is seen after each run.
func line(dot, prefix, tape, ours, rest string) edit {
	return edit{old: prefix + tape, replacement: fmt.Sprintf("%seither(func() %sVM { return %s }, func() (*ours.Machine, error) { return %s }, %s)", prefix, dot, tape, ours, rest)}
}

// in is the edit of another file.
func in(file string, e edit) edit { e.file = file; return e }

var (
	dataframes  = []string{"github.com/go-gota/gota v0.12.0", "golang.org/x/net v0.0.0-20220401154927-543a649e0bdd"}
	progressBar = []string{"gopkg.in/cheggaaa/pb.v1 v1.0.28", "github.com/mattn/go-runewidth v0.0.13"}
)

// others are the programs, and parts of them, that do not run here.
var others = [][2]string{
	{"convnet_cuda", "needs CUDA"},
	{"logistic regression, where it predicts", "the tape panics: its comparison writes booleans into numbers"},
	{"stacked autoencoder, where it finetunes", "a LispMachine, which derives as it runs, stays on either side; what predicts after it is a forward LispMachine, which our machine replaces"},
	{"charRNN beyond three sentences", "gradients reach 1e9 on either side, and rounding errors grow with them"},
	{"iris/cmd", "asks for numbers at a terminal; its product is iris's"},
	{"mnist", "reads files"},
}

// noServer keeps a program from listening for profilers.
var noServer = edit{old: `"localhost:6060"`, replacement: `"localhost:none"`}

var examples = []example{
	{
		name: "linear regression", from: "example_linearregression_test.go",
		edits: []edit{
			line("", "machine = ", "NewTapeMachine(g, BindDualValues(m, c))", "ours.NewVM(g, ours.Learnables(m, c))", "Nodes{m, c}, cost"),
			{old: "func Example_linearRegression()", replacement: "func main()"},
		},
		within: 1e-4, // float32 sums of 10,000 squares
	},
	{
		name: "concurrent training", from: "example_concurrent_training_test.go",
		edits: []edit{
			{old: "	vm := NewTapeMachine(g, BindDualValues(x, y))\n\n	return", replacement: "	vm := VM(NewTapeMachine(g, BindDualValues(x, y)))\n\n	return"},
			line("", "	vm := VM(", "NewTapeMachine(g, BindDualValues(x, y))", "ours.NewVM(g, ours.Learnables(x, y))", "Nodes{x, y}, sz"),
			{old: "func Example_concurrentTraining()", replacement: "func main()"},
		},
		within: 1e-12,
	},
	{
		name: "the same, not concurrent", from: "example_concurrent_training_test.go",
		edits: []edit{
			{old: "	vm := NewTapeMachine(g, BindDualValues(x, y))\n\n	Let", replacement: "	vm := VM(NewTapeMachine(g, BindDualValues(x, y)))\n\n	Let"},
			line("", "	vm := VM(", "NewTapeMachine(g, BindDualValues(x, y))", "ours.NewVM(g, ours.Learnables(x, y))", "Nodes{x, y}, sz"),
			{old: "func Example_nonConcurrentTraining()", replacement: "func main()"},
		},
		within: 1e-12,
	},
	{
		name: "iris", from: "iris", requires: dataframes,
		edits: []edit{
			line("gorgonia.", "machine := ", "gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(theta))", "ours.NewVM(g, ours.Learnables(theta))", "gorgonia.Nodes{theta}, &predicted, cost"),
			{old: "iter := 10000", replacement: "iter := 1000"},
		},
		within: 1e-11,
	},
	{
		name: "logistic regression", from: "logisticregression",
		edits: []edit{
			line("G.", "machine := ", "G.NewTapeMachine(g, G.WithPrecompiled(prog, locMap))", "ours.NewVM(g.SubgraphRoots(wUpd, bUpd, readNode))", "nil, &predicted, w, b"),
			{old: "	fmt.Printf(\"START\\n\")\n", replacement: "	if true {\n		return // what follows, a program that predicts, panics on the tape\n	}\n"},
			{old: "	machine = G.", replacement: "	machine.VM = G."},
			{old: "trainIter = 500", replacement: "trainIter = 50"},
		},
		within: 1e-11,
	},
	{
		name: "convnet, float64", from: "convnet", requires: progressBar,
		edits: convnet, data: digits, args: []string{"-epochs", "2", "-batchsize", "20"},
		within: 1e-11,
	},
	{
		name: "convnet, float32", from: "convnet", requires: progressBar,
		edits: convnet, data: digits, args: []string{"-epochs", "2", "-batchsize", "20", "-dtype", "float32"},
		within: 1e-4,
	},
	{
		name: "resnet, an eighth as wide", from: "resnet", requires: progressBar,
		edits: append([]edit{ // its 230 million parameters take 7 GB
			{old: "(32, 1, 3, 3)", replacement: "(4, 1, 3, 3)"}, {old: "(64, 32, 3, 3)", replacement: "(8, 4, 3, 3)"}, {old: "(128, 64, 3, 3)", replacement: "(16, 8, 3, 3)"},
			{old: "(3136, 12544)", replacement: "(392, 1568)"}, {old: "(6272, 25088)", replacement: "(784, 3136)"}, {old: "(25088, 625)", replacement: "(3136, 625)"},
			{old: "128 * 14 * 14", replacement: "16 * 14 * 14"},
		}, convnet...), data: digits, args: []string{"-epochs", "2", "-batchsize", "20"},
		within: 1e-9,
	},
	{
		name: "issue 286", from: "286", edits: []edit{
			line("gorgonia.", "vm := ", "gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(m.learnables()...))", "ours.NewVM(g, ours.Learnables(m.learnables()...))", "m.learnables(), &costVal, &m.predVal"),
			{old: "	if err = vm.RunAll(); err != nil {\n		log.Fatalf(\"Failed %v\", err)\n	}\n\n	solver.Step(gorgonia.NodesToValueGrads(m.learnables()))\n	vm.Reset()\n", replacement: "	for range 20 {\n		if err = vm.RunAll(); err != nil {\n			log.Fatalf(\"Failed %v\", err)\n		}\n\n		solver.Step(gorgonia.NodesToValueGrads(m.learnables()))\n		vm.Reset()\n	}\n"},
		},
		within: 1e-11,
	},
	{
		name: "stacked autoencoder", from: "stacked_autoencoder", tags: "native",
		edits: []edit{
			{old: "import \"C\"\n", replacement: ""}, // nothing of it is used
			{old: "[]int{1000, 1000, 1000}", replacement: "[]int{300, 200, 100}"},
			in("stackedDA.go", line("", "m = ", "NewTapeMachine(sda.g, WithPrecompiled(prog, locMap))", "ours.NewVM(sda.g.SubgraphRoots(outputs...))", "Nodes{da.w, da.b, da.h.b}, &costValue")),
			// What finetunes derives as it runs, and stays on Gorgonia's LispMachine. What predicts does not.
			in("stackedDA.go", line("", "machine := ", "NewLispMachine(g, ExecuteFwdOnly())", "ours.NewVM(g)", "nil, logprobs")),
		},
		data: digits, args: []string{"-bs", "20", "-pt", "2", "-ft", "1"},
		within: 1e-11,
	},
	{
		name: "charRNN", from: "charRNN",
		edits: []edit{
			noServer,
			{old: "i <= 100000", replacement: "i <= 2"},                                                       // then gradients reach 1e9, and rounding errors grow as they do
			{old: "		cost, perp, err := run(", replacement: "		r = newCharRNN(m)\n		cost, perp, err := run("}, // gradients of one sentence, not of all before
			{old: "r.predict()", replacement: "newCharRNN(m).predict()"},                                      // Log has turned the SoftMax of the sentence's nodes into its logarithm
			{old: "old.cleanup()", replacement: "_ = old"},                                                    // which gives nodes away that others still use
			{old: "	r.g.UnbindAllNonInputs()\n\n	fmt", replacement: "	fmt", file: "model.go"},                 // likewise, values
			{old: "maxCharGen = 100", replacement: "maxCharGen = 5"},
			{old: "for ch, c := range dict {", replacement: "for _, ch := range slices.Sorted(maps.Keys(dict)) {\n		c := dict[ch]", file: "vocab.go"},
			{old: "import \"strings\"", replacement: "import (\n	\"maps\"\n	\"slices\"\n	\"strings\"\n)", file: "vocab.go"},
			// The LispMachine derives as it runs; the others are given a graph with gradients.
			{old: "	machine := NewLispMachine(g)\n	defer", file: "model.go", replacement: `	var learnables Nodes
	for _, n := range r.learnables() {
		learnables = append(learnables, n.(*Node))
	}
	gradients, err := Grad(cost, learnables...)
	if err != nil {
		return
	}
	roots := append(Nodes{cost}, gradients...)
	if readCost != nil {
		roots = append(roots, readCost, readPerp)
	}
	g = r.g.SubgraphRoots(roots...)
	machine := VM(NewTapeMachine(g, BindDualValues(learnables...)))
	defer`},
			in("model.go", line("", "machine := VM(", "NewTapeMachine(g, BindDualValues(learnables...))", "ours.NewVM(g, ours.Learnables(learnables...))", "learnables, cost")),
			{old: "	machine.UnbindAll()\n", replacement: "", file: "model.go"},
			{old: "		machine.ForceCPU()\n", replacement: "", file: "model.go"},
			{old: "		machine := NewLispMachine(g, ExecuteFwdOnly())", replacement: "		machine := VM(NewTapeMachine(g))", file: "model.go"},
			in("model.go", line("", "		machine := VM(", "NewTapeMachine(g)", "ours.NewVM(g)", "nil, prev.probs")),
		},
		within: 1e-3,
	},
	{
		name: "tiny YOLO v2", from: "tiny-yolo-v2-coco",
		edits: []edit{
			line("G.", "tm := ", "G.NewTapeMachine(g)", "ours.NewVM(g)", "nil, model.GetOutput()"),
			{old: "	st := time.Now()\n", replacement: twice},
		},
		within: 1e-5,
	},
	{
		name: "tiny YOLO v3", from: "tiny-yolo-v3-coco",
		edits: []edit{
			line("G.", "tm := ", "G.NewTapeMachine(g)", "ours.NewVM(g)", "nil, model.GetOutput()[0], model.GetOutput()[1]"),
			{old: "	// Feedforward\n	st := time.Now()\n", replacement: twice},
		},
		within: 1e-5,
	},
}

// twice runs a network that runs once, before.
const twice = `	for range 2 {
		if err := tm.RunAll(); err != nil {
			panic(err)
		}
		tm.Reset()
	}
	st := time.Now()
`

var convnet = []edit{
	noServer,
	line("G.", "vm := ", "G.NewTapeMachine(g, G.WithPrecompiled(prog, locMap), G.BindDualValues(m.learnables()...))", "ours.NewVM(g, ours.Learnables(m.learnables()...))", "m.learnables(), &costVal"),
}

// digits are random images and labels in MNIST's format.
func digits(c source) {
	random := rand.New(rand.NewPCG(1, 2))
	const images = 40
	for _, set := range []string{"train", "t10k"} {
		var pixels, labels strings.Builder
		binary.Write(&pixels, binary.BigEndian, []int32{0x803, images, 28, 28})
		binary.Write(&labels, binary.BigEndian, []int32{0x801, images})
		for range images {
			for range 28 * 28 {
				pixels.WriteByte(byte(random.UintN(256)))
			}
			labels.WriteByte(byte(random.UintN(10)))
		}
		c.write("examples/testdata/mnist/"+set+"-images-idx3-ubyte", pixels.String())
		c.write("examples/testdata/mnist/"+set+"-labels-idx1-ubyte", labels.String())
	}
}
