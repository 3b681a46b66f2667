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
	return &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a file of settings to begin a study of your own with",
		Long: `Init writes study.yaml, or another file: every setting, with what it is, at the
article's value. Change what you like; compare and the other commands that train take
it by --config. A file that is there is left as it is.`,
		Example: `  actscope init
  actscope compare --config study.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := "study.yaml"
			if len(args) > 0 {
				file = args[0]
			}
			var text bytes.Buffer
			fmt.Fprintf(&text, "# A study with actscope: actscope compare --config %s\n# Every setting has the article's value. Flags win over this file.\n", shell.File(file))
			if err := config.WriteCommented(&text, config.Article()); err != nil {
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
}
