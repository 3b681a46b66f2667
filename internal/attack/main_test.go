//go:build unix

package attack

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sync/errgroup"
)

var thorough = flag.Bool("thorough", false, "try all cases that an hour allows")

// ground is where everything happens, and binary the program.
var ground, binary string

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		fmt.Println("attacks are skipped with -short")
		return
	}
	if signal.Ignored(syscall.SIGHUP) { // as under nohup, which programs inherit; that it is caught they do not
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	os.Exit(attacks(m))
}

// attacks builds the program with faults that can be asked for, and attacks it.
func attacks(m *testing.M) int {
	var err error
	if ground, err = os.MkdirTemp("", "attack"); err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(ground)
	binary = filepath.Join(ground, "actscope")
	if out, err := exec.Command("go", "build", "-tags", "faults", "-o", binary, "actscope/cmd/actscope").CombinedOutput(); err != nil {
		fmt.Printf("%v\n%s", err, out)
		return 1
	}
	status := m.Run()
	if *thorough || testing.Verbose() {
		for _, kind := range slices.Sorted(maps.Keys(tried)) {
			fmt.Printf("%6d %s\n", tried[kind], kind)
		}
	}
	return status
}

// attempt is one attack on a scene.
type attempt struct {
	// kind is what it counts as; label says what was done, in messages.
	kind, label string
	scene       *scene
	// try attacks in a copy of the scene and says what is wrong.
	try func(dir string) error
}

var (
	counting sync.Mutex
	tried    = make(map[string]int)
)

// try makes all attempts, two at a time.
func try(t *testing.T, attempts []attempt) {
	t.Helper()
	var hands errgroup.Group
	hands.SetLimit(2)
	for _, a := range attempts {
		hands.Go(func() error {
			if err := a.inCopy(); err != nil {
				t.Errorf("%s: %s: %v", a.kind, a.label, err)
			}
			return nil
		})
	}
	hands.Wait()
}

func (a attempt) inCopy() error {
	if a.kind != "" {
		counting.Lock()
		tried[a.kind]++
		counting.Unlock()
	}
	dir, err := os.MkdirTemp(ground, "scene")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(a.scene.dir)); err != nil {
		return err
	}
	return a.try(dir)
}

// spread are some of the numbers from 0 up to n, evenly, the first and the last among them.
func spread(n, some int) []int {
	if n <= some {
		some = n
	}
	var numbers []int
	for i := range some {
		numbers = append(numbers, i*(n-1)/max(some-1, 1))
	}
	return numbers
}

// most is how many cases there are in the form that runs.
func most(short, long int) int {
	if *thorough {
		return long
	}
	return short
}
