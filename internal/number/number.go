// Package number has the numbers of results as JSON writes them.
package number

import (
	"encoding/json"
	"math"
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
