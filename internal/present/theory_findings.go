package present

import (
	"fmt"

	"actscope/graph"
	"actscope/internal/theory"
	"actscope/viz"
)

// theoryAnswer says what depth does to two inputs, and how sure that is.
func theoryAnswer(s theory.Summary) []string {
	c := s.Config
	answer := fmt.Sprintf("In wide random %s networks with these variances %s. Two inputs of correlation %s have %s behind layer %d.",
		graph.ActivationTitle(c.Activation), layerEffect(s), viz.Num(c.InputCorrelation, 4), alikeness(s), len(s.Q))
	hedge := "That is the limit of infinite width; no network was measured."
	if m := s.Measured; m != nil {
		hedge = fmt.Sprintf("That is the limit of infinite width; %s of width %d %s off it by %s of the deviation at most.",
			Counted(c.Repetitions, "random network"), c.Width, verbFor(c.Repetitions), relative(m.StdDeparture))
	}
	return []string{answer, hedge}
}

func verbFor(n int) string {
	if n == 1 {
		return "is"
	}
	return "are in the mean"
}

// layerEffect is what a deep layer does to small distances.
func layerEffect(s theory.Summary) string {
	factor := infinite(s.Chi)
	switch {
	case s.Fate == theory.Diverges:
		return "the variance of signals grows with every layer, without a limit"
	case s.Phase == theory.Critical:
		return "a deep layer keeps small distances (χ₁ is 1)"
	case s.Phase == theory.Chaotic:
		return fmt.Sprintf("a deep layer stretches small squared distances, by χ₁ = %s", factor)
	}
	return fmt.Sprintf("a deep layer shrinks small squared distances, by χ₁ = %s", factor)
}

// alikeness is the correlation behind the last layer, in words.
func alikeness(s theory.Summary) string {
	if len(s.Correlation) == 0 || !isFinite(float64(s.Correlation[len(s.Correlation)-1])) {
		return "no defined correlation"
	}
	return "a correlation of " + nearOne(settled(s.Correlation[len(s.Correlation)-1]))
}

// layersFinding is the headline of the layers' predictions.
func layersFinding(s theory.Summary) string {
	if m := s.Measured; m != nil && isFinite(float64(m.StdDeparture)) && isFinite(float64(m.CorrelationDeparture)) {
		return fmt.Sprintf("Networks of width %d are off the theory by at most %s in the deviation and %s in the correlation", s.Config.Width, relative(m.StdDeparture), viz.Num(float64(m.CorrelationDeparture), 2))
	}
	return fmt.Sprintf("Two inputs of correlation %s have %s behind layer %d", viz.Num(s.Config.InputCorrelation, 4), alikeness(s), len(s.Q))
}

// phaseFinding is the headline of the phase diagram.
func phaseFinding(s theory.Summary) string {
	if s.Fate == theory.Diverges {
		return fmt.Sprintf("At this setting the variance has no limit; χ₁ is %s", infinite(s.Chi))
	}
	return fmt.Sprintf("This setting is %s: χ₁ is %s", s.Phase, infinite(s.Chi))
}

// mapsFinding is the headline of the maps from layer to layer.
func mapsFinding(s theory.Summary) string {
	variance := map[theory.Fate]string{
		theory.Settles:  "The variance settles at " + infinite(s.QStar),
		theory.Vanishes: "The variance vanishes with depth",
		theory.Stays:    "The variance stays what it is in layer 1",
		theory.Diverges: "The variance grows without bound",
	}[s.Fate]
	switch c := float64(s.CStar); {
	case !isFinite(c):
		return variance + ", and correlations have no limit"
	case c == 1:
		return variance + ", and any two inputs become alike"
	default:
		return fmt.Sprintf("%s, and the correlation of different inputs at %s", variance, Digits(c))
	}
}

// farFinding is the headline of the confidence far from the data.
func farFinding(s theory.Summary) string {
	var medians []of
	for _, f := range s.FarAway {
		medians = append(medians, of{" under " + graph.ActivationTitle(f.Name), f.Median})
	}
	return "Ever further from the data, confidence tends in the median direction to " + listed(medians, digits(4))
}
