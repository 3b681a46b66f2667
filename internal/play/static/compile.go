// Package static writes the laboratory as a page that needs no server of ours: a folder for any web
// server, or one file that works offline. The core is compiled to WebAssembly for it, from the module's
// sources.
//
//	core, err := static.Compile(ctx, source)
//	p := static.Page{Site: site.Files(), Core: core}
//	files, err := p.Folder() // or p.Single()
//	err = static.WriteFolder(dir, files)
package static

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"actscope/internal/input"
)

// Core is the compiled core, and the JavaScript of the toolchain that compiled it.
type Core struct {
	Wasm, Support []byte
}

// workerPackage is what is compiled.
const workerPackage = "internal/play/worker"

var ourModule = regexp.MustCompile(`(?m)^module\s+actscope\s*$`)

// Compile compiles the core from the module's sources in a folder. Where there are none, or no Go
// toolchain, the error is an [input.Error] about "source" that says what to do.
func Compile(ctx context.Context, source string) (Core, error) {
	if err := checkSource(source); err != nil {
		return Core{}, err
	}
	command, err := exec.LookPath("go")
	if err != nil {
		return Core{}, &input.Error{
			Key: "source", Reason: "the page's core is compiled, and there is no go command here",
			Advice: "install Go from https://go.dev/dl, or run actscope play without --static and --single", Err: err,
		}
	}
	dir, err := os.MkdirTemp("", "actscope-play")
	if err != nil {
		return Core{}, err
	}
	defer os.RemoveAll(dir)
	if source, err = filepath.Abs(source); err != nil {
		return Core{}, err
	}
	if _, err := run(ctx, command, source, "mod", "download", tensorModule); err != nil {
		return Core{}, err
	}
	file := filepath.Join(dir, "actscope.wasm")
	modules, err := slim(ctx, command, source, dir)
	if err != nil {
		return Core{}, err
	}
	if _, err := run(ctx, command, source, "build", "-modfile="+modules, "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "./"+workerPackage); err != nil {
		return Core{}, err
	}
	var c Core
	if c.Wasm, err = os.ReadFile(file); err != nil {
		return Core{}, err
	}
	c.Wasm = withoutPlace(c.Wasm, dir)
	root, err := run(ctx, command, source, "env", "GOROOT") // of the toolchain that the module asks for
	if err != nil {
		return Core{}, err
	}
	c.Support, err = os.ReadFile(filepath.Join(strings.TrimSpace(root), "lib", "wasm", "wasm_exec.js"))
	return c, err
}

// checkSource refuses a folder without the module's sources.
func checkSource(source string) error {
	text, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err == nil && ourModule.Match(text) {
		if _, err := os.Stat(filepath.Join(source, filepath.FromSlash(workerPackage))); err == nil {
			return nil
		}
	}
	return &input.Error{
		Key: "source", Reason: fmt.Sprintf("%s has not the sources of actscope, from which the page's core is compiled", source),
		Advice: "run this in the folder of a clone, or name that by --source", Err: err,
	}
}

// run runs the go command for WebAssembly in a folder, and gives what it prints.
func run(ctx context.Context, command, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOWORK=off")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.String())
	}
	return stdout.String(), err
}
