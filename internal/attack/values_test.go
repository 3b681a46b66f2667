//go:build unix

package attack

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// oddNames are names that a file may have.
var oddNames = []string{
	"a b", `it's "quoted"`, "two\nlines", "\x1b[31mred\x1b[0m", "\u202etxt.exe", "-q", "--", "$(id);`id`", "käse\xff", "\xc3\x28",
	strings.Repeat("n", 255), strings.Repeat("m", 256), strings.Repeat("x/", 3000) + "x", "*", "a\rb", "\u009b31m", "", " ", "~", "%s%n", "null", "0",
}

// named are commands in which something has the name NAME: what is there before, and the
// command lines, the last of which is judged.
var named = []struct{ there, lines string }{
	{"", tinyCompare + " --epochs 1 --out NAME"},
	{"", tinyCompare + " --epochs 1 --save NAME"},
	{"", tinyCompare + " --epochs 1 --resume NAME"},
	{"", tinyTheory + " --repetitions 0 --out NAME"},
	{"settings.yaml", "graph --config NAME"},
	{"points.csv", "graph --dataset csv:NAME"},
	{"", "graph --label NAME --dataset csv:points.csv"},
	{"", "graph --dataset NAME"},
	{"", "graph --activation NAME"},
	{"", "graph --parts NAME"},
	{"grid.yaml", "sweep plan NAME w"},
	{"", "sweep plan grid.yaml NAME"},
	{"", "sweep status NAME"},
	{"", "sweep plan grid.yaml w|sweep run w --quiet|sweep merge w --out NAME"},
	{"", "sweep plan grid.yaml w|sweep run w --quiet|sweep report w --out NAME"},
	{"", "sweep plan grid.yaml w|sweep run w --quiet --shard NAME"},
	{"", "figures NAME"},
	{"", "gradcheck --samples 40 --export NAME"},
	{"settings.yaml", "gradcheck --against NAME"},
	{"layer.json", "gradcheck --layer max-pool --against NAME"},
	{"", "gradcheck --layer NAME --against layer.json"},
	{"", "gradcheck --list-mistakes --NAME"},
	{"", "NAME"},
	{"", "sweep NAME"},
}

// Names may be anything, and nothing that a name says reaches the terminal as it is.
func TestNamesMayBeAnything(t *testing.T) {
	t.Parallel()
	bare := &scene{dir: scenesOf(t)[0].dir}
	var attempts []attempt
	for i, c := range named {
		for j, name := range oddNames {
			if !*thorough && j != 5*i%len(oddNames) {
				continue
			}
			attempts = append(attempts, attempt{"values: name", fmt.Sprintf("%s with the name %.40q", c.lines, name), bare, func(dir string) error {
				if c.there != "" {
					if os.Rename(filepath.Join(dir, c.there), filepath.Join(dir, name)) != nil {
						return nil // no file can have it
					}
				}
				return inTurn(dir, strings.Split(c.lines, "|"), name)
			}})
		}
	}
	for i, name := range oddNames {
		if *thorough || i%4 == 0 {
			attempts = append(attempts, attempt{"values: column", fmt.Sprintf("column %.40q", name), bare, func(dir string) error {
				return column(dir, name)
			}})
		}
	}
	try(t, attempts)
}

// inTurn runs command lines with a name in place of NAME.
func inTurn(dir string, lines []string, name string) error {
	for i, line := range lines {
		args := strings.Fields(line)
		for j := range args {
			args[j] = strings.Replace(args[j], "NAME", name, 1)
		}
		o, err := execution{dir: dir, args: args}.run()
		if err == nil && i == len(lines)-1 {
			err = o.judge(statusDone, statusFailed, statusUsage)
		}
		if err == nil && o.interrupted {
			err = o.fault("took too long")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// column has a column of a CSV file named so.
func column(dir, name string) error {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	w.Write([]string{name, "y", "class"})
	for i := range 40 {
		w.Write([]string{fmt.Sprint(i), "1e0", fmt.Sprint(name, i%2)})
	}
	w.Flush()
	if err := os.WriteFile(filepath.Join(dir, "points.csv"), file.Bytes(), 0o644); err != nil {
		return err
	}
	return inTurn(dir, []string{"compare --dataset csv:points.csv --hidden 2 --activations relu --epochs 1 --format svg --quiet --out c", "figures c --format svg"}, "")
}

// oddNumbers are numbers that are far away, and what is none.
var oddNumbers = []string{
	"-1", "0", "1", "1000000", "1000000000", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e308", "-1e308", "1e-308", "NaN", "Inf", "-Inf", "",
	"0x10", "1_000", "1,1", "3,2,1", "4096,4096,4096", "100000,100000", strings.Repeat("1,", 2000) + "1", strings.Repeat("9", 5000), " 1", "½",
}

// numbered are commands in which numbers may be odd.
var numbered = []string{
	"compare --samples 40 --hidden 2 --epochs 1 --activations relu --format svg --quiet --out c", tinyTheory + " --repetitions 1", tinyCost, tinyClaims,
	"graph --samples 40 --hidden 2", "gradcheck --samples 40 --hidden 2 --export g.npz", "gradcheck --against none.npz", "gradcheck --layer max-pool --against layer.json", "figures c --format svg",
	"sweep run w --quiet", "sweep missing w", "sweep emit slurm w", "sweep emit kubernetes w", "play --samples 40 --hidden 2 --no-open --idle 1ms",
}

// flagOfNumber is a line of --help about a flag that takes numbers.
var flagOfNumber = regexp.MustCompile(`(?m)^ +--([a-z-]+) (?:int|float|units|layers|rates)\b`)

// Numbers may be anything: they are refused, or what they ask for is done or can be stopped, in
// bounded memory.
func TestNumbersMayBeAnything(t *testing.T) {
	t.Parallel()
	bare := &scene{dir: filepath.Join(ground, "numbers")}
	if err := os.CopyFS(bare.dir, os.DirFS(scenesOf(t)[0].dir)); err != nil {
		t.Fatal(err)
	}
	if err := inTurn(bare.dir, []string{"sweep plan grid.yaml w"}, ""); err != nil {
		t.Fatal(err)
	}
	var attempts []attempt
	for i, line := range numbered {
		help, err := execution{dir: bare.dir, args: append(strings.Fields(line), "--help")}.run()
		if err != nil {
			t.Fatal(err)
		}
		for j, flag := range flagOfNumber.FindAllStringSubmatch(help.stdout, -1) {
			for k, number := range oddNumbers {
				if !*thorough && (k != (7*i+3*j)%len(oddNumbers) || j%2 > 0) {
					continue
				}
				args := append(strings.Fields(line), "--"+flag[1]+"="+number)
				attempts = append(attempts, attempt{"values: number", fmt.Sprintf("actscope %s --%s=%.40s", line, flag[1], number), bare, func(dir string) error {
					o, err := execution{dir: dir, args: args, patience: 2 * time.Second}.run()
					if err != nil {
						return err
					}
					return o.judge(statusDone, statusFailed, statusUsage)
				}})
			}
		}
	}
	try(t, attempts)
}
