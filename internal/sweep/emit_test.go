package sweep

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// emitted is the job of a sweep.
func emitted(t *testing.T, write func(io.Writer, Cluster) error, c Cluster) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAJobHasTheShardsThatAreRecorded(t *testing.T) {
	f := folderOf(t, "activations: relu\nseed: 1..450\n")
	if script := emitted(t, f.WriteSlurm, Cluster{Cores: 1}); !strings.Contains(script, "--array=0-4\n") {
		t.Errorf("450 trials are not in 5 shards:\n%s", script)
	}
	if err := f.recordShards(3); err != nil {
		t.Fatal(err)
	}
	for _, given := range []int{0, 3} {
		if script := emitted(t, f.WriteSlurm, Cluster{Cores: 1, Shards: given}); !strings.Contains(script, "--array=0-2\n") {
			t.Errorf("not the 3 shards that are recorded:\n%s", script)
		}
	}
	if err := f.WriteSlurm(io.Discard, Cluster{Cores: 1, Shards: 4}); err == nil {
		t.Error("another number of shards was written")
	}
}

func TestSlurmScriptSaysWhatMatters(t *testing.T) {
	quoted := filepath.Join(t.TempDir(), "it's a $HOME")
	f, err := Create(quoted, planOf(t, quickGrid))
	if err != nil {
		t.Fatal(err)
	}
	script := emitted(t, f.WriteSlurm, Cluster{Shards: 4, Cores: 3, Program: "/opt/actscope"})
	for _, want := range []string{
		"#!/bin/sh\n", "\n#SBATCH --array=0-3\n", "\n#SBATCH --cpus-per-task=3\n", "\n#SBATCH --signal=B:TERM@120\n",
		"\nexec /opt/actscope sweep run '" + strings.ReplaceAll(quoted, "'", `'\''`) + `' --shard "${SLURM_ARRAY_TASK_ID}/4"` + "\n",
	} {
		if !strings.Contains(script, want) {
			t.Errorf("%q is missing in\n%s", want, script)
		}
	}
	if strings.Contains(script, "TASK_COUNT") {
		t.Error("the number of shards is taken from the submission")
	}
	if large := emitted(t, f.WriteSlurm, Cluster{Shards: 2000, Cores: 1}); !strings.Contains(large, "MaxArraySize") {
		t.Error("the script does not mention the largest array")
	}
}

func TestKubernetesManifestIsAnIndexedJob(t *testing.T) {
	f := folderOf(t, quickGrid)
	dir := f.Path()
	text := emitted(t, f.WriteKubernetes, Cluster{Shards: 4, Cores: 2, Image: "example.org/a:1", Claim: "grid"})
	var manifest struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Metadata   struct{ Name string }
		Spec       struct {
			CompletionMode           string `yaml:"completionMode"`
			Completions, Parallelism int
			BackoffLimitPerIndex     int `yaml:"backoffLimitPerIndex"`
			PodFailurePolicy         struct {
				Rules []struct {
					Action          string
					OnPodConditions []struct{ Type string } `yaml:"onPodConditions"`
					OnExitCodes     struct {
						ContainerName string `yaml:"containerName"`
						Operator      string
						Values        []int
					} `yaml:"onExitCodes"`
				}
			} `yaml:"podFailurePolicy"`
			Template struct {
				Spec struct {
					RestartPolicy                 string `yaml:"restartPolicy"`
					TerminationGracePeriodSeconds int    `yaml:"terminationGracePeriodSeconds"`
					Containers                    []struct {
						Name, Image  string
						Command      []string
						Resources    struct{ Requests map[string]string }
						VolumeMounts []struct {
							Name      string
							MountPath string `yaml:"mountPath"`
						} `yaml:"volumeMounts"`
					}
					Volumes []struct {
						Name                  string
						PersistentVolumeClaim struct {
							ClaimName string `yaml:"claimName"`
						} `yaml:"persistentVolumeClaim"`
					}
				}
			}
		}
	}
	if err := yaml.UnmarshalWithOptions([]byte(text), &manifest, yaml.Strict()); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	spec := manifest.Spec
	if manifest.APIVersion != "batch/v1" || manifest.Kind != "Job" || spec.CompletionMode != "Indexed" || spec.Completions != 4 || spec.Parallelism != 4 {
		t.Errorf("not an Indexed Job of 4: %+v", manifest)
	}
	// A limit per index and a policy for failures both ask for Never.
	if spec.BackoffLimitPerIndex < 1 || spec.Template.Spec.RestartPolicy != "Never" || spec.Template.Spec.TerminationGracePeriodSeconds < 10 {
		t.Errorf("restarts: %+v", spec)
	}
	rules := spec.PodFailurePolicy.Rules
	if len(rules) != 2 || rules[0].Action != "Ignore" || rules[0].OnPodConditions[0].Type != "DisruptionTarget" ||
		rules[1].Action != "FailJob" || fmt.Sprint(rules[1].OnExitCodes.Values) != "[2]" || rules[1].OnExitCodes.ContainerName != "sweep" {
		t.Errorf("policy: %+v", rules)
	}
	container := spec.Template.Spec.Containers[0]
	if container.Image != "example.org/a:1" || container.Name != "sweep" || container.VolumeMounts[0].MountPath != dir ||
		spec.Template.Spec.Volumes[0].PersistentVolumeClaim.ClaimName != "grid" || spec.Template.Spec.Volumes[0].Name != container.VolumeMounts[0].Name {
		t.Errorf("container: %+v", spec.Template.Spec)
	}
	want := []string{"actscope", "sweep", "run", dir, "--shard", "$(JOB_COMPLETION_INDEX)/4", "--jobs", container.Resources.Requests["cpu"]}
	if fmt.Sprint(container.Command) != fmt.Sprint(want) {
		t.Errorf("command %q, want %q", container.Command, want)
	}
}
