package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// host describes the machine, the day, and how busy it was with this and other work.
func host(now time.Time) string {
	text := fmt.Sprintf("%s, %s, %s/%s, %s", processor(), counted(runtime.NumCPU(), "core", "cores"), runtime.GOOS, runtime.GOARCH, now.Format(time.DateOnly))
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		if minutes := strings.Fields(string(load)); len(minutes) > 2 {
			text += ", load average over the last 15 minutes " + minutes[2]
		}
	}
	return text
}

// processor is the CPU's own name where the system tells it.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // absent outside Linux
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "a processor of unknown model"
}

// moduleVersion is a dependency's path and version as it was built in.
func moduleVersion(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return path + " " + m.Version
			}
		}
	}
	return path
}
