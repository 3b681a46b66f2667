package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// measureResident gives the peak of the resident memory of a process that does nothing but case a with actscope, in
// bytes, 0 where the system does not say.
func measureResident(ctx context.Context, quick bool) (int64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(ctx, self, "--resident", fmt.Sprintf("--quick=%t", quick)).Output()
	if err != nil {
		return 0, fmt.Errorf("measuring memory: %w", err)
	}
	return strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
}

// printResident is the program of that process.
func printResident(ctx context.Context, quick bool, w io.Writer) error {
	t, err := studyTask(quick)
	if err != nil {
		return err
	}
	c, err := actscope{}.start(ctx, t)
	if err != nil {
		return err
	}
	if _, err := c.round(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, peakResident())
	return err
}

// peakResident reads VmHWM, the kernel's high-water mark, because what getrusage says includes the parent's.
func peakResident() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0
			}
			return kilobytes << 10
		}
	}
	return 0
}
