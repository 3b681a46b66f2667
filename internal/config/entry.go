package config

import (
	"fmt"
	"slices"

	"actscope/internal/shell"
)

// Entry is a setting as text, under the name of its flag.
type Entry struct{ Key, Value string }

// NewEntry writes a value as fmt.Sprint does.
func NewEntry(key string, value any) Entry { return Entry{key, fmt.Sprint(value)} }

// Entries are the settings of a configuration but those left out, and the optional ones at
// their defaults, in the order in which users see them.
func (c Config) Entries(without ...string) []Entry {
	var entries []Entry
	for _, s := range Settings() {
		if !slices.Contains(without, s.Key) && !(s.Optional && s.Get(c) == s.Get(Config{})) {
			entries = append(entries, Entry{s.Key, s.Get(c)})
		}
	}
	return entries
}

// Flags are the entries that differ from the default of the same key, as flags: together
// with the command they give a result again. Values are quoted for the shell.
func Flags(entries, defaults []Entry) []string {
	var flags []string
	for _, e := range entries {
		if !slices.Contains(defaults, e) {
			flags = append(flags, "--"+e.Key+" "+shell.Quote(e.Value))
		}
	}
	return flags
}
