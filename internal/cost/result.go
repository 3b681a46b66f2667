package cost

import (
	"errors"
	"fmt"
	"slices"

	"actscope/graph/machine/kernel"
	"actscope/internal/runfolder"
)

// Result is what a search found.
type Result struct {
	Command string `json:"command"`
	Config  Config `json:"config"`
	// Kernels names the set of numeric kernels that the networks were trained on, which
	// decides the last bits.
	Kernels string `json:"kernels"`
	// Inputs is the number of the data's columns.
	Inputs int `json:"inputs"`
	// Confidence is that of all that follows together. Looks are the numbers of
	// trainings at which each network is looked at.
	Confidence  float64      `json:"confidence"`
	Looks       []int        `json:"looks"`
	Activations []Activation `json:"activations"`
	// Ratios compare each activation with the reference by each measure.
	Ratios []Ratio `json:"ratios"`
	// ByShare are the ratios of multiply-adds that the same trainings show for other
	// shares, each with the confidence by itself.
	ByShare []ShareRatio `json:"by_share"`
	// Answer is what the ratios say, a sentence for each activation but the reference.
	Answer []string `json:"answer"`
}

// Activation is what was found of the networks of one activation.
type Activation struct {
	Name string `json:"name"`
	// Smallest is the network with fewest multiply-adds among those that reach the
	// target, nil where none does.
	Smallest *Network `json:"smallest"`
	Depths   []Depth  `json:"depths"`
}

// Networks are those of all depths.
func (a Activation) Networks() []Network {
	var all []Network
	for _, d := range a.Depths {
		all = append(all, d.Networks...)
	}
	return all
}

// Depth is what was found of the networks of one activation and depth. The smallest
// width that reaches the target is at least AtLeast and at most Reached.
type Depth struct {
	Depth int `json:"depth"`
	// AtLeast is the smallest width that was not seen to miss, Reached the smallest that
	// was seen to reach; 0 where there is none up to the largest.
	AtLeast  int       `json:"at_least"`
	Reached  int       `json:"reached"`
	Networks []Network `json:"networks"`
}

// Smallest is the narrowest network that was seen to reach the target, nil where none
// was.
func (d Depth) Smallest() *Network {
	i := slices.IndexFunc(d.Networks, func(n Network) bool { return n.Width == d.Reached })
	if i < 0 {
		return nil
	}
	return &d.Networks[i]
}

// commandName is the command in run.json.
const commandName = "cost"

// newResult draws the conclusions from networks in the order of activations, depths
// and widths.
func newResult(c Config, inputs int, networks []Network) *Result {
	r := &Result{Command: commandName, Config: c, Kernels: kernel.Set(), Inputs: inputs, Confidence: Confidence, Looks: c.Rule().Looks, Ratios: []Ratio{}, ByShare: []ShareRatio{}}
	for _, name := range c.Training.Activations {
		a := Activation{Name: name}
		for _, depth := range c.Depths {
			d := Depth{Depth: depth, Networks: networks[:len(c.Widths)]}
			networks = networks[len(c.Widths):]
			for i, n := range d.Networks {
				if n.Verdict != Misses && d.AtLeast == 0 {
					d.AtLeast = n.Width
				}
				if n.Verdict != Reaches || d.Reached != 0 {
					continue
				}
				d.Reached = n.Width
				if a.Smallest == nil || n.MultiplyAdds < a.Smallest.MultiplyAdds {
					a.Smallest = &d.Networks[i]
				}
			}
			a.Depths = append(a.Depths, d)
		}
		r.Activations = append(r.Activations, a)
	}
	r.compare()
	return r
}

// Best is the network with the highest mean accuracy of all.
func (r *Result) Best() Network {
	var best Network
	for _, a := range r.Activations {
		for _, n := range a.Networks() {
			if best.Trained == 0 || n.MeanAccuracy > best.MeanAccuracy {
				best = n
			}
		}
	}
	return best
}

// Reached says whether any network reaches the target.
func (r *Result) Reached() bool {
	return slices.ContainsFunc(r.Activations, func(a Activation) bool { return a.Smallest != nil })
}

// InDoubt counts the networks that are neither seen to reach nor to miss.
func (r *Result) InDoubt() int {
	doubt := 0
	for _, a := range r.Activations {
		for _, n := range a.Networks() {
			if n.Verdict == Undecided {
				doubt++
			}
		}
	}
	return doubt
}

// Load reads the result in a run folder back. Errors are [input.Error]s.
func Load(path string) (*Result, error) {
	r := new(Result)
	return r, runfolder.ReadResult(path, r, false, r.check)
}

// check reports what a search does not leave behind.
func (r *Result) check() error {
	if err := r.Config.Validate(); err != nil {
		return err
	}
	if len(r.Activations) == 0 {
		return errors.New("has no activation")
	}
	for _, a := range r.Activations {
		for _, n := range a.Networks() {
			if n.Trained < 1 || n.Depth < 1 || n.Width < 1 || n.MultiplyAdds < 1 {
				return fmt.Errorf("%s has a network without a size or without trainings", a.Name)
			}
		}
		if slices.ContainsFunc(a.Depths, func(d Depth) bool { return len(d.Networks) == 0 }) || len(a.Depths) == 0 {
			return fmt.Errorf("%s has no networks", a.Name)
		}
	}
	return nil
}
