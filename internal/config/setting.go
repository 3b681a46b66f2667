package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/formula"
	"actscope/internal/input"
	"actscope/internal/nearest"
	"actscope/models"
)

// Setting is one entry of a configuration under the name that flags, files and
// sweeps use, as text.
type Setting struct {
	Key string
	// Kind names the form of the value in help texts.
	Kind string
	// Usage says what it is, in a line.
	Usage string
	// Optional settings, left at their default, are not written: configurations that know
	// nothing of them look the same.
	Optional bool

	get func(Config) string
	set func(*Config, string) error
}

// Get is the setting's value in a configuration, in its canonical form.
func (s Setting) Get(c Config) string { return s.get(c) }

// Set reads a value. Whether it makes sense is for [Config.Validate] to say; an
// error here, an [input.Error], is about its form.
func (s Setting) Set(c *Config, text string) error {
	if err := s.set(c, strings.TrimSpace(text)); err != nil {
		return input.Under(s.Key, err)
	}
	return nil
}

// Settings lists the settings of a configuration in the order in which users see
// them.
func Settings() []Setting {
	return []Setting{
		text("dataset", "the points: "+strings.Join(data.GeneratorNames(), ", ")+", a formula such as 'x2 > sin(3*x1)' for classes or 'y = x1*x2' for a number, or csv:FILE", func(c *Config) *string { return &c.Dataset }),
		integer("samples", "points to generate", func(c *Config) *int { return &c.Samples }),
		number("noise", "standard deviation of the noise on each coordinate, or on the number to predict", func(c *Config) *float64 { return &c.Noise }),
		number("class-share", "share of class 1 among generated points; 0 is an even split", func(c *Config) *float64 { return &c.ClassShare }),
		optional(integer("classes", "classes of generated blobs and spirals", func(c *Config) *int { return &c.Classes }), "2", "0"),
		text("label", "column of a CSV file that holds the targets, or several with commas, each a label that is 0 or 1 or a number; the last by default", func(c *Config) *string { return &c.Label }),
		optional(text("task", "what a CSV file's targets are: classes, regression, or auto, to see what they look like", func(c *Config) *string { return &c.Task }), "auto", ""),
		seed("data-seed", "seed of the points", func(c *Config) *int64 { return &c.DataSeed }),
		seed("split-seed", "seed of the split into training and test rows", func(c *Config) *int64 { return &c.SplitSeed }),
		number("test-fraction", "share of the rows that are held out for the test", func(c *Config) *float64 { return &c.TestFraction }),
		optional(yesNo("stratify", "hold out the same share of every class", func(c *Config) *bool { return &c.Stratify }), "false", "false"),
		optional(number("validation-fraction", "share of the training rows that are set aside to validate on after each epoch", func(c *Config) *float64 { return &c.ValidationFraction }), "0", "0"),
		optional(text("standardise", "rows over which columns are standardised: all, as the article does, train, or none for columns, and numbers to predict, as they are; train for a csv:FILE and all for other points where it is not said", func(c *Config) *string { return &c.Standardise }), "all", ""),
		activations(),
		{Key: "hidden", Kind: "units", Usage: "units of each hidden layer; 16x30 is thirty layers of 16", get: func(c Config) string { return joinUnits(c.Hidden) }, set: parseHidden},
		list("parts", "what every hidden layer has beside: "+partForms(), func(c *Config) *[]string { return &c.Parts }),
		text("init", "how weights are drawn: "+initNames(), func(c *Config) *string { return &c.Init }),
		optional(text("from", "file of a network to go on training, ONNX, safetensors or npz, instead of weights that are drawn", func(c *Config) *string { return &c.From }), "", ""),
		text("loss", "what is differentiated: "+lossNames(), func(c *Config) *string { return &c.Loss }),
		optional(text("output", "activation of the output layer under a squared error, whose targets are standardised; identity by default", func(c *Config) *string { return &c.Output }), "", ""),
		optional(text("reduction", "what the sum of the losses is divided by: mean (the rows), sum (1), mean-all (rows times outputs), half-sum (2), half-mean (twice the rows)", func(c *Config) *string { return &c.Reduction }), "mean", ""),
		optional(number("l2", "penalty: half of it times the sum of the squared weights is added to the loss", func(c *Config) *float64 { return &c.L2 }), "0", "0"),
		optional(number("l1", "penalty: so many times the sum of the weights' magnitudes, taken after each step by bringing them nearer to 0", func(c *Config) *float64 { return &c.L1 }), "0", "0"),
		optional(text("class-weights", "none, or balanced, for classes that count alike however many rows they have", func(c *Config) *string { return &c.ClassWeights }), "none", ""),
		integer("epochs", "passes over the training rows", func(c *Config) *int { return &c.Epochs }),
		text("optimiser", "rule of the steps: "+optimiserNames(), func(c *Config) *string { return &c.Optimiser }),
		number("learning-rate", "size of the steps", func(c *Config) *float64 { return &c.LearningRate }),
		optional(numbers("rate-factors", "factors of the rate, one for each activation, such as 10,1", func(c *Config) *[]float64 { return &c.RateFactors }), "1", ""),
		number("weight-decay", "share of each weight that a step of rate 1 takes away", func(c *Config) *float64 { return &c.WeightDecay }),
		number("clip", "largest norm of a step's gradient; 0 for none", func(c *Config) *float64 { return &c.Clip }),
		optional(text("schedule", "how the rate changes from epoch to epoch: "+models.ScheduleForms+", over as many epochs as there are or the length, warm-up included", func(c *Config) *string { return &c.Schedule }), constant, ""),
		optional(integer("warm-up", "epochs over which the rate rises to the whole", func(c *Config) *int { return &c.WarmUp }), "0", "0"),
		optional(integer("patience", "epochs without a lower validation loss after which training ends with the best epoch's parameters; 0 for never", func(c *Config) *int { return &c.Patience }), "0", "0"),
		optional(every(integer("validate", "every how many epochs the test rows are judged, such as 10; 0 for at the snapshots", func(c *Config) *int { return &c.ValidateEvery })), "0", "0"),
		integer("batch-size", "rows per step", func(c *Config) *int { return &c.BatchSize }),
		seed("seed", "seed of the initial weights and shuffles", func(c *Config) *int64 { return &c.Seed }),
		text("dtype", "arithmetic of the networks: float64 or float32", func(c *Config) *string { return &c.Dtype }),
	}
}

// pointKeys are the settings of the points; all others are those of networks and their training.
var pointKeys = []string{"dataset", "samples", "noise", "class-share", "classes", "label", "task", "data-seed", "split-seed", "test-fraction", "stratify", "validation-fraction", "standardise"}

// PointKeys are the keys of the settings of the points.
func PointKeys() []string { return slices.Clone(pointKeys) }

// TrainingKeys are the keys of the settings that are not those of the points.
func TrainingKeys() []string {
	var keys []string
	for _, s := range Settings() {
		if !slices.Contains(pointKeys, s.Key) {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

func lossNames() string {
	var names []string
	for _, l := range graph.Losses() {
		names = append(names, strings.Join(append([]string{l.Name}, l.Aliases...), " or "))
	}
	return strings.Join(names, ", ") + "; logits of more than two classes are those of a softmax, and for numbers the default is mse"
}

func partForms() string {
	var forms []string
	for _, k := range graph.PartKinds() {
		forms = append(forms, k.Form)
	}
	return strings.Join(forms, ", ")
}

func initNames() string {
	var names []string
	for _, i := range models.Inits() {
		names = append(names, i.Name)
	}
	return strings.Join(names, ", ") + ", deviation:NUMBER"
}

func optimiserNames() string {
	var names []string
	for _, o := range models.Optimisers() {
		names = append(names, o.Name())
	}
	return strings.Join(names, ", ")
}

// OtherSpelling is the key that another spelling of it, which is accepted, stands for.
func OtherSpelling(key string) string {
	switch key {
	case "optimizer":
		return "optimiser"
	case "standardize":
		return "standardise"
	}
	return key
}

// Meant is the key that a name which other programs use stands for, "" where none is known.
func Meant(name string) string {
	return map[string]string{
		"lr": "learning-rate", "rate": "learning-rate", "step-size": "learning-rate", "epoch": "epochs", "iterations": "epochs", "max-iter": "epochs", "n-epochs": "epochs",
		"layers": "hidden", "hidden-layers": "hidden", "hidden-units": "hidden", "units": "hidden", "width": "hidden", "depth": "hidden",
		"batch": "batch-size", "bs": "batch-size", "n-samples": "samples", "points": "samples", "random-state": "seed", "random-seed": "seed", "decay": "weight-decay", "wd": "weight-decay",
		"test-size": "test-fraction", "test-split": "test-fraction", "clip-norm": "clip", "max-norm": "clip", "grad-clip": "clip", "solver": "optimiser", "opt": "optimiser", "momentum": "optimiser",
		"initialisation": "init", "initialization": "init", "initializer": "init", "criterion": "loss", "objective": "loss", "precision": "dtype", "dropout": "parts", "norm": "parts",
		"normalise": "standardise", "normalize": "standardise", "scale": "standardise", "scaler": "standardise", "data": "dataset", "csv": "dataset", "file": "dataset",
		"target": "label", "target-column": "label", "output-dir": "out", "outdir": "out", "output-folder": "out", "o": "out", "workers": "jobs", "threads": "jobs", "n-jobs": "jobs", "func": "activations",
	}[name]
}

// SettingNamed finds a setting by its key.
func SettingNamed(key string) (Setting, error) {
	var keys []string
	key = OtherSpelling(key)
	for _, s := range Settings() {
		if s.Key == key {
			return s, nil
		}
		keys = append(keys, s.Key)
	}
	hint := ""
	if meant := Meant(key); slices.Contains(keys, meant) {
		hint = ": did you mean " + meant + "?"
	} else if near := nearest.Name(key, keys); near != "" {
		hint = ": did you mean " + near + "?"
	}
	return Setting{}, input.Refuse(key, "no such setting%s (there are %s)", hint, strings.Join(keys, ", "))
}

func integer(key, usage string, field func(*Config) *int) Setting {
	return Setting{
		Key: key, Kind: "int", Usage: usage,
		get: func(c Config) string { return strconv.Itoa(*field(&c)) },
		set: func(c *Config, text string) (err error) {
			*field(c), err = strconv.Atoi(text)
			return notA("whole number", text, err)
		},
	}
}

func seed(key, usage string, field func(*Config) *int64) Setting {
	return Setting{
		Key: key, Kind: "int", Usage: usage,
		get: func(c Config) string { return strconv.FormatInt(*field(&c), 10) },
		set: func(c *Config, text string) (err error) {
			*field(c), err = strconv.ParseInt(text, 10, 64)
			return notA("whole number", text, err)
		},
	}
}

func number(key, usage string, field func(*Config) *float64) Setting {
	return Setting{
		Key: key, Kind: "float", Usage: usage,
		get: func(c Config) string { return strconv.FormatFloat(*field(&c), 'g', -1, 64) },
		set: func(c *Config, text string) (err error) {
			*field(c), err = strconv.ParseFloat(text, 64)
			return notA("number", text, err)
		},
	}
}

// numbers are numbers with commas between them; an empty text is none.
func numbers(key, usage string, field func(*Config) *[]float64) Setting {
	return Setting{
		Key: key, Kind: "names", Usage: usage,
		get: func(c Config) string {
			var parts []string
			for _, v := range *field(&c) {
				parts = append(parts, strconv.FormatFloat(v, 'g', -1, 64))
			}
			return strings.Join(parts, ",")
		},
		set: func(c *Config, text string) error {
			var all []float64
			for _, part := range strings.Split(text, ",") {
				if text == "" {
					break
				}
				v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
				if err != nil {
					return notA("number", part, err)
				}
				all = append(all, v)
			}
			*field(c) = all
			return nil
		},
	}
}

func text(key, usage string, field func(*Config) *string) Setting {
	return Setting{
		Key: key, Kind: "name", Usage: usage,
		get: func(c Config) string { return *field(&c) },
		set: func(c *Config, text string) error { *field(c) = text; return nil },
	}
}

// optional is a setting whose default, shown to users by a name, is kept as another text, the
// zero value.
func optional(s Setting, shown, kept string) Setting {
	s.Optional = true
	get, set := s.get, s.set
	s.get = func(c Config) string {
		if text := get(c); text != kept {
			return text
		}
		return shown
	}
	s.set = func(c *Config, text string) error {
		if text == shown {
			text = kept
		}
		return set(c, text)
	}
	return s
}

// every lets a number of epochs be written as every 10, too.
func every(s Setting) Setting {
	set := s.set
	s.set = func(c *Config, text string) error {
		return set(c, strings.TrimSpace(strings.TrimPrefix(text, "every ")))
	}
	return s
}

func yesNo(key, usage string, field func(*Config) *bool) Setting {
	return Setting{
		Key: key, Kind: "bool", Usage: usage,
		get: func(c Config) string { return strconv.FormatBool(*field(&c)) },
		set: func(c *Config, text string) (err error) {
			*field(c), err = strconv.ParseBool(text)
			return notA("yes or no (true or false)", text, err)
		},
	}
}

// list is names, or formulas, with commas between them; an empty text is an empty list.
func list(key, usage string, field func(*Config) *[]string) Setting {
	return Setting{
		Key: key, Kind: "names", Usage: usage,
		get: func(c Config) string { return strings.Join(*field(&c), ",") },
		set: func(c *Config, text string) error {
			*field(c) = []string{}
			if text != "" {
				*field(c) = formula.Split(text)
			}
			return nil
		},
	}
}

// activations is a list whose formulas are brought to their one spelling; what cannot be
// read stays for [Config.Validate] to refuse.
func activations() Setting {
	s := list("activations", "the networks to compare, by hidden activation, one with another constant ("+strings.Join(graph.ConstantForms(), ", ")+"), or formula such as z*sigmoid(1.7*z)", func(c *Config) *[]string { return &c.Activations })
	set := s.set
	s.set = func(c *Config, text string) error {
		err := set(c, text)
		for i, name := range c.Activations {
			if a, err := graph.ActivationNamed(name); err == nil {
				c.Activations[i] = a.Name
			}
		}
		return err
	}
	return s
}

// notA explains a value that could not be parsed.
func notA(what, text string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%q is not a %s in range", text, what)
}

func joinUnits(hidden []int) string {
	parts := make([]string, len(hidden))
	for i, units := range hidden {
		parts[i] = strconv.Itoa(units)
	}
	return strings.Join(parts, ",")
}

func parseHidden(c *Config, text string) error {
	c.Hidden = nil
	all := 0
	for i, part := range strings.Split(text, ",") {
		each, times, several := strings.Cut(strings.TrimSpace(part), "x")
		layers := 1
		units, err := strconv.Atoi(each)
		if several && err == nil {
			layers, err = strconv.Atoi(times)
		}
		if err != nil {
			return fmt.Errorf("hidden layer %d is %q, not a number of units: write them like 8,8, or 16x30 for thirty layers of 16", i+1, part)
		}
		if all += layers; layers < 1 || layers > MaxDepth {
			return fmt.Errorf("%q makes %d hidden layers: take 1 to %d", part, layers, MaxDepth)
		}
		for range min(layers, MaxDepth-len(c.Hidden)) {
			c.Hidden = append(c.Hidden, units)
		}
	}
	if all > MaxDepth {
		return fmt.Errorf("%d hidden layers: take 1 to %d", all, MaxDepth)
	}
	return nil
}
