// Package number writes the numbers of results: as JSON, and shares as percentages.
package number

import (
	"encoding/json"
	"math"
	"strconv"
)

// Float is a measured value. JSON, which has no NaN and no infinity, gets null for
// them, and NaN comes back.
type Float float64

// MarshalJSON writes the number at full precision, or null.
func (n Float) MarshalJSON() ([]byte, error) {
	if v := float64(n); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *Float) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = Float(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// Percent writes a share of 0 to 1 as a percentage with the given number of decimals, such
// as "79.0 %"; a negative number of them stands for those that the share needs, at most
// six. A share that is not finite is "–".
func Percent(share float64, decimals int) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "–"
	}
	percentage := 100 * share
	if decimals < 0 {
		percentage = math.Round(share*1e8) / 1e6
	}
	if decimals >= 0 && math.Abs(percentage) < math.Pow(10, -float64(decimals))/2 {
		percentage = 0 // without a sign
	}
	return strconv.FormatFloat(percentage, 'f', max(decimals, -1), 64) + " %"
}
