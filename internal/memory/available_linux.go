package memory

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"strings"
)

// available is what the kernel and the control group allow, in bytes.
func available() uint64 {
	available := uint64(math.MaxUint64)
	if kilobytes, ok := memInfo("MemAvailable:"); ok {
		available = kilobytes << 10
	}
	limit, limited := readNumber("/sys/fs/cgroup/memory.max")
	used, known := readNumber("/sys/fs/cgroup/memory.current")
	if limited && known && limit > used {
		available = min(available, limit-used)
	}
	return available
}

func memInfo(key string) (uint64, bool) {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == key {
			v, err := strconv.ParseUint(fields[1], 10, 64)
			return v, err == nil
		}
	}
	return 0, false
}

// readNumber reads a file that holds one number; "max" is not one.
func readNumber(path string) (uint64, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	v, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	return v, err == nil
}
