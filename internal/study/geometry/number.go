package geometry

import (
	"encoding/json"
	"math"
)

// Number is a measured value. JSON, which has no NaN and no infinity, gets null for
// them, and NaN comes back.
type Number float64

// MarshalJSON writes the number at full precision, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if v := float64(n); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *Number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}
