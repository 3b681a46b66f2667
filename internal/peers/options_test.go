package main

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestBadUsageIsExplained(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--rounds 0", "at least one"},
		{"--rounds x", "invalid value"},
		{"--cases a,z", `no "z"; choose from a,b,c,d,e`},
		{"--peers numpy,matlab", `no "matlab"; choose from portable,tape,handcoded,gonum,numpy,torch`},
		{"--peers actscope", "choose from"},
		{"--frobnicate", "frobnicate"},
		{"a", "only flags"},
	} {
		_, err := parseOptions(strings.Fields(c.args), io.Discard)
		var usage *usageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", c.args, err, c.want)
		}
	}
}

func TestEverythingIsMeasuredByDefault(t *testing.T) {
	o, err := parseOptions(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if o.rounds != 5 || o.quick || !slices.Equal(o.cases, []string{"a", "b", "c", "d", "e", "f", "g", "h"}) || !slices.Equal(o.peers, peerNames()) {
		t.Errorf("%+v", o)
	}
}
