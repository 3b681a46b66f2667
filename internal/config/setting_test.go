package config

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"actscope/internal/input"
)

func TestSettingsAreTheConfigurationsKeys(t *testing.T) {
	var keys []string
	var optional []bool
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if !field.Anonymous {
			key, option, _ := strings.Cut(field.Tag.Get("json"), ",")
			keys, optional = append(keys, key), append(optional, option == "omitempty")
		}
	}
	settings := Settings()
	if len(settings) != len(keys) {
		t.Fatalf("%d settings for %d fields", len(settings), len(keys))
	}
	for i, s := range settings {
		if keys[i] != s.Key || optional[i] != s.Optional {
			t.Errorf("setting %d is %s, optional %t, the field's key %s, omitted %t", i, s.Key, s.Optional, keys[i], optional[i])
		}
	}
}

// Reading back what Get writes gives the same configuration.
func TestSettingsRoundTrip(t *testing.T) {
	for name, c := range configs() {
		var back Config
		for _, s := range Settings() {
			if err := s.Set(&back, s.Get(c)); err != nil {
				t.Fatal(err)
			}
		}
		a, _ := json.Marshal(c)
		b, _ := json.Marshal(back)
		if string(a) != string(b) {
			t.Errorf("%s: %s became %s", name, a, b)
		}
	}
}

func TestTextThatIsNoValueIsABadSetting(t *testing.T) {
	for key, value := range map[string]string{
		"samples": "many", "noise": "0,1", "seed": "99999999999999999999", "hidden": "8,,8", "epochs": "1e3",
	} {
		s, err := SettingNamed(key)
		if err != nil {
			t.Fatal(err)
		}
		c := Article()
		var bad *input.Error
		if err := s.Set(&c, value); !errors.As(err, &bad) || bad.Key != key {
			t.Errorf("%s %q: got %v", key, value, err)
		}
	}
	if _, err := SettingNamed("sample"); err == nil || !strings.Contains(err.Error(), "samples") {
		t.Errorf("got %v", err)
	}
}
