package data

import (
	"fmt"
	"math"
)

// MaxSamples is the largest set that the generators make: about 0.4 GB.
const MaxSamples = 10_000_000

// sampling is what the configurations of all generators have in common. Its
// fields are documented there.
type sampling struct {
	Samples int
	Noise   float64
	Share   float64
	Seed    uint32
}

// validate checks the settings, which errors call fields of owner.
func (s sampling) validate(owner string) error {
	if s.Samples < 2 || s.Samples > MaxSamples {
		return &SettingError{owner + ".Samples", s.Samples, fmt.Sprintf("from 2 to %d", MaxSamples)}
	}
	if math.IsNaN(s.Noise) || math.IsInf(s.Noise, 0) || s.Noise < 0 {
		return &SettingError{owner + ".Noise", s.Noise, "finite and 0 or more"}
	}
	if !(s.Share >= 0 && s.Share < 1) {
		return &SettingError{owner + ".Share", s.Share, "above 0 and below 1, or 0 for even classes"}
	}
	return nil
}

// counts returns how many points each class gets: Share of the samples, rounded
// to a whole number, is class 1, and a half goes to the class odd.
func (s sampling) counts(owner string, odd int) ([2]int, error) {
	share := s.Share
	if share == 0 {
		share = 0.5
	}
	exact := share * float64(s.Samples)
	ones := int(math.Floor(exact + 0.5))
	if odd == 0 {
		ones = int(math.Ceil(exact - 0.5))
	}
	if ones < 1 || ones >= s.Samples {
		return [2]int{}, &SettingError{owner + ".Share", s.Share,
			fmt.Sprintf("such that both classes have one of the %d points", s.Samples)}
	}
	return [2]int{s.Samples - ones, ones}, nil
}
