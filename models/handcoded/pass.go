package handcoded

import "fmt"

// Pass is one forward and backward pass of a net over a batch, with the memory for it. What its fields show is valid
// until the next call of Forward or Backward.
type Pass struct {
	// Z[l] is the pre-activation of Layers[l], rows × Out.
	Z [][]float64
	// A[l] is what Layers[l] takes in, rows × In: A[0] is the batch itself, A[l] the activation of the layer before, and
	// A[len(Layers)] what the output layer hands on: the probability of class 1, those of all classes or labels, scores, or
	// the predicted numbers.
	A [][]float64
	// Delta[l] is ∂loss/∂Z[l], rows × Out.
	Delta [][]float64
	// Gradients are ∂loss/∂W and ∂loss/∂b of every layer.
	Gradients []Layer
	// Weights multiply the rows' terms of the loss before they are added up and divided, by the rows and not by the
	// weights' sum where the Reduction is a mean; nil for rows that count alike.
	Weights []float64

	net      *Net
	rows     int
	capacity int
}

// NewPass returns the memory for passes over batches of up to capacity rows.
func (n *Net) NewPass(capacity int) (*Pass, error) {
	if capacity < 1 {
		return nil, fmt.Errorf("handcoded: a pass over %d rows, want at least 1", capacity)
	}
	p := &Pass{net: n, capacity: capacity, A: make([][]float64, 1)}
	for _, layer := range n.Layers {
		p.Z = append(p.Z, make([]float64, capacity*layer.Out))
		p.A = append(p.A, make([]float64, capacity*layer.Out))
		p.Delta = append(p.Delta, make([]float64, capacity*layer.Out))
		p.Gradients = append(p.Gradients, NewLayer(layer.In, layer.Out))
	}
	return p, nil
}

// Forward computes Z and A for the batch x, rows × inputs. It keeps x, which must not change before Backward. It fails
// if x is no whole number of rows, empty, or larger than the pass was made for.
func (p *Pass) Forward(x []float64) error {
	inputs := p.net.Layers[0].In
	rows := len(x) / inputs
	if rows*inputs != len(x) || rows < 1 || rows > p.capacity {
		return fmt.Errorf("handcoded: x has %d entries, want 1 to %d rows of %d", len(x), p.capacity, inputs)
	}
	p.rows = rows
	p.A[0] = x
	last := len(p.net.Layers) - 1
	for l, layer := range p.net.Layers {
		z := p.Z[l][:rows*layer.Out]
		a := p.A[l+1][:rows*layer.Out]
		affine(z, p.A[l], layer)
		p.Z[l], p.A[l+1] = z, a
		if l == last {
			for i := 0; i < len(z); i += layer.Out {
				p.net.objective.activate(a[i:i+layer.Out], z[i:i+layer.Out])
			}
			break
		}
		for i, v := range z {
			a[i] = p.net.hidden.Value(v)
		}
	}
	return nil
}

// Backward computes Delta and Gradients for the targets y, rows × outputs, of the rows that Forward saw, from the output
// down. It fails if there are not as many, or if the loss is about classes and a row is not one-hot.
func (p *Pass) Backward(y []float64) error {
	if err := p.checkLabels(y); err != nil {
		return err
	}
	last := len(p.net.Layers) - 1
	k := p.net.outputs()
	output := p.Delta[last][:p.rows*k]
	divisor := p.net.objective.Reduction.Divisor(p.rows, k)
	for i := 0; i < len(output); i += k {
		p.net.objective.Derivative(output[i:i+k], p.Z[last][i:i+k], p.A[last+1][i:i+k], y[i:i+k])
		if p.Weights != nil {
			for j := i; j < i+k; j++ {
				output[j] *= p.Weights[i/k]
			}
		}
	}
	for i := range output {
		output[i] /= divisor
	}
	p.Delta[last] = output

	for l := last; l >= 0; l-- {
		layer := p.net.Layers[l]
		weightGradient(p.Gradients[l], p.A[l], p.Delta[l])
		if p.net.objective.L2 > 0 {
			addScaled(p.Gradients[l].W, p.net.objective.L2, layer.W)
		}
		biasGradient(p.Gradients[l], p.Delta[l])
		if l == 0 {
			break
		}
		below := p.Delta[l-1][:p.rows*layer.In]
		backpropagate(below, p.Delta[l], layer)
		for i, z := range p.Z[l-1] {
			below[i] *= p.net.hidden.Derivative(z)
		}
		p.Delta[l-1] = below
	}
	return nil
}

// Loss returns the loss that Backward differentiates, at the rows that Forward saw.
func (p *Pass) Loss(y []float64) (float64, error) {
	loss, err := p.data(y)
	if p.net.objective.L2 > 0 {
		for _, layer := range p.net.Layers {
			loss += p.net.objective.L2 / 2 * dot(layer.W, layer.W)
		}
	}
	return loss, err
}

// ReportedLoss returns, at the rows that Forward saw, the loss that the article prints (see Reported) where the net has
// one output with Logits or Article, else Loss without the penalty. After a Step it is still that of the parameters before
// the step.
func (p *Pass) ReportedLoss(y []float64) (float64, error) {
	if loss := p.net.objective.Loss; p.net.outputs() > 1 || loss != Logits && loss != Article {
		return p.data(y)
	}
	if err := p.checkLabels(y); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, z := range p.Z[len(p.Z)-1] {
		sum += p.weight(i) * Reported(z, y[i])
	}
	return sum / float64(p.rows), nil
}

// Step is one step of training on the batch x, y: Forward, Backward, Descend.
func (p *Pass) Step(x, y []float64, rate float64) error {
	if err := p.Forward(x); err != nil {
		return err
	}
	if err := p.Backward(y); err != nil {
		return err
	}
	p.net.Descend(p.Gradients, rate)
	return nil
}

// data is the loss without the penalty.
func (p *Pass) data(y []float64) (float64, error) {
	if err := p.checkLabels(y); err != nil {
		return 0, err
	}
	sum, last, k := 0.0, len(p.Z)-1, p.net.outputs()
	for i := 0; i < len(y); i += k {
		sum += p.weight(i/k) * p.net.objective.term(p.Z[last][i:i+k], p.A[last+1][i:i+k], y[i:i+k])
	}
	return sum / p.net.objective.Reduction.Divisor(p.rows, k), nil
}

// weight is how much a row counts.
func (p *Pass) weight(row int) float64 {
	if p.Weights == nil {
		return 1
	}
	return p.Weights[row]
}

func (p *Pass) checkLabels(y []float64) error {
	if p.rows == 0 {
		return fmt.Errorf("handcoded: Forward has to run first")
	}
	if p.Weights != nil && len(p.Weights) != p.rows {
		return fmt.Errorf("handcoded: %d weights for %d rows", len(p.Weights), p.rows)
	}
	k := p.net.outputs()
	if len(y) != p.rows*k {
		return fmt.Errorf("handcoded: %d labels for %d rows of %d outputs", len(y), p.rows, k)
	}
	if !p.net.objective.OneHot(k) {
		return nil
	}
	for i := 0; i < len(y); i += k {
		ones, others := 0, 0
		for _, v := range y[i : i+k] {
			if v == 1 {
				ones++
			} else if v != 0 {
				others++
			}
		}
		if ones != 1 || others > 0 {
			return fmt.Errorf("handcoded: row %d of the labels is %v, want a 1 in the column of its class and zeros (one-hot)", i/k, y[i:i+k])
		}
	}
	return nil
}
