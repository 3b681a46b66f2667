package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"actscope/graph/machine/kernel"
)

// portable is this program itself on its portable kernels.
type portable struct{ process }

// openPortable starts the program in an environment that asks for those kernels.
func openPortable(ctx context.Context, o options) (peer, error) {
	const label = "portable"
	if kernel.Set() == kernel.Portable {
		return nil, &missingError{label, "actscope has no other kernels here"}
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &portable{process{label: label, command: exec.CommandContext(ctx, self, "--serve", fmt.Sprintf("--quick=%t", o.quick))}}
	p.command.Env = append(os.Environ(), kernel.Environment+"="+kernel.Portable)
	greeting, err := p.begin()
	p.about = greeting.Version
	return p, err
}

func (p *portable) start(_ context.Context, t *task) (contender, error) { return p.startCase(t.key) }

func (p *portable) startCase(key string) (contender, error) { return p.prepare(preparation{Case: key}) }

// serve is the program of that process: it obeys as the scripts do.
func serve(ctx context.Context, quick bool, in io.Reader, out io.Writer) error {
	replies := json.NewEncoder(out)
	if err := replies.Encode(reply{Version: aboutActscope()}); err != nil {
		return err
	}
	var current contender
	requests := json.NewDecoder(bufio.NewReader(in))
	for {
		var r request
		if err := requests.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("what is asked of this process: %w", err)
		}
		var answer reply
		var err error
		if r.Prepare != nil {
			current, err = ownContender(ctx, r.Prepare.Case, quick)
		} else {
			var o outcome
			o, err = current.take(ctx)
			answer = reply{Seconds: o.duration.Seconds(), Losses: o.losses}
		}
		if err != nil {
			answer = reply{Error: err.Error()}
		}
		if err := replies.Encode(answer); err != nil {
			return err
		}
	}
}

// ownContender is actscope in a case.
func ownContender(ctx context.Context, key string, quick bool) (contender, error) {
	for _, c := range cases {
		if c.key == key {
			_, contenders, err := c.contenders(ctx, []peer{actscope{}}, quick)
			if err != nil {
				return contender{}, err
			}
			return contenders[0], nil
		}
	}
	return contender{}, fmt.Errorf("there is no case %q", key)
}
