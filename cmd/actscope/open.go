package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"actscope/internal/shell"
)

// sayOpen says what to open, or opens it.
func sayOpen(cmd *cobra.Command, page string, open, quiet bool) {
	if open {
		err := openPage(page)
		if err == nil {
			return
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "actscope: the page cannot be opened from here: %v\n", err)
	}
	if !quiet {
		fmt.Fprintf(cmd.ErrOrStderr(), "open %s\n", shell.File(page))
	}
}

// opener is the program of the system that opens a file by its kind, with its arguments.
func opener(system string) []string {
	switch system {
	case "darwin":
		return []string{"open"}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return []string{"xdg-open"}
}

// openPage has the system open a page. What opens it may run for long: only what fails at once
// is an error.
func openPage(page string) error {
	words := opener(runtime.GOOS)
	program, err := exec.LookPath(words[0])
	if err != nil {
		return fmt.Errorf("there is no %s", words[0])
	}
	cmd := exec.Command(program, append(words[1:], page)...)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s: %w", words[0], err)
		}
		return nil
	case <-time.After(2 * time.Second):
		return nil
	}
}
