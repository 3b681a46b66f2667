package sweep

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/template"
	"unicode"

	"actscope/internal/input"
	"actscope/internal/shell"
)

// Cluster is what a job for a cluster's scheduler is made of.
type Cluster struct {
	// Shards is the number of parts, each one element of the array; 0 for as many as are
	// recorded, else one for each hundred trials, a hundred at most.
	Shards int
	// Cores are those of each element.
	Cores int
	// Program is the executable's path, for Slurm.
	Program string
	// Image is the container image with the program, for Kubernetes.
	Image string
	// Claim is the persistent volume claim that holds the folder, for Kubernetes.
	Claim string
}

// suggestedShards gives each shard at least a hundred trials, because schedulers want few
// jobs that last.
func (p *Plan) suggestedShards() int {
	const trialsEach, most = 100, 100
	return max(1, min((p.trials+trialsEach-1)/trialsEach, most))
}

// job is what the templates see.
type job struct {
	Cluster
	Name, Plan string
	Trials     int
	Last       int // shard
	Folder     string
	Large      bool // for a scheduler's default limit
}

func (f *Folder) job(c Cluster) (job, error) {
	var err error
	if c.Shards == 0 {
		if c.Shards, err = f.SuggestedShards(); err != nil {
			return job{}, err
		}
	}
	if c.Shards, err = f.ShardsOr(c.Shards); err != nil {
		return job{}, err
	}
	if c.Cores < 1 {
		return job{}, input.Refuse("cpus", "%d: at least one core is needed", c.Cores)
	}
	folder, err := filepath.Abs(f.path)
	if err != nil {
		return job{}, fmt.Errorf("finding the sweep's folder: %w", err)
	}
	breaks := func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) } // a line, for some reader
	for _, word := range []struct{ key, text string }{{"the sweep's folder", folder}, {"program", c.Program}, {"image", c.Image}, {"claim", c.Claim}} {
		if strings.ContainsFunc(word.text, breaks) {
			return job{}, input.Refuse(word.key, "%q has control characters or line breaks and cannot be written into a job", word.text)
		}
	}
	const slurmDefaultLimit = 1001
	return job{
		Cluster: c, Name: "actscope-" + f.Plan.Hash()[:8], Plan: f.Plan.Hash()[:12], Trials: f.Plan.trials,
		Last: c.Shards - 1, Folder: folder, Large: c.Shards > slurmDefaultLimit,
	}, nil
}

// WriteSlurm writes a batch script that runs the sweep as a job array.
func (f *Folder) WriteSlurm(w io.Writer, c Cluster) error { return f.writeJob(w, slurm, c) }

// WriteKubernetes writes the manifest of an Indexed Job that runs the sweep.
func (f *Folder) WriteKubernetes(w io.Writer, c Cluster) error {
	if c.Image == "" {
		return input.Refuse("image", "empty: name the container image that has actscope")
	}
	if c.Claim == "" {
		return input.Refuse("claim", "empty: name the persistent volume claim that holds the sweep's folder")
	}
	return f.writeJob(w, kubernetes, c)
}

func (f *Folder) writeJob(w io.Writer, t *template.Template, c Cluster) error {
	j, err := f.job(c)
	if err != nil {
		return err
	}
	return t.Execute(w, j)
}

var quoting = template.FuncMap{"shell": shell.Quote, "yaml": yamlQuoted, "arg": containerArgument}

// yamlQuoted is a text as a YAML string; JSON's are.
func yamlQuoted(s string) (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// containerArgument is a text in which Kubernetes expands nothing.
func containerArgument(s string) (string, error) {
	return yamlQuoted(strings.ReplaceAll(s, "$", "$$"))
}

// The number of shards is written out. SLURM_ARRAY_TASK_COUNT is the length of one
// submission, and another one when a few elements are submitted again.
var slurm = template.Must(template.New("slurm").Funcs(quoting).Parse(`#!/bin/sh
# {{.Trials}} trials of plan {{.Plan}} in {{.Shards}} shard{{if gt .Shards 1}}s{{end}}; the results go to the sweep's folder.
# To go on with what was cancelled, killed or stopped by a time limit, and only that:
#   sbatch --array="$({{shell .Program}} sweep missing {{shell .Folder}} --shards {{.Shards}})" THIS_FILE
{{- if .Large}}
# Many sites take arrays of at most 1001 elements: see MaxArraySize in scontrol show config.
{{- end}}
#SBATCH --job-name={{.Name}}
#SBATCH --array=0-{{.Last}}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={{.Cores}}
#SBATCH --signal=B:TERM@120
#SBATCH --open-mode=append
# exec, so that signals for the job reach the program and not a shell.
exec {{shell .Program}} sweep run {{shell .Folder}} --shard "${SLURM_ARRAY_TASK_ID}/{{.Shards}}"
`))

var kubernetes = template.Must(template.New("kubernetes").Funcs(quoting).Parse(`# {{.Trials}} trials of plan {{.Plan}} in {{.Shards}} shard{{if gt .Shards 1}}s{{end}}. The claim {{.Claim}} holds the sweep's folder.
# A pod that is killed or evicted comes back with its index and goes on.
apiVersion: batch/v1
kind: Job
metadata:
  name: {{.Name}}
spec:
  completionMode: Indexed
  completions: {{.Shards}}
  parallelism: {{.Shards}}
  backoffLimitPerIndex: 5
  podFailurePolicy:
    rules:
      # The node went away or was needed: not the sweep's fault.
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
      # Bad input: trying again does not help.
      - action: FailJob
        onExitCodes:
          containerName: sweep
          operator: In
          values: [2]
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 30
      containers:
        - name: sweep
          image: {{yaml .Image}}
          command: ["actscope", "sweep", "run", {{arg .Folder}}, "--shard", "$(JOB_COMPLETION_INDEX)/{{.Shards}}", "--jobs", "{{.Cores}}"]
          resources:
            requests:
              cpu: "{{.Cores}}"
              memory: 256Mi
          volumeMounts:
            - name: sweep
              mountPath: {{yaml .Folder}}
      volumes:
        - name: sweep
          persistentVolumeClaim:
            claimName: {{yaml .Claim}}
`))
