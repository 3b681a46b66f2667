package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/comparison"
	"actscope/internal/input"
	"actscope/internal/nearest"
	"actscope/internal/present"
)

// exportFlags are what the command line asks of export.
type exportFlags struct {
	networks       networkFlags
	as, dtype, out string
	json           bool
	written        []exportedFile
}

func exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export RUN|FILE|-",
		Short: "Write trained networks for other programs: ONNX, PyTorch, NumPy",
		Long: `Export writes the networks of a run folder, of a folder of saved trainings
(compare --save), or of a file that observe reads. They take the raw columns: scaling
is inside, and so are the units of numbers that are predicted.

  onnx         NAME.onnx, opset 17, for any number of rows; names of columns and
               classes are in its metadata
  safetensors  NAME.safetensors, PyTorch's state_dict of a torch.nn.Sequential,
               0.weight and so on, and NAME_torch.py, which defines it
  npz          NAME.npz, W1 (in x out), b1 and so on, and NAME_numpy.py, which
               computes with them

In float64 an ONNX file has normalisations and most activations in simple operators:
attributes of ONNX are float32, and onnxruntime lacks some operators of float64.`,
		Example: `  actscope export out/compare --as onnx
  actscope export out/compare --as safetensors --network relu --out relu.safetensors
  actscope export saved --as npz --dtype float64 --out arrays`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.as, "as", "onnx", "format: "+strings.Join(exportFormatNames(), ", "))
	flags.StringVar(&f.dtype, "dtype", graph.Single.String(), "numbers in the file: float32 or float64")
	flags.StringVar(&f.out, "out", "out/export", "folder for the files, or of one network the name of its file, or - for standard output")
	flags.BoolVar(&f.json, "json", false, "print the files as JSON")
	f.networks.add(flags)
	return cmd
}

// exportFormat is a kind of file that networks are written to.
type exportFormat struct {
	name  string
	write func(w io.Writer, m comparison.NamedModel, dtype graph.Precision) error
	// module writes a Python module beside the file, nil for none; suffix ends its name.
	suffix string
	module func(w io.Writer, m comparison.NamedModel, dtype graph.Precision, file string) error
}

func exportFormats() []exportFormat {
	return []exportFormat{
		{"onnx", func(w io.Writer, m comparison.NamedModel, d graph.Precision) error { return m.WriteONNX(w, d) }, "", nil},
		{
			"safetensors", func(w io.Writer, m comparison.NamedModel, d graph.Precision) error { return m.WriteSafetensors(w, d) }, "_torch.py",
			func(w io.Writer, m comparison.NamedModel, d graph.Precision, file string) error {
				return m.WritePyTorch(w, d, file)
			},
		},
		{
			"npz", func(w io.Writer, m comparison.NamedModel, d graph.Precision) error { return m.WriteNPZ(w, d) }, "_numpy.py",
			func(w io.Writer, m comparison.NamedModel, _ graph.Precision, file string) error {
				return m.WriteNumPy(w, file)
			},
		},
	}
}

func exportFormatNames() []string {
	var names []string
	for _, f := range exportFormats() {
		names = append(names, f.name)
	}
	return names
}

// run writes the files, all or none of a folder's.
func (f *exportFlags) run(cmd *cobra.Command, path string) error {
	var format exportFormat
	for _, known := range exportFormats() {
		if known.name == f.as {
			format = known
		}
	}
	if format.name == "" {
		return input.Under("as", nearest.Unknown("format", f.as, exportFormatNames()))
	}
	dtype, err := graph.PrecisionNamed(f.dtype)
	if err != nil {
		return input.Under("dtype", err)
	}
	networks, err := f.networks.open(cmd.Context(), path)
	if err != nil {
		return err
	}
	sayNotes(cmd.ErrOrStderr(), path, networks)
	ending := "." + format.name
	if f.out == input.Standard {
		return f.stream(cmd, format, dtype, networks)
	}
	if strings.EqualFold(filepath.Ext(f.out), ending) {
		if len(networks) > 1 {
			return input.Refuse("out", "%s is one file, and there are %d networks: choose one with --network, or name a folder", f.out, len(networks))
		}
		if err := checkFile("out", f.out, path); err != nil {
			return err
		}
		if err := f.write(cmd, format, dtype, networks[0], f.out, atomicfile.Write); err != nil {
			return err
		}
		return f.say(cmd)
	}
	if err := atomicfile.Mkdir(f.out); err != nil {
		return input.RefusePlace("out", "cannot make a folder: %w", err)
	}
	change, err := atomicfile.Begin(f.out)
	if err != nil {
		return input.RefusePlace("out", "cannot write to %s: %w", f.out, err)
	}
	defer change.Discard()
	for _, n := range networks {
		if err := notRead("out", filepath.Join(f.out, n.Name+ending), []string{path}); err != nil {
			return err
		}
		if err := f.write(cmd, format, dtype, n, filepath.Join(f.out, n.Name+ending), func(path string, write func(io.Writer) error) error {
			return change.Write(filepath.Base(path), write)
		}); err != nil {
			return err
		}
	}
	if err := change.Commit(); err != nil {
		return err
	}
	return f.say(cmd)
}

// stream writes one network to standard output, without a module beside it.
func (f *exportFlags) stream(cmd *cobra.Command, format exportFormat, dtype graph.Precision, networks []comparison.NamedModel) error {
	if err := checkOutput("out", f.out, f.json); err != nil {
		return err
	}
	if len(networks) > 1 {
		return input.Refuse("out", "- is one file, and there are %d networks: choose one with --network", len(networks))
	}
	n := networks[0]
	if err := writeOutput(cmd, f.out, func(w io.Writer) error { return format.write(w, n, dtype) }); err != nil {
		return err
	}
	return sayWritten(cmd, f.out, "%v, %v", n.Model, dtype)
}

// exportedFile is a file that export wrote, as JSON has it.
type exportedFile struct {
	File    string `json:"file"`
	Network string `json:"network"`
	// Holds says what: parameters, or a Python module.
	Holds string `json:"holds"`
	line  string
}

// say says which files were written.
func (f *exportFlags) say(cmd *cobra.Command) error {
	if f.json {
		return present.PrintJSON(cmd.OutOrStdout(), map[string]any{"as": f.as, "dtype": f.dtype, "files": f.written})
	}
	for _, w := range f.written {
		if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", input.Visible(w.File), w.line); err != nil {
			return err
		}
	}
	return nil
}

// write writes a network's file, and its module, for [exportFlags.say] to say so.
func (f *exportFlags) write(cmd *cobra.Command, format exportFormat, dtype graph.Precision, n comparison.NamedModel, file string, write func(path string, write func(io.Writer) error) error) error {
	if err := write(file, func(w io.Writer) error { return format.write(w, n, dtype) }); err != nil {
		return err
	}
	f.written = append(f.written, exportedFile{file, n.Name, "parameters", fmt.Sprintf("%v, %v", n.Model, dtype)})
	if format.module != nil {
		module := filepath.Join(filepath.Dir(file), moduleName(file)+format.suffix)
		if err := write(module, func(w io.Writer) error { return format.module(w, n, dtype, filepath.Base(file)) }); err != nil {
			return err
		}
		f.written = append(f.written, exportedFile{module, n.Name, "module", "the network in Python"})
	}
	if format.name == "onnx" {
		for _, note := range n.ONNXNotes(dtype) {
			fmt.Fprintf(cmd.ErrOrStderr(), "actscope: %s: %s\n", input.Visible(n.Name), note)
		}
	}
	return nil
}

// moduleName is the name of a file without its ending, as Python can import it.
func moduleName(file string) string {
	name := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	if name == "" || '0' <= name[0] && name[0] <= '9' {
		name = "network_" + name
	}
	return name
}
