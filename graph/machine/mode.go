package machine

import (
	"fmt"
	"reflect"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// statistics are what batch normalisation gathers in training, for evaluation.
type statistics interface {
	Stats() (mean, variance tensor.Tensor)
	SetStats(mean, variance tensor.Tensor) error
}

// setMode has an operator train or evaluate, for it may have several machines. To be told what
// it does already would make it forget its statistics, so it is not, and they outlive a change.
func setMode(op gorgonia.TrainModeOp, training bool) error {
	if now, known := isTraining(op); known && now == training {
		return nil
	}
	gathers, ok := op.(statistics)
	if !ok {
		return op.SetTraining(training)
	}
	mean, variance := gathers.Stats()
	mean, variance = mean.Clone().(tensor.Tensor), variance.Clone().(tensor.Tensor)
	if err := op.SetTraining(training); err != nil {
		return err
	}
	return gathers.SetStats(mean, variance)
}

// isTraining reads the mode of one of Gorgonia's operators.
func isTraining(op gorgonia.TrainModeOp) (training, known bool) {
	v := reflect.ValueOf(op)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return false, false
	}
	for _, name := range []string{"training", "isTraining"} {
		if field := v.Elem().FieldByName(name); field.Kind() == reflect.Bool {
			return field.Bool(), true
		}
	}
	return false, false
}

// begin has the machine's operators train or evaluate; those that train begin their statistics
// anew, as with each tape that is made.
func (m *Machine) begin() error {
	for _, op := range m.modes {
		if err := op.SetTraining(!m.planner.options.evaluation); err != nil {
			return fmt.Errorf("machine: %v: %w", op, err)
		}
	}
	return nil
}
