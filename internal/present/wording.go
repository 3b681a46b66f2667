package present

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/shell"
	"actscope/models"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

// again is the command line that gives a result again: the command with the settings that
// are not its defaults.
func again(command string, settings, defaults []config.Entry) string {
	return strings.Join(append([]string{command}, config.Flags(settings, defaults)...), " ")
}

// claimsAgain is the command line that gives a run of claims again, from what its run.json
// says. Whoever wrote that, it names this command, and nothing in it is more than a word.
func claimsAgain(said string) string {
	const named = 2 // actscope claims
	words := shell.Words(said)
	return shell.Command(append([]string{"go", "run", "./cmd/actscope", "claims"}, words[min(named, len(words)):]...)...)
}

// Digits writes a number with five significant digits.
func Digits(v float64) string { return strconv.FormatFloat(v, 'g', 5, 64) }

func fiveDigits(values []float64) []string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = Digits(v)
	}
	return parts
}

// percent writes a share with one decimal, and a dash for none.
func percent[F ~float64](share F) string { return viz.Percent(float64(share), 1) }

// pageSettings are settings as a page shows them, and last the kernels, where they are
// known.
func pageSettings(entries []config.Entry, kernels string) []report.Setting {
	if kernels != "" {
		entries = append(slices.Clip(entries), config.NewEntry("kernels", kernels))
	}
	var settings []report.Setting
	for _, e := range entries {
		if e.Value != "" {
			settings = append(settings, report.Setting{Name: e.Key, Value: e.Value})
		}
	}
	return settings
}

// Counted is a number of things.
func Counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// joined lists parts in a sentence.
func joined(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// Roughly prints a duration with two digits at most.
func Roughly(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// network is an activation's networks as figures name them.
func network(activation string) figures.Network {
	return figures.Network{Name: activation, Label: graph.ActivationTitle(activation)}
}

func networks(activations []string) []figures.Network {
	all := make([]figures.Network, len(activations))
	for i, name := range activations {
		all[i] = network(name)
	}
	return all
}

// formulaNotes say of each activation that is a formula which initial weights it asks for,
// where the setting init leaves that to it, and where it stops being finite.
func formulaNotes(activations []string, init string) []string {
	var notes []string
	for _, name := range activations {
		a, err := graph.ActivationNamed(name)
		if err != nil || !a.IsFormula() {
			continue
		}
		var facts []string
		if init == models.ArticleInit.Name {
			facts = append(facts, fmt.Sprintf("initial weights of variance %v/fan-in (gain %v; --init sets others)", a.Gain, a.Gain))
		}
		if a.Note != "" {
			facts = append(facts, a.Note+" in float64")
		}
		if len(facts) > 0 {
			notes = append(notes, a.Name+": "+strings.Join(facts, "; "))
		}
	}
	return notes
}

// titles are activations as texts write them.
func titles(activations []string) []string {
	all := make([]string, len(activations))
	for i, name := range activations {
		all[i] = graph.ActivationTitle(name)
	}
	return all
}
