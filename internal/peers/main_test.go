package main

import (
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"actscope/graph/machine/kernel"
	"actscope/internal/input"
)

// asProgram makes the test binary the program itself, for the process whose memory is measured.
const asProgram = "PEERS_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(mainStatus())
	}
	os.Exit(m.Run())
}

// runQuick is the program's output for tiny sizes and the arguments.
func runQuick(t *testing.T, args ...string) (string, error) {
	t.Helper()
	t.Setenv(asProgram, "1")
	var stdout, stderr strings.Builder
	err := run(t.Context(), append([]string{"--quick", "--rounds", "2"}, args...), &stdout, &stderr)
	t.Log(stdout.String(), stderr.String())
	return stdout.String(), err
}

func TestQuickRunFillsTheTableWithGoPeers(t *testing.T) {
	out, err := runQuick(t, "--peers", "gonum,tape,handcoded")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(`
		a:actscope a:tape a:handcoded a:gonum
		b:actscope b:tape b:handcoded b:gonum
		c:actscope c:tape c:handcoded c:gonum
		d:actscope d:tape d:handcoded d:gonum
		e:actscope e:actscope
		f:actscope f:tape f:handcoded f:gonum
		g:actscope g:gonum
		h:actscope h:gonum
		i:actscope
		j:actscope`)
	var got []string
	key := ""
	row := regexp.MustCompile(`^\| (?:\((.)\) [^|]*)? ?\| (\w+)[^|]* \| [\d.e+]+ (?:s|ms|µs) \| [\d.e+]+(?: \([\d.e+]+–[\d.e+]+\))? \| 2 \|$`)
	for line := range strings.Lines(out) {
		if m := row.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			if m[1] != "" {
				key = m[1]
			}
			got = append(got, key+":"+m[2])
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("rows\n%v\nwant\n%v", got, want)
	}
	for _, line := range []string{
		"(a) at least 12 times as fast as TapeMachine: ",
		"(a) building and planning one network under 5 ms: ",
		"(d) at least as fast as NumPy: not measured",
		"(e) at least 1.8 times as fast as on one core: ",
		"(e) largest relative difference between losses of any epoch: 0.0e+00",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("no line %q", line)
		}
	}
	if peakResident() > 0 && !regexp.MustCompile(`\(a\) under 60 MB resident: (NOT )?met \(\d+\.\d MB\)`).MatchString(out) {
		t.Error("memory was not measured")
	}
}

func TestOnlyChosenCasesAndPeersAreMeasured(t *testing.T) {
	out, err := runQuick(t, "--peers", "", "--cases", "d")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, "tape") || strings.Contains(out, "(a)") || strings.Contains(out, "numpy:") || !strings.Contains(out, "(d)") {
		t.Error("more or less than was asked")
	}
}

func TestPortableKernelsAreAPeerOfOthers(t *testing.T) {
	out, err := runQuick(t, "--peers", "portable", "--cases", "a,d")
	if err != nil {
		t.Fatal(err)
	}
	if kernel.Set() == kernel.Portable {
		if !strings.Contains(out, "- skipped: portable is missing: ") {
			t.Error("nothing about portable")
		}
		return
	}
	if !strings.Contains(out, "kernels portable") || strings.Count(out, "|  | portable |") != 2 {
		t.Error("not in every case")
	}
}

func TestMissingPeersAreNamedAndSkipped(t *testing.T) {
	out, err := runQuick(t, "--cases", "d", "--python", "/no/such/python3")
	if err != nil {
		t.Fatal(err)
	}
	for _, peer := range []string{"numpy", "torch"} {
		if !strings.Contains(out, "- skipped: "+peer+" is missing: ") {
			t.Errorf("nothing about %s", peer)
		}
		if strings.Contains(out, "| "+peer+" |") {
			t.Errorf("%s has a row", peer)
		}
	}
}

func TestBadUsageIsExplained(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--rounds 0", "at least one"},
		{"--rounds x", "invalid value"},
		{"--cases a,z", `no "z"; choose from a,b,c,d,e`},
		{"--peers numpy,matlab", `no "matlab"; choose from portable,tape,handcoded,gonum,numpy,torch`},
		{"--peers actscope", "choose from"},
		{"--frobnicate", "frobnicate"},
		{"a", "only flags"},
	} {
		_, err := parseOptions(strings.Fields(c.args), io.Discard)
		var usage *input.Error
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", c.args, err, c.want)
		}
	}
}

func TestEverythingIsMeasuredByDefault(t *testing.T) {
	o, err := parseOptions(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if o.rounds != 5 || o.quick || !slices.Equal(o.cases, []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}) || !slices.Equal(o.peers, peerNames()) {
		t.Errorf("%+v", o)
	}
}
