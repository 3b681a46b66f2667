package comparison

import (
	"actscope/internal/experiment"
	"actscope/internal/input"
	"fmt"
	"regexp"
	"strconv"
)

// wholeNumber finds whole numbers in a file's name.
var wholeNumber = regexp.MustCompile(`\d+`)

// film makes one network of several that are its states: the last, with all as snapshots.
func film(states []*Trained, d *experiment.Dataset) ([]*Trained, error) {
	last := states[len(states)-1]
	for _, s := range states {
		if a, b := s.Model.String(), last.Model.String(); a != b {
			return nil, input.RefuseFile(s.Source.File, "%s, where the last file of the film is %s: a film is of one network", a, b)
		}
		last.Source.Frames = append(last.Source.Frames, s.Source.File)
	}
	epochs, rising := epochsOf(last.Source.Frames)
	if !rising {
		last.Source.Notes = append(last.Source.Notes, "the files' names have no rising numbers: they are counted from 1")
	}
	for i, s := range states {
		g, err := s.Model.Gradient(d.Train)
		if err != nil {
			return nil, input.InFile(s.Source.File, err)
		}
		last.Snapshots = append(last.Snapshots, experiment.TakeSnapshot(s.Model, epochs[i], g.Reported))
	}
	last.Source.Notes = append(last.Source.Notes, fmt.Sprintf("the film has %d states, from %s to %s; figures and numbers are of the last", len(states), states[0].Source.File, last.Source.File))
	return []*Trained{last}, nil
}

// mostEpochs bounds what is taken for an epoch in a file's name.
const mostEpochs = 1 << 40

// epochsOf are the last numbers in the names of files where they rise, else 1, 2 and so on.
func epochsOf(files []string) (epochs []int, rising bool) {
	counted := make([]int, len(files))
	rising = true
	for i, file := range files {
		counted[i] = i + 1
		epoch := -1
		if numbers := wholeNumber.FindAllString(file, -1); len(numbers) > 0 {
			if n, err := strconv.Atoi(numbers[len(numbers)-1]); err == nil && n <= mostEpochs {
				epoch = n
			}
		}
		rising = rising && epoch >= 0 && (i == 0 || epoch > epochs[i-1])
		epochs = append(epochs, epoch)
	}
	if !rising {
		return counted, false
	}
	return epochs, true
}
