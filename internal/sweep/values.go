package sweep

import (
	"fmt"
	"strconv"
	"strings"
)

// values are the entries of one key: a list of texts, or the whole numbers of a
// range, which are not kept one by one.
type values struct {
	texts []string
	from  int64
	count int // of a range; 0 for a list
}

func (v values) len() int {
	if v.count > 0 {
		return v.count
	}
	return len(v.texts)
}

// at is entry i as text.
func (v values) at(i int) string {
	if v.count > 0 {
		return strconv.FormatInt(v.from+int64(i), 10)
	}
	return v.texts[i]
}

// parseRange reads a..b; ok is false where the text has another form.
func parseRange(text string) (v values, ok bool, err error) {
	low, high, found := strings.Cut(text, "..")
	if !found {
		return values{}, false, nil
	}
	from, errFrom := strconv.ParseInt(strings.TrimSpace(low), 10, 64)
	to, errTo := strconv.ParseInt(strings.TrimSpace(high), 10, 64)
	switch {
	case errFrom != nil || errTo != nil:
		return values{}, false, nil
	case to < from:
		return values{}, true, fmt.Errorf("the range %s runs downwards: write %d..%d", text, to, from)
	case uint64(to)-uint64(from) >= maxTrials:
		return values{}, true, fmt.Errorf("the range %s has more than the %d trials that a plan holds", text, maxTrials)
	}
	return values{from: from, count: int(to-from) + 1}, true, nil
}
