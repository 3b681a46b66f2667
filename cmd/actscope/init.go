package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"actscope/internal/atomicfile"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/shell"
)

func initCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a file of settings to begin a study of your own with",
		Long: `Init writes study.yaml, or another file: every setting, with what it is, at the
article's value. Change what you like; compare and the other commands that train take
it by --config. A file that is there is left as it is; - is standard output.`,
		Example: `  actscope init
  actscope compare --config study.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				if cmd.Flags().Changed("out") {
					return input.Refuse("out", "%s is named already: leave one of them out", args[0])
				}
				file = args[0]
			}
			name := file
			if file == input.Standard {
				name = "study.yaml" // as most will call it
			}
			var text bytes.Buffer
			fmt.Fprintf(&text, "# A study with actscope: actscope compare --config %s\n# Every setting has the article's value. Flags win over this file.\n", shell.File(name))
			if err := config.WriteCommented(&text, config.Article()); err != nil {
				return err
			}
			if file == input.Standard {
				_, err := text.WriteTo(cmd.OutOrStdout())
				return err
			}
			err := atomicfile.Create(file, text.Bytes())
			switch {
			case errors.Is(err, fs.ErrExist):
				return input.RefuseFile(file, "is there already, and is left as it is: name another file")
			case err != nil:
				return input.RefusePlace("", "cannot write %s: %w", file, err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s written: change what you like, then actscope compare --config %s\n", input.Visible(file), shell.File(file))
			return err
		},
	}
	cmd.Flags().StringVar(&file, "out", "study.yaml", "the file, if no argument names it")
	return cmd
}
