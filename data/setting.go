package data

import (
	"fmt"
	"strconv"
)

// SettingError reports a setting outside its domain. Field is the setting as a
// caller writes it, such as "MoonsConfig.Noise".
type SettingError struct {
	Field string
	Value any
	Want  string // what the value has to be
}

// Error names the field, its value and what is wanted instead.
func (e *SettingError) Error() string {
	value := e.Value
	if text, ok := value.(string); ok {
		value = strconv.Quote(text)
	}
	return fmt.Sprintf("data: %s is %v: it has to be %s", e.Field, value, e.Want)
}
