package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"actscope/internal/atomicfile"
	"actscope/internal/input"
)

func manCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "man",
		Short: "Write manual pages",
		Long: `Man writes a manual page for each command into a folder: actscope.1,
actscope-compare.1 and so on, from what --help says. Pages of these names there are
replaced.`,
		Example: `  actscope man --out ~/.local/share/man/man1
  man actscope-compare`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return writeManual(cmd, out) },
	}
	cmd.Flags().StringVar(&out, "out", "man", "folder for the pages")
	return cmd
}

// writeManual writes the pages of all commands below the root, all or none.
func writeManual(cmd *cobra.Command, dir string) error {
	if dir == "" {
		return input.Refuse("out", "names no folder")
	}
	if err := atomicfile.Mkdir(dir); err != nil {
		return input.RefusePlace("out", "cannot make a folder for the pages: %w", err)
	}
	change, err := atomicfile.Begin(dir)
	if err != nil {
		return err
	}
	pages := 0
	if err = writePages(change, cmd.Root(), &pages); err == nil {
		err = change.Commit()
	}
	if err != nil {
		change.Discard()
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d pages\n", input.Visible(dir), pages)
	return err
}

func writePages(change *atomicfile.Change, cmd *cobra.Command, pages *int) error {
	if !cmd.IsAvailableCommand() && cmd.HasParent() || cmd.Name() == "help" {
		return nil
	}
	page, err := manualPage(cmd)
	if err != nil {
		return err
	}
	*pages++
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
	if err := change.Write(name, func(w io.Writer) error { _, err := w.Write(page); return err }); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	for _, c := range cmd.Commands() {
		if err := writePages(change, c, pages); err != nil {
			return err
		}
	}
	return nil
}

// manualPage is the page of one command, without a date: equal programs write equal pages.
func manualPage(cmd *cobra.Command) ([]byte, error) {
	var page bytes.Buffer
	never := time.Unix(0, 0).UTC()
	cmd.DisableAutoGenTag = true
	err := doc.GenMan(cmd, &doc.GenManHeader{Section: "1", Source: "actscope", Manual: "actscope", Date: &never}, &page)
	return bytes.Replace(page.Bytes(), []byte(never.Format(`"Jan 2006"`)), []byte(`""`), 1), err
}
