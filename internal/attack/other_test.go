//go:build !unix

package attack

import "testing"

func TestProgramHoldsOut(t *testing.T) {
	t.Skip("attacks use signals and pipes, which this system does not have")
}
