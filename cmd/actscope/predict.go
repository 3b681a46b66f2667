package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"actscope/data"
	"actscope/internal/atomicfile"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/number"
	"actscope/internal/present"
	"actscope/models/foreign"
)

// predictFlags are what the command line asks of predict.
type predictFlags struct {
	networks  networkFlags
	data, out string
	json      bool
}

func predictCommand() *cobra.Command {
	var f predictFlags
	cmd := &cobra.Command{
		Use:   "predict RUN|FILE|-",
		Short: "Predict new points with trained networks",
		Long: `Predict has the networks of a run folder, of a folder of saved trainings (compare
--save), or of a file that observe reads, predict the points of a CSV file: classes
with their probabilities, labels with theirs, or numbers. It writes one row a point,
as CSV.

The points are raw where the network knows how its columns were scaled: our own do, and
files that scale. Other files get the columns as they are, and without --final the
numbers of their last layer are written.

Where the network knows the names of its columns, they are found by these, and other
columns do not count. Where it does not, its columns are the file's, in order; a column
more, the last, may be a label.`,
		Example: `  actscope predict out/compare --data csv:new.csv --network relu
  actscope predict relu.onnx --data csv:new.csv --out predicted.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.data, "data", "", "the points: csv:FILE, or csv:- for standard input")
	flags.StringVar(&f.out, "out", "", "file for the predictions; standard output if not given, or for -")
	flags.BoolVar(&f.json, "json", false, "write the predictions as JSON instead of CSV")
	f.networks.add(flags)
	return cmd
}

func (f *predictFlags) run(cmd *cobra.Command, path string) error {
	file, isFile := config.DataFile(f.data)
	if !isFile || file == "" {
		return input.Refuse("data", "%q names no file: write csv:FILE", f.data)
	}
	if f.out != "" {
		if err := checkOutput("out", f.out, false, path, file); err != nil {
			return err
		}
	}
	networks, err := f.networks.open(cmd.Context(), path)
	if err != nil {
		return err
	}
	sayNotes(cmd.ErrOrStderr(), path, networks)
	first := networks[0]
	x, err := data.ReadCSVColumns(cmd.Context(), file, first.Inputs, first.Columns())
	if err != nil {
		return input.Under("data", err)
	}
	result := predicted{Rows: len(x) / first.Columns()}
	var header []string
	var predictions []*foreign.Prediction
	for _, n := range networks {
		p, err := n.Predict(x)
		if err != nil {
			return fmt.Errorf("%s: %w", n.Name, err)
		}
		prefix := ""
		if len(networks) > 1 {
			prefix = n.Name + ": "
		}
		for _, column := range p.Head() {
			header = append(header, prefix+column)
		}
		predictions = append(predictions, p)
		result.Networks = append(result.Networks, newPredicted(n.Name, p))
	}
	write := func(w io.Writer) error {
		table := csv.NewWriter(w)
		if err := table.Write(header); err != nil {
			return err
		}
		var cells []string
		for row := range predictions[0].Rows() {
			cells = cells[:0]
			for _, p := range predictions {
				cells = p.AppendRow(cells, row)
			}
			if err := table.Write(cells); err != nil {
				return err
			}
		}
		table.Flush()
		return table.Error()
	}
	if f.json {
		write = func(w io.Writer) error { return present.PrintJSON(w, result) }
	}
	if f.out == "" || f.out == input.Standard {
		return write(cmd.OutOrStdout())
	}
	if err := atomicfile.Write(f.out, write); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s rows\n", input.Visible(f.out), strconv.Itoa(predictions[0].Rows()))
	return err
}

// predicted is what predict says as JSON.
type predicted struct {
	Rows     int                `json:"rows"`
	Networks []predictedNetwork `json:"networks"`
}

// predictedNetwork are one network's predictions, row by row.
type predictedNetwork struct {
	Name string `json:"name"`
	// Columns name the numbers of a row, which are in Numbers.
	Columns []string         `json:"columns"`
	Numbers [][]number.Float `json:"numbers"`
	// Classes has the class of each row; Labels names labels and Has says which a row has.
	Classes []string `json:"classes,omitempty"`
	Labels  []string `json:"labels,omitempty"`
	Has     [][]bool `json:"has,omitempty"`
}

func newPredicted(name string, p *foreign.Prediction) predictedNetwork {
	n := predictedNetwork{Name: name, Columns: p.Columns, Classes: p.Classes, Labels: p.Labels}
	for row := range slices.Chunk(p.Numbers, len(p.Columns)) {
		numbers := make([]number.Float, len(row))
		for i, v := range row {
			numbers[i] = number.Float(v)
		}
		n.Numbers = append(n.Numbers, numbers)
	}
	if len(p.Labels) > 0 {
		n.Has = slices.Collect(slices.Chunk(p.Has, len(p.Labels)))
	}
	return n
}
