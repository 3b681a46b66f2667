package models

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Schedule says how the learning rate changes from epoch to epoch: all steps of an epoch have one
// rate, the share [Schedule.Share] of [Training].Rate. The zero value keeps the rate.
type Schedule struct {
	// WarmUp is over how many epochs the rate rises: epoch e of them has e/WarmUp of it. Whatever
	// comes after counts its epochs from there.
	WarmUp int
	// Every and Factor, where Every is positive, multiply the rate by Factor, above 0 and at most 1,
	// after each Every epochs.
	Every  int
	Factor float64
	// Length, where positive, has the rate fall along half a cosine from the whole to the share
	// Floor, from 0 to 1, over the epochs after the warm-up up to Length; later it stays there.
	Length int
	Floor  float64
}

// ScheduleForms are how schedules are written, beside their warm-up.
const ScheduleForms = "constant, step:EVERY:FACTOR, cosine[:LENGTH[:FLOOR]]"

// ParseSchedule reads a schedule without a warm-up in one of the [ScheduleForms]: step:200:0.5 halves
// the rate after each 200 epochs; cosine falls to the share FLOOR, 0 where it is not said, over LENGTH
// epochs, the warm-up among them, or as many as there are in all.
func ParseSchedule(text string, epochs int) (s Schedule, err error) {
	unknown := fmt.Errorf("unknown schedule %q: there are %s", text, ScheduleForms)
	kind, rest, more := strings.Cut(text, ":")
	first, second, both := strings.Cut(rest, ":")
	number := func(what, text string, into *float64) error {
		if *into, err = strconv.ParseFloat(text, 64); err != nil {
			return fmt.Errorf("%s %q is not a number: write %s", what, text, ScheduleForms)
		}
		return nil
	}
	count := func(what, text string, into *int) error {
		if *into, err = strconv.Atoi(text); err != nil || *into < 1 {
			return fmt.Errorf("%s %q is not a number of epochs: write %s", what, text, ScheduleForms)
		}
		return nil
	}
	switch {
	case text == "constant":
		return s, nil
	case kind == "step" && both:
		if err := count("the number of epochs", first, &s.Every); err != nil {
			return s, err
		}
		if err := number("the factor", second, &s.Factor); err != nil {
			return s, err
		}
	case kind == "cosine":
		s.Length = epochs
		if more {
			if err := count("the length", first, &s.Length); err != nil {
				return s, err
			}
		}
		if both {
			if err := number("the floor", second, &s.Floor); err != nil {
				return s, err
			}
		}
	default:
		return s, unknown
	}
	return s, s.Validate()
}

// Validate reports numbers outside their domain.
func (s Schedule) Validate() error {
	switch {
	case s.WarmUp < 0:
		return fmt.Errorf("a warm-up over %d epochs: a count cannot be negative", s.WarmUp)
	case s.Every < 0 || s.Length < 0 || s.Every > 0 && s.Length > 0:
		return fmt.Errorf("steps of %d epochs and a cosine of %d: one of them, from 1", s.Every, s.Length)
	case s.Every > 0 && !(s.Factor > 0 && s.Factor <= 1):
		return fmt.Errorf("the factor %v: it must be above 0 and at most 1", s.Factor)
	case !(s.Floor >= 0 && s.Floor <= 1):
		return fmt.Errorf("the floor %v: it is a share of the rate, from 0 to 1", s.Floor)
	case s.Length > 0 && s.WarmUp >= s.Length:
		return fmt.Errorf("a warm-up over %d epochs leaves none of the cosine's %d", s.WarmUp, s.Length)
	}
	return nil
}

// Constant says that the rate stays as it is.
func (s Schedule) Constant() bool {
	return s.WarmUp <= 1 && s.Length == 0 && (s.Every == 0 || s.Factor == 1)
}

// Share is what the rate is multiplied by in an epoch, which counts from 1.
func (s Schedule) Share(epoch int) float64 {
	if epoch <= s.WarmUp {
		return float64(epoch) / float64(s.WarmUp)
	}
	passed := epoch - 1 - s.WarmUp
	switch {
	case s.Every > 0:
		return math.Pow(s.Factor, float64(passed/s.Every))
	case s.Length > 0:
		part := min(1, float64(passed)/float64(s.Length-s.WarmUp))
		return s.Floor + (1-s.Floor)*(1+math.Cos(math.Pi*part))/2
	}
	return 1
}

// String is the form that [ParseSchedule] reads, with its length.
func (s Schedule) String() string {
	switch {
	case s.Every > 0:
		return fmt.Sprintf("step:%d:%v", s.Every, s.Factor)
	case s.Length > 0 && s.Floor > 0:
		return fmt.Sprintf("cosine:%d:%v", s.Length, s.Floor)
	case s.Length > 0:
		return fmt.Sprintf("cosine:%d", s.Length)
	}
	return "constant"
}
