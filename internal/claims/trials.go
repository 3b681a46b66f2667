package claims

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// trialColumns are those of [Trials].
var trialColumns = []string{
	"setting", "epochs", "rate", "hidden", "data_seed", "seed", "network", "failure", "test_accuracy", "train_accuracy",
	"loss_1_4", "loss_2_4", "loss_3_4", "loss_4_4", "input_spread", "spread", "trace_class0", "trace_class1", "first_gradients", "distance_correlation",
}

// Trials writes every measurement of a table as CSV with a header, in the order of
// the settings: a row for each network. Columns with a value for each layer or stage
// have them separated by spaces.
func Trials(t *Table) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(trialColumns); err != nil {
		return nil, err
	}
	for _, s := range t.Design.Settings {
		for _, p := range t.Design.trained(s) {
			for _, network := range t.Design.Base.Activations {
				m := t.Get(s, p, network)
				if m == nil {
					continue
				}
				if err := w.Write(m.record(s, p, network)); err != nil {
					return nil, err
				}
			}
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// record is a row of the trials.
func (m *Measurement) record(s Setting, p Pair, network string) []string {
	hidden := make([]float64, len(s.Hidden))
	for i, units := range s.Hidden {
		hidden[i] = float64(units)
	}
	row := []string{
		s.Name, strconv.Itoa(s.Epochs), digits(s.Rate), digits(hidden...), fmt.Sprint(p.DataSeed), fmt.Sprint(p.Seed), network, m.Failure,
	}
	if m.Failed() {
		return append(row, make([]string, len(trialColumns)-len(row))...)
	}
	row = append(row, digits(m.TestAccuracy), digits(m.TrainAccuracy))
	for _, loss := range m.Loss {
		row = append(row, digits(loss))
	}
	return append(row, digits(m.InputSpread), digits(m.Spread...), digits(m.Trace[0]...), digits(m.Trace[1]...), digits(m.FirstGradients...), digits(m.Kept...))
}

// digits writes numbers at full precision.
func digits[F ~float64](values ...F) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = strconv.FormatFloat(float64(v), 'g', -1, 64)
	}
	return strings.Join(parts, " ")
}
