package pace

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"actscope/graph"
	"actscope/internal/claims"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/panics"
	"actscope/internal/stats"
	"actscope/models"
	"actscope/models/tangent"
)

// Trial is one network of the prediction's trial: when its training loss is at most half that of the
// best straight line, by its twin and by itself; +Inf for not in so many epochs.
type Trial struct {
	Activation string
	Depth      int
	Init       string
	// Predicted is the twin's epoch, Measured the network's.
	Predicted, Measured float64
	// TwinLoss is the twin's last loss, and SlowestTau the time constant of the modes that matter: what
	// orders networks whose twins do not come to half the line.
	TwinLoss, SlowestTau float64
}

// TrialEpochs is how long networks and twins of a trial are trained at most.
const TrialEpochs = 2000

// trialInits are the initialisations of the interventions.
var trialInits = []string{"lecun-normal", "he-normal", "deviation:2"}

// trialActivations are those of the table, and the formulas of the interventions.
func trialActivations() []string {
	var all []string
	for _, a := range graph.Activations() {
		if a.Name != graph.Identity.Name && a.Name != graph.SoftmaxOutput.Name {
			all = append(all, a.Name)
		}
	}
	for _, f := range claims.Functions() {
		if f.Formula != graph.Identity.Name && !slices.Contains(all, f.Formula) {
			all = append(all, f.Formula)
		}
	}
	return all
}

// tryAll puts the prediction to the test: networks of the article's setting with each activation of the table
// and of the interventions, depths 1 to 6 and three initialisations.
func tryAll(ctx context.Context) ([]Trial, error) {
	c := config.Article()
	c.Epochs = TrialEpochs
	d, err := experiment.Load(ctx, c.Points)
	if err != nil {
		return nil, err
	}
	var all []Trial
	for _, name := range trialActivations() {
		for depth := 1; depth <= 6; depth++ {
			for _, init := range trialInits {
				all = append(all, Trial{Activation: name, Depth: depth, Init: init})
			}
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range all {
		group.Go(func() (err error) {
			defer panics.Catch(&err, "trying %+v", all[i])
			return all[i].run(ctx, c, d)
		})
	}
	return all, group.Wait()
}

// errReached ends a training that is where it was to come.
var errReached = errors.New("half the line's loss is reached")

// run predicts and measures.
func (t *Trial) run(ctx context.Context, c config.Config, d *experiment.Dataset) error {
	c.Activations, c.Init, c.Hidden = []string{t.Activation}, t.Init, slices.Repeat([]int{8}, t.Depth)
	specifications, err := c.Specifications()
	if err != nil {
		return err
	}
	training, err := experiment.Prepare(specifications[0], d)
	if err != nil {
		return err
	}
	settings, err := training.Settings()
	if err != nil {
		return err
	}
	start := training.Network.Clone()
	line, err := tangent.FitLine(ctx, start, d.Train)
	if err != nil {
		return err
	}
	g, err := tangent.Of(ctx, start, d.Train.X)
	if err != nil {
		return err
	}
	s, err := tangent.Decompose(g.Kernel(), tangent.Residual(start.Architecture(), g.Values, d.Train.Y))
	if err != nil {
		return err
	}
	t.SlowestTau = math.Inf(1)
	if modes := s.Leading(experiment.MatteringShare); modes > 0 {
		t.SlowestTau = tangent.ClockOf(start.Architecture(), settings, d.Train.Rows()).Epochs(s.Values[modes-1])
	}
	twin, err := tangent.Linearised(ctx, start, d.Train, d.Test, settings)
	if err != nil {
		return err
	}
	t.Predicted, t.TwinLoss = reached(twin.Loss, line/2), math.Inf(1)
	if twin.Diverged == 0 {
		t.TwinLoss = twin.Loss[len(twin.Loss)-1]
	}
	t.Measured = math.Inf(1)
	_, err = training.Run(ctx, models.RecorderFunc(func(e models.Epoch) error {
		if e.Loss <= line/2 {
			t.Measured = float64(e.Number)
			return errReached
		}
		return nil
	}))
	if errors.Is(err, errReached) {
		err = nil
	}
	return err
}

// reached is the epoch, +Inf for none.
func reached(losses []float64, bound float64) float64 {
	if epoch := tangent.Reached(losses, bound); epoch > 0 {
		return float64(epoch)
	}
	return math.Inf(1)
}

//go:embed findings/trial.csv
var committed []byte

var trialColumns = []string{"activation", "depth", "init", "predicted_epoch", "measured_epoch", "twin_loss", "slowest_tau"}

// encodeTrials is the table of trials, a line a network; what was not reached is empty.
func encodeTrials(all []Trial) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.Write(trialColumns); err != nil {
		return nil, err
	}
	number := func(v float64) string {
		if math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	for _, t := range all {
		if err := w.Write([]string{t.Activation, fmt.Sprint(t.Depth), t.Init, number(t.Predicted), number(t.Measured), number(t.TwinLoss), number(t.SlowestTau)}); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// CommittedTrials are those that [tryAll] gave when the findings were made.
func CommittedTrials() ([]Trial, error) {
	rows, err := csv.NewReader(bytes.NewReader(committed)).ReadAll()
	if err != nil {
		return nil, err
	}
	var all []Trial
	for i, row := range rows {
		if i == 0 {
			continue
		}
		var numbers [4]float64
		for j := range numbers {
			numbers[j] = math.Inf(1)
			if text := row[3+j]; text != "" {
				if numbers[j], err = strconv.ParseFloat(text, 64); err != nil {
					return nil, err
				}
			}
		}
		depth, err := strconv.Atoi(row[1])
		if err != nil {
			return nil, err
		}
		all = append(all, Trial{row[0], depth, row[2], numbers[0], numbers[1], numbers[2], numbers[3]})
	}
	return all, nil
}

// Agreement is how well predictions order networks of one activation, or all: rank correlations with what
// was measured, and their intervals; NaN where one of both is the same for all.
type Agreement struct {
	Activation string // "" for all
	Networks   int
	// Reached and Foreseen are how many networks and twins came to half the line's loss.
	Reached, Foreseen int
	// Epochs is by the twin's epochs, Losses by its last loss, Taus by the slowest time constant.
	Epochs, Losses, Taus Correlation
}

// Correlation is a rank correlation with its 95 % interval.
type Correlation struct{ Rho, Low, High float64 }

// Agreements are those of all trials, first, and of each activation in turn.
func Agreements(all []Trial) []Agreement {
	names := []string{""}
	for _, t := range all {
		if !slices.Contains(names, t.Activation) {
			names = append(names, t.Activation)
		}
	}
	var found []Agreement
	for _, name := range names {
		a := Agreement{Activation: name}
		var measured, epochs, losses, taus []float64
		for _, t := range all {
			if name != "" && t.Activation != name {
				continue
			}
			a.Networks++
			if !math.IsInf(t.Measured, 1) {
				a.Reached++
			}
			if !math.IsInf(t.Predicted, 1) {
				a.Foreseen++
			}
			measured, epochs = append(measured, t.Measured), append(epochs, t.Predicted)
			losses, taus = append(losses, t.TwinLoss), append(taus, t.SlowestTau)
		}
		correlate := func(predicted []float64) Correlation {
			rho, low, high := stats.RankCorrelation(predicted, measured)
			return Correlation{rho, low, high}
		}
		a.Epochs, a.Losses, a.Taus = correlate(epochs), correlate(losses), correlate(taus)
		found = append(found, a)
	}
	return found
}
