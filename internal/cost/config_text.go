package cost

import (
	"encoding/json"
	"strconv"
	"strings"

	"actscope/internal/config"
)

// Settings lists what determines the result, the search's own settings first.
func (c Config) Settings() []config.Entry {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	settings := []config.Entry{
		config.NewEntry("target", number(c.Target)), config.NewEntry("share", number(c.Share)),
		config.NewEntry("widths", list(c.Widths, strconv.Itoa)), config.NewEntry("depths", list(c.Depths, strconv.Itoa)), config.NewEntry("rates", list(c.Rates, number)),
		config.NewEntry("seeds", strconv.Itoa(c.Seeds)),
	}
	if !c.fromFile() {
		settings = append(settings, config.Entry{Key: "test-rows", Value: strconv.Itoa(c.TestRows)})
	}
	return append(settings, c.Training.Entries(Decided...)...)
}

// list writes values with commas between them.
func list[T any](values []T, text func(T) string) string {
	var parts []string
	for _, v := range values {
		parts = append(parts, text(v))
	}
	return strings.Join(parts, ",")
}

// plainConfig is a configuration whose JSON is written and read field by field.
type plainConfig Config

// configFile is a configuration in run.json, without the settings in [Decided].
type configFile struct {
	*plainConfig
	Training map[string]json.RawMessage `json:"training"`
}

// MarshalJSON leaves out what a search decides.
func (c Config) MarshalJSON() ([]byte, error) {
	file := configFile{plainConfig: (*plainConfig)(&c)}
	training, err := json.Marshal(c.Training)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(training, &file.Training); err != nil {
		return nil, err
	}
	for _, key := range Decided {
		delete(file.Training, key)
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what MarshalJSON writes; what is left out is the article's.
func (c *Config) UnmarshalJSON(text []byte) error {
	p := plainConfig{Training: config.Article()}
	if err := json.Unmarshal(text, &p); err != nil {
		return err
	}
	*c = Config(p)
	return nil
}
