package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestManualHasAPageForEachCommand(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "first"), filepath.Join(dir, "second", "man1")
	o := succeed(t, "man", "--out", first)
	succeed(t, "man", "--out", second)
	pages := tree(t, first)
	if again := tree(t, second); len(again) != len(pages) {
		t.Errorf("%d pages, then %d", len(pages), len(again))
	} else {
		for name, page := range pages {
			if again[name] != page {
				t.Errorf("%s differs the second time", name)
			}
		}
	}
	if !strings.HasSuffix(o.stdout, ": "+strconv.Itoa(len(pages))+" pages\n") {
		t.Errorf("%d pages: %s", len(pages), o.stdout)
	}
	for name, words := range map[string][]string{
		"actscope.1":                  {`.TH "ACTSCOPE" "1" "" "actscope" "actscope"`, "actscope-sweep(1)"},
		"actscope-compare.1":          {"--learning-rate", "=0.05", "SEE ALSO"},
		"actscope-sweep-emit-slurm.1": {"--shards"},
	} {
		for _, w := range words {
			if page := strings.ReplaceAll(pages[name], `\-`, "-"); !strings.Contains(page, w) {
				t.Errorf("%s lacks %q:\n%.600s", name, w, page)
			}
		}
	}
	for _, line := range strings.Split(succeed(t, "--help").stdout, "\n") {
		if name, isCommand := strings.CutPrefix(line, "  "); isCommand && strings.Contains(name, "  ") {
			name, _, _ = strings.Cut(name, " ")
			if _, known := pages["actscope-"+name+".1"]; !known && name != "help" && !strings.HasPrefix(name, "-") && name != "" {
				t.Errorf("no page for %q", name)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{"", filepath.Join(dir, "file")} {
		if o := command(t.Context(), "man", "--out", out); o.status != statusUsage {
			t.Errorf("--out %q: status %d", out, o.status)
		}
	}
}
