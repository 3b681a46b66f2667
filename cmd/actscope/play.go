package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"actscope/graph/machine/kernel"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/play"
	"actscope/internal/play/server"
	"actscope/internal/play/site"
	"actscope/internal/play/static"
)

func playCommand() *cobra.Command {
	c := config.Article()
	var settings *settingFlags
	options := server.Options{Site: site.Files(), Kernels: kernel.Set()}
	var page pageFiles
	var stay bool
	cmd := &cobra.Command{
		Use:   "play",
		Short: "Train networks live in the browser, and watch where the distance goes",
		Long: `Play serves a laboratory to the browser of this machine: networks that train while
their settings change, with what they do to the data beside. It prints the address,
opens it where there is a browser, and ends on Ctrl-C, or when no page has been open
for a while (--idle). Who does not know the address has no access.

The settings are those of compare, to begin with; each tab has a laboratory of its own.
What the page exports, compare repeats.

With --static or --single no server is started: the page is written as a folder for any
web server, or as one file that works offline. The core is compiled to WebAssembly for
it, which takes the Go toolchain and actscope's sources: the current folder, or --source.`,
		Example: `  actscope play
  actscope play --activations sigmoid,relu,tanh --hidden 8x4
  actscope play --config study.yaml --port 8080 --no-open
  actscope play --single laboratory.html`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := settings.load(cmd); err != nil {
				return err
			}
			if err := c.Validate(); err != nil {
				return err
			}
			if page.asked() {
				return page.write(cmd, c)
			}
			if cmd.Flags().Changed("source") {
				return input.Refuse("source", "goes with --static or --single")
			}
			if options.Idle < 0 {
				return input.Refuse("idle", "%v: it is a time like 10m, or 0 for never", options.Idle)
			}
			options.New = func(ctx context.Context) (server.Laboratory, error) { return play.New(ctx, c) }
			return serve(cmd, options, !stay)
		},
	}
	settings = addSettingFlags(cmd.Flags(), &c)
	settings.locate(cmd)
	flags := cmd.Flags()
	flags.StringVar(&options.Address, "host", "127.0.0.1", "IP address to listen at; any but the default lets others in who know the whole address")
	flags.IntVar(&options.Port, "port", 0, "port to listen at, 0 for one that is free")
	flags.DurationVar(&options.Idle, "idle", 30*time.Minute, "end when no page has been open for so long, 0 for never")
	flags.BoolVar(&stay, "no-open", false, "open no browser")
	page.add(cmd)
	return cmd
}

// serve shows laboratories until a signal comes or nobody looks any more, neither of which is an
// error. What cannot be trained is refused before there is an address.
func serve(cmd *cobra.Command, o server.Options, open bool) error {
	ctx := cmd.Context()
	s, err := server.Listen(o)
	if err != nil {
		return err
	}
	defer s.Close()
	first, err := o.New(ctx)
	if err != nil {
		return ended(ctx, err)
	}
	s.Prepare(first)
	if !s.Loopback() {
		fmt.Fprintf(cmd.ErrOrStderr(), "actscope: everybody who reaches %s and learns the address can use this laboratory; what is sent is not encrypted\n", o.Address)
	}
	if _, err := fmt.Fprintln(cmd.OutOrStdout(), s.URL()); err != nil {
		return err
	}
	if open {
		go showPage(cmd, s.URL())
	}
	return ended(ctx, s.Serve(ctx))
}

// ended is the error of work that a signal may have ended, which is how it is meant to end.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

// showPage opens the address in a browser, or says what to do where there is none.
func showPage(cmd *cobra.Command, url string) {
	if hasScreen(runtime.GOOS, os.Getenv) && openPage(url) == nil {
		return
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "open the address in a browser of this machine; Ctrl-C ends the laboratory")
}

// hasScreen says whether a browser would be seen. Without a screen the system may open one in the
// terminal.
func hasScreen(system string, environment func(string) string) bool {
	return system == "darwin" || system == "windows" || environment("DISPLAY") != "" || environment("WAYLAND_DISPLAY") != ""
}

// pageFiles are the flags of pages without a server.
type pageFiles struct {
	folder, single, source string
}

func (p *pageFiles) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&p.folder, "static", "", "write the page as a site to this folder, and start no server")
	flags.StringVar(&p.single, "single", "", "write the page as one HTML file, and start no server")
	flags.StringVar(&p.source, "source", ".", "folder of actscope's sources, for --static and --single")
}

// asked says that pages are to be written.
func (p *pageFiles) asked() bool { return p.folder != "" || p.single != "" }

// write compiles the core and writes the pages, in place of none but those that were written here.
func (p *pageFiles) write(cmd *cobra.Command, c config.Config) error {
	for _, flag := range []string{"host", "port", "idle", "no-open"} {
		if cmd.Flags().Changed(flag) {
			return input.Refuse(flag, "is about a server, and --static and --single start none")
		}
	}
	if p.folder != "" {
		if err := static.CheckFolder(p.folder); err != nil {
			return err
		}
	}
	if p.single != "" {
		if err := static.CheckSingle(p.single); err != nil {
			return err
		}
	}
	begin, err := beginning(cmd.Context(), c)
	if err != nil {
		return err
	}
	core, err := static.Compile(cmd.Context(), p.source)
	if err != nil {
		return err
	}
	page := static.Page{Site: site.Files(), Core: core, Begin: begin}
	if p.folder != "" {
		files, err := page.Folder()
		if err != nil {
			return err
		}
		if err := static.WriteFolder(p.folder, files); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: a site for a web server\n", p.folder)
	}
	if p.single != "" {
		html, err := page.Single()
		if err != nil {
			return err
		}
		if err := static.WriteSingle(p.single, html); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: one file of %.1f MB, which needs no network\n", p.single, float64(len(html))/1e6)
	}
	return nil
}

// beginning is what a page begins with. Settings that no laboratory can have are refused.
func beginning(ctx context.Context, c config.Config) (static.Beginning, error) {
	b := static.Beginning{Settings: map[string]string{}}
	if _, err := play.New(ctx, c); err != nil {
		return b, err
	}
	if file, is := c.File(); is {
		text, err := os.ReadFile(file)
		if err != nil {
			return b, input.Under("dataset", input.InFile(file, err))
		}
		b.Table, c.Dataset = string(text), "csv:"+filepath.Base(file) // where it is here is nobody's business
	}
	usual := config.Article()
	for _, s := range config.Settings() {
		if s.Get(c) != s.Get(usual) {
			b.Settings[s.Key] = s.Get(c)
		}
	}
	return b, nil
}
