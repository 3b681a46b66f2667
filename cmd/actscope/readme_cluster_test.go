//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The block for a cluster works as it is printed; sbatch and kubectl are scripts that
// carry out what they are given, element by element, or keep it.
func TestReadmeClusterBlockWorks(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh")
	}
	session := slices.DeleteFunc(blocks(t, "sh"), func(b string) bool { return !strings.Contains(b, "sweep emit") })
	if len(session) != 1 {
		t.Fatalf("%d blocks for a cluster", len(session))
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"grid.yaml":   smallGrid,
		"actscope":    "#!/bin/sh\nexec '" + self + "' \"$@\"\n",
		"bin/go":      "#!/bin/sh\n",
		"bin/kubectl": "#!/bin/sh\ncat >applied.yaml\n",
		// Elements that a list such as 0,2-3 names; of two submissions, the first leaves the last element out,
		// as if it had been cancelled.
		"bin/sbatch": `#!/bin/sh
case $1 in --array=*) list=${1#--array=}; shift;; *) list=$(sed -n 's/^#SBATCH --array=//p' "$1"); first=yes;; esac
for part in $(echo "$list" | tr , ' '); do
	for i in $(seq "${part%-*}" "${part#*-}"); do
		[ "$first" = yes ] && [ "$i" = "${part#*-}" ] && continue
		SLURM_ARRAY_TASK_ID=$i SLURM_CPUS_ON_NODE=1 sh "$1" || exit
		echo "$i" >>ran
	done
done
`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), sh, "-e", "-c", session[0])
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asProgram+"=1", "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	ran, _ := os.ReadFile(filepath.Join(dir, "ran"))
	if got := strings.Join(strings.Fields(string(ran)), " "); got != "0 1 2 3 4 5 6 7" {
		t.Errorf("elements %s were run", got)
	}
	job, _ := os.ReadFile(filepath.Join(dir, "applied.yaml"))
	if !strings.Contains(string(job), "completions: 8") {
		t.Errorf("the job for Kubernetes is not of 8 shards:\n%s", job)
	}
	if o := succeed(t, "sweep", "status", filepath.Join(dir, "out", "cluster")); !strings.Contains(o.stdout, " 0 missing") {
		t.Errorf("%s", o.stdout)
	}
}
