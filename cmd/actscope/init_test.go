package main

import (
	"os"
	"path/filepath"
	"testing"

	"actscope/internal/config"
	"reflect"
)

func TestInitWritesTheArticlesSettingsOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "study.yaml")
	succeed(t, "init", file)
	var c config.Config
	if _, err := config.ReadFile(file, &c); err != nil || !reflect.DeepEqual(c, config.Article()) {
		t.Errorf("%v: %+v", err, c)
	}
	if o := succeed(t, "compare", "--config", file, "--print-config"); o.stdout != succeed(t, "compare", "--print-config").stdout {
		t.Errorf("compare reads other settings:\n%s", o.stdout)
	}
	if err := os.WriteFile(file, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if o := command(t.Context(), "init", file); o.status != statusUsage {
		t.Errorf("status %d, %s", o.status, o.stderr)
	}
	if text, _ := os.ReadFile(file); string(text) != "mine" {
		t.Errorf("it is now %q", text)
	}
}
