package main

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

// assembly is a file of kernels in the making, in the precision whose turn it is. avo's
// instructions are its methods, and avo finds the registers.
type assembly struct {
	*build.Context
	precision
	labels    int
	masks     *operand.Mem        // see onesAndZeros
	constants map[string]constant // by name
}

// vector is a 256-bit or 512-bit register, integer a 64-bit one.
type (
	vector  = reg.VecVirtual
	integer = reg.GPVirtual
)

// function begins a kernel; leave ends it. Its pointers do not escape.
func (a *assembly) function(name, signature string, doc ...string) {
	a.Function(name)
	a.Attributes(attr.NOSPLIT)
	a.SignatureExpr(signature)
	a.Pragma("noescape")
	a.Doc(doc...)
}

// leave returns from a kernel that used vectors.
func (a *assembly) leave() {
	a.VZEROUPPER()
	a.RET()
}

// argument loads an argument of the function.
func (a *assembly) argument(name string) integer {
	r := a.GP64()
	a.Load(a.Param(name), r)
	return r
}

// copyOf is another register that begins with what r holds.
func (a *assembly) copyOf(r integer) integer {
	c := a.GP64()
	a.MOVQ(r, c)
	return c
}

// while repeats body as long as the counter is at least least; body lowers it.
func (a *assembly) while(counter integer, least int, body func()) {
	again, done := a.label("loop"), a.label("done")
	a.CMPQ(counter, operand.U8(least))
	a.JLT(operand.LabelRef(done))
	a.Label(again)
	body()
	a.CMPQ(counter, operand.U8(least))
	a.JGE(operand.LabelRef(again))
	a.Label(done)
}

// countDown runs body as often as the counter says, which ends at 0.
func (a *assembly) countDown(counter integer, body func()) {
	again, done := a.label("loop"), a.label("done")
	a.TESTQ(counter, counter)
	a.JZ(operand.LabelRef(done))
	a.Label(again)
	body()
	a.DECQ(counter)
	a.JNZ(operand.LabelRef(again))
	a.Label(done)
}

// unlessZero runs body unless r is 0.
func (a *assembly) unlessZero(r integer, body func()) {
	zero := a.label("zero")
	a.TESTQ(r, r)
	a.JZ(operand.LabelRef(zero))
	body()
	a.Label(zero)
}

// label makes a name that no other label of the file has.
func (a *assembly) label(name string) string {
	a.labels++
	return fmt.Sprintf("%s%d", name, a.labels)
}

// assemble writes a family in both precisions, for AVX2 or for AVX-512: its files by name.
func assemble(name string, write func(*assembly), wide bool) (map[string][]byte, error) {
	a := &assembly{Context: build.NewContext(), constants: make(map[string]constant)}
	extensions := []string{"AVX", "AVX2", "FMA3", "SSE", "SSE2"}
	if wide {
		extensions = append(extensions, "AVX512F")
	}
	for _, a.precision = range []precision{double, single} {
		if wide {
			a.precision = a.widened()
		}
		write(a)
	}
	file, err := a.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	for _, f := range file.Functions() {
		for _, extension := range f.ISA {
			if !slices.Contains(extensions, extension) {
				return nil, fmt.Errorf("%s needs %s", f.Name, extension)
			}
		}
	}
	config := printer.Config{Argv: []string{"go", "generate"}, Pkg: "kernel"}
	text, err := printer.NewGoAsm(config).Print(file)
	if err != nil {
		return nil, err
	}
	if r := wideRegister.Find(text); r != nil && !wide {
		return nil, fmt.Errorf("out of registers: %s needs AVX-512", r)
	}
	stubs, err := printer.NewStubs(config).Print(file)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{name + "_amd64.s": text, name + "_amd64.go": stubs}, nil
}

// wideRegister matches what only AVX-512 has; avo hands such registers out when the
// others are taken.
var wideRegister = regexp.MustCompile(`\b([XY](1[6-9]|2[0-9]|3[01])|Z[0-9]+|K[0-7])\b`)
