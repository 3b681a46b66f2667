package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestCommittedAssemblyIsWhatTheGeneratorWrites(t *testing.T) {
	for _, f := range families {
		files, err := assemble(f.name, f.write, f.wide)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range files {
			got, err := os.ReadFile(filepath.Join("..", name))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what the generator writes: run go generate ./graph/machine/kernel", name)
			}
		}
	}
}

func TestFamiliesThatNeedMoreThanAVX2AreRefused(t *testing.T) {
	if _, err := assemble("wide", func(a *assembly) {
		a.function("wide"+a.suffix, "func()")
		var live []vector
		for range 17 {
			live = append(live, a.zeros())
		}
		for _, v := range live[1:] {
			a.add(v, live[0], live[0])
		}
		a.leave()
	}, false); err == nil {
		t.Error("17 registers were found")
	}
}
