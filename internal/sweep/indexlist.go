package sweep

import (
	"fmt"
	"strings"
)

// IndexList writes ascending numbers as job arrays take them: 0,2-5,9.
func IndexList(indices []int) string {
	var b strings.Builder
	for i := 0; i < len(indices); {
		j := i
		for j+1 < len(indices) && indices[j+1] == indices[j]+1 {
			j++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		if i == j {
			fmt.Fprint(&b, indices[i])
		} else {
			fmt.Fprintf(&b, "%d-%d", indices[i], indices[j])
		}
		i = j + 1
	}
	return b.String()
}
