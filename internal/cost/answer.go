package cost

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"actscope/graph"
)

// Title is the activation's name as texts write it.
func Title(name string) string {
	if a, err := graph.ActivationNamed(name); err == nil {
		return a.Title
	}
	return name
}

// Layers writes a network's layers from the inputs to the output, such as "2-8-8-1".
func (s Shape) Layers(inputs int) string {
	return strconv.Itoa(inputs) + strings.Repeat("-"+strconv.Itoa(s.Width), s.Depth) + "-1"
}

// answer says how the smallest networks of two activations compare.
func (r *Result) answer(a, base Activation) string {
	name, other := Title(a.Name), Title(base.Name)
	goal := r.goal()
	switch {
	case a.Smallest == nil && base.Smallest == nil:
		return fmt.Sprintf("No %s and no %s network up to the largest was seen to reach %s: nothing can be said of their ratio.", name, other, goal)
	case a.Smallest == nil || base.Smallest == nil:
		without, with := name, base
		if base.Smallest == nil {
			without, with = other, a
		}
		return fmt.Sprintf("No %s network up to the largest was seen to reach %s; the smallest %s network that does has %d multiply-adds.",
			without, goal, Title(with.Name), with.Smallest.MultiplyAdds)
	}
	work, size := ratio(a, base, Measures[0], r.Config.Share), ratio(a, base, Measures[1], r.Config.Share)
	return fmt.Sprintf("The smallest %s network that reaches %s takes %s times the multiply-adds of the smallest %s network that does (%d against %d; %s interval %s) and %s times its parameters (%s): %s.",
		name, goal, Times(*work.Value), other, a.Smallest.MultiplyAdds, base.Smallest.MultiplyAdds, percent(Confidence), work.Interval(),
		Times(*size.Value), size.Interval(), work.verdict(name, other))
}

// goal is what networks have to reach.
func (r *Result) goal() string {
	return fmt.Sprintf("%s test accuracy in at least %s of trainings", percent(r.Config.Target), percent(r.Config.Share))
}

// alone says how large the smallest network of the only activation is.
func (r *Result) alone(a Activation) string {
	if a.Smallest == nil {
		return fmt.Sprintf("No %s network up to the largest was seen to reach %s.", Title(a.Name), r.goal())
	}
	low, high := a.between(Measures[0], r.Config.Share)
	return fmt.Sprintf("The smallest %s network that reaches %s takes %v multiply-adds (%s interval %v to %v).",
		Title(a.Name), r.goal(), high, percent(Confidence), low, high)
}

// verdict says what an interval of multiply-adds shows.
func (r Ratio) verdict(name, other string) string {
	bounded := r.High != nil
	switch {
	case bounded && r.Low == 1 && *r.High == 1:
		return fmt.Sprintf("inference with %s costs the same", name)
	case bounded && *r.High < 1:
		return fmt.Sprintf("inference with %s costs less, not more", name)
	case bounded && *r.High == 1:
		return fmt.Sprintf("inference with %s costs no more than with %s", name, other)
	case r.Low > 1:
		return fmt.Sprintf("inference with %s costs more", name)
	case r.Low == 1:
		return fmt.Sprintf("inference with %s costs no less than with %s", name, other)
	}
	return fmt.Sprintf("no difference between %s and %s is shown, because the interval includes 1", name, other)
}

// Interval writes the bounds.
func (r Ratio) Interval() string {
	if r.High == nil {
		return Times(r.Low) + " or more"
	}
	return Times(r.Low) + " to " + Times(*r.High)
}

// Times writes a ratio with three digits.
func Times(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }

// percent writes a share without needless digits.
func percent(share float64) string {
	return strconv.FormatFloat(math.Round(share*1e8)/1e6, 'g', -1, 64) + " %"
}
