// Package config has the settings of the project's experiments: what a user can say, in
// flags, YAML files and plans, and what it means.
//
// A [Config] holds the settings of a comparison under the names of the flags; [Article]
// is that of the published study. [Settings] lists them, so that flags, files, sweeps and
// pages read and write each by its name. [Config.Specifications] looks up every name once
// and gives a typed [Specification] of each network and its training; whoever trains,
// measures or estimates goes on with that. [ReadYAML] is the one reader of YAML files, for
// settings ([ReadFile]) and plans of sweeps alike. What cannot be used is an [input.Error]
// with file, line, column and key.
package config
