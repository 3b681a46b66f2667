package theory

import (
	"cmp"
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/panics"
	"actscope/models"
	"actscope/models/geometry"
)

// FarField is what trained networks say far away from their data: along a few rays, and in
// the limit in all directions.
type FarField struct {
	// Distance lists where along the rays, ascending, in standard deviations of the
	// data from its mean; Angle the directions of the rays, in radians.
	Distance, Angle []float64
	Networks        []FarNetwork
}

// FarNetwork is one network along the rays and in the limit.
type FarNetwork struct {
	// Name is that of its hidden activation, Title the same for readers.
	Name, Title  string
	TestAccuracy float64
	// Logit is the output's pre-activation, by ray and distance.
	Logit [][]float64
	// Cap is the bound |w|₁ + |b| of the output layer, which the logit of a network
	// whose activations lie between -1 and 1 cannot exceed; +Inf for others.
	Cap float64
	// Arcs divide all directions by the limit of the logit.
	Arcs []geometry.Arc
}

// Rays and distances: the farthest is where confidence has nothing left to gain.
const (
	rays            = 24
	nearestDistance = 0.1
	farDecades      = 5
	perDecade       = 20
)

// FarAway trains the article's networks and follows each away from the mean of the data:
// along rays, and in all directions to the limit.
func FarAway(ctx context.Context) (FarField, error) {
	var f FarField
	for i := range rays {
		f.Angle = append(f.Angle, 2*math.Pi*float64(i)/rays)
	}
	for i := range farDecades*perDecade + 1 {
		f.Distance = append(f.Distance, nearestDistance*math.Pow(10, float64(i)/perDecade))
	}
	article := config.Article()
	f.Networks = make([]FarNetwork, len(article.Activations))
	group, ctx := errgroup.WithContext(ctx)
	for i, name := range article.Activations {
		group.Go(func() (err error) {
			defer panics.Catch(&err, "following the article's %s network far away", name)
			a, err := graph.ActivationNamed(name)
			if err != nil {
				return err
			}
			one := article
			one.Activations = []string{name}
			dataset, net, err := experiment.TrainOne(ctx, one)
			if err != nil {
				return err
			}
			n := FarNetwork{Name: name, Title: a.Title, Cap: logitCap(net, a)}
			if n.TestAccuracy, err = net.Accuracy(dataset.Test); err != nil {
				return err
			}
			if n.Arcs, err = geometry.FarArcs(net); err != nil {
				return err
			}
			n.Logit, err = f.follow(net)
			f.Networks[i] = n
			return err
		})
	}
	return f, group.Wait()
}

// follow is the network's logit by ray and distance.
func (f FarField) follow(net *models.Network) ([][]float64, error) {
	var x []float64
	for _, angle := range f.Angle {
		sin, cos := math.Sincos(angle)
		for _, r := range f.Distance {
			x = append(x, r*cos, r*sin)
		}
	}
	var logits []float64
	hook, err := net.Hook(net.Depth(), graph.PreActivation, func(z graph.Capture) error {
		logits = append(logits, z.Copy()...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	defer hook.Remove()
	if _, err := net.Predict(x); err != nil {
		return nil, err
	}
	var byRay [][]float64
	for i := range f.Angle {
		byRay = append(byRay, logits[i*len(f.Distance):(i+1)*len(f.Distance)])
	}
	return byRay, nil
}

// logitCap is |w|₁ + |b| of the output layer if the activation lies between -1 and 1
// as far as numbers go, else +Inf.
func logitCap(net *models.Network, a graph.Activation) float64 {
	const far = 1e12
	if math.Abs(a.Value(far)) > 1 || math.Abs(a.Value(-far)) > 1 {
		return math.Inf(1)
	}
	bound := 0.0
	output := 2 * (net.Depth() - 1)
	for _, p := range net.Parameters[output : output+2] {
		for _, v := range p.Values {
			bound += math.Abs(v)
		}
	}
	return bound
}

// Confidence is the probability that a logit gives to the class that it favours.
func Confidence(logit float64) float64 { return graph.Sigmoid.Value(math.Abs(logit)) }

// Curvature is, for each distance but the first and the last, the largest second divided
// difference of the logit over the rays: half its second derivative, 0 where it is
// affine.
func (n FarNetwork) Curvature(distance []float64) []float64 {
	var curvature []float64
	for i := 1; i+1 < len(distance); i++ {
		largest := 0.0
		for _, z := range n.Logit {
			after := (z[i+1] - z[i]) / (distance[i+1] - distance[i])
			before := (z[i] - z[i-1]) / (distance[i] - distance[i-1])
			largest = max(largest, math.Abs(after-before)/(distance[i+1]-distance[i-1]))
		}
		curvature = append(curvature, largest)
	}
	return curvature
}

// Infimum is the least confidence on ever larger circles around the data. It is 1/2 where
// arcs are of opposite class: between them the boundary runs to infinity, and every circle
// crosses it. Else it is that of the least certain arc, without the strips of no angle at
// the ends of arcs, where several hidden layers may be less certain.
func (n FarNetwork) Infimum() float64 {
	if shares := n.ShareByClass(); shares[0] > 0 && shares[1] > 0 {
		return 0.5
	}
	return n.ArcQuantile(0)
}

// ShareByClass is the share of directions in which the network ends at class 0 and at 1.
func (n FarNetwork) ShareByClass() (shares [2]float64) {
	for _, a := range n.Arcs {
		shares[a.Class()] += a.Share()
	}
	return shares
}

// ArcQuantile is the least confidence that at least a share q of the directions does not
// exceed in the limit: arcs count by their shares, and nothing is interpolated. That of 0 is
// the least, that of 1 the largest of an arc.
func (n FarNetwork) ArcQuantile(q float64) float64 {
	arcs := slices.SortedFunc(slices.Values(n.Arcs), func(a, b geometry.Arc) int { return cmp.Compare(math.Abs(a.Logit), math.Abs(b.Logit)) })
	below := 0.0
	for _, a := range arcs {
		if below += a.Share(); below >= q {
			return Confidence(a.Logit)
		}
	}
	return Confidence(arcs[len(arcs)-1].Logit) // rounding left the shares below 1
}
