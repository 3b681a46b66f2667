package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/panics"
	"actscope/internal/present"
)

func graphCommand() *cobra.Command {
	c := config.Article()
	c.Epochs = 0
	var settings *settingFlags
	activation, as := "sigmoid", ""
	var plan, asJSON bool
	cmd := &cobra.Command{
		Use:   "graph",
		Short: "Show a network's computation graph and how it is executed",
		Long: `Graph builds the training graph of one network for a batch of rows: what Gorgonia
derived, with the gradients of all parameters. It prints a summary, or the graph
itself with shapes, stages that hooks see, and gradients marked (--as dot|json), or
what the planner made of it, node by node (--plan).`,
		Example: `  actscope graph --activation relu --plan
  actscope graph --hidden 3 --as dot | dot -Tsvg > graph.svg`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if as != "" && as != "dot" && as != "json" {
				return &input.Error{Key: "as", Reason: fmt.Sprintf("%q: take dot or json", as)}
			}
			if asJSON {
				if as != "" {
					return &input.Error{Key: "json", Reason: "it does not go with --as"}
				}
				as = "json"
			}
			if as == "dot" && plan || as == "json" && plan && !asJSON {
				return &input.Error{Key: "plan", Reason: "the plan is a table: it does not go with --as, but with --json"}
			}
			if err := settings.load(cmd); err != nil {
				return err
			}
			c.Activations = []string{activation}
			d, net, err := experiment.TrainOne(cmd.Context(), c)
			if err != nil {
				return err
			}
			specifications, err := c.Untrained()
			if err != nil {
				return err
			}
			if err := experiment.CheckBatch(d, specifications[0], c.BatchSize); err != nil {
				return err
			}
			text, err := panics.Await(cmd.Context(), func() ([]byte, error) {
				var text bytes.Buffer
				err := present.PrintGraph(&text, net, c.BatchSize, as, plan)
				return text.Bytes(), err
			}, "building the graph of %s for %d rows", activation, c.BatchSize)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	settings = addSettingFlags(cmd.Flags(), &c, "activations", "from", "epochs", "learning-rate")
	settings.locate(cmd)
	cmd.Flags().StringVar(&activation, "activation", activation, "hidden activation of the network: a name, or a formula in z")
	cmd.Flags().StringVar(&as, "as", as, "write the graph as dot or json")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary and the graph as JSON, with --plan also the plan")
	cmd.Flags().BoolVar(&plan, "plan", plan, "print what the planner did with each node")
	return cmd
}
