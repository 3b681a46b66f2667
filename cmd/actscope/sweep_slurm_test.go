//go:build unix

package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slurmPrograms are those of the packages munge, slurmctld, slurmd and slurm-client.
var slurmPrograms = []string{"munged", "munge", "unmunge", "slurmctld", "slurmd", "slurmstepd", "sbatch", "squeue", "scancel", "scontrol", "sinfo"}

// slurmCluster is a Slurm of one machine that lives as long as a test.
type slurmCluster struct {
	t    *testing.T
	dir  string
	conf string
}

// startSlurm starts the daemons on the loopback interface, as whoever runs the test.
func startSlurm(t *testing.T) *slurmCluster {
	t.Helper()
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	for _, name := range slurmPrograms {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("no %s: install munge, slurmctld, slurmd and slurm-client to run a sweep on a real Slurm", name)
		}
	}
	dir, err := os.MkdirTemp("", "slurm") // short, for the sockets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &slurmCluster{t: t, dir: dir, conf: filepath.Join(dir, "slurm.conf")}
	t.Setenv("SLURM_CONF", s.conf)
	s.configure()
	socket := filepath.Join(dir, "munge.socket")
	s.daemon("munged", "-F", "--force", "--key-file="+filepath.Join(dir, "munge.key"), "--socket="+socket, "--pid-file="+filepath.Join(dir, "munged.pid"),
		"--log-file="+filepath.Join(dir, "munged.log"), "--seed-file="+filepath.Join(dir, "munge.seed"), "--num-threads=2")
	s.await("munged", func() bool {
		return exec.Command("sh", "-c", "munge -S "+socket+" -n | unmunge -S "+socket).Run() == nil
	})
	s.daemon("slurmctld", "-D", "-i", "-f", s.conf)
	s.await("slurmctld", func() bool { return strings.Contains(s.try("scontrol", "ping"), "is UP") })
	s.daemon("slurmd", "-D", "-N", "n0", "-f", s.conf)
	s.await("an idle node", func() bool { return strings.TrimSpace(s.try("sinfo", "-h", "-N", "-o", "%T")) == "idle" })
	t.Cleanup(func() { // before the daemons go
		s.try("scancel", "--full", "--signal=KILL", "--name="+slurmJobName)
		s.await("the end of all jobs", s.isEmpty)
	})
	return s
}

// configure writes slurm.conf and a key.
func (s *slurmCluster) configure() {
	s.t.Helper()
	me, err := user.Current()
	if err != nil {
		s.t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		s.t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	key := make([]byte, 128)
	rand.Read(key)
	if err := os.WriteFile(filepath.Join(s.dir, "munge.key"), key, 0o600); err != nil {
		s.t.Fatal(err)
	}
	for _, name := range []string{"state", "spool"} {
		if err := os.Mkdir(filepath.Join(s.dir, name), 0o755); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := os.Chmod(s.dir, 0o755); err != nil { // munge looks at it
		s.t.Fatal(err)
	}
	ports := freePorts(s.t, 2)
	conf := fmt.Sprintf(`ClusterName=test
SlurmctldHost=%[1]s(127.0.0.1)
SlurmctldPort=%[2]d
SlurmUser=%[3]s
SlurmdUser=%[3]s
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=%[4]s/munge.socket
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=%[4]s/state
SlurmdSpoolDir=%[4]s/spool
SlurmctldPidFile=%[4]s/slurmctld.pid
SlurmdPidFile=%[4]s/slurmd.pid
SlurmctldLogFile=%[4]s/slurmctld.log
SlurmdLogFile=%[4]s/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
KillWait=3
MessageTimeout=10
ReturnToService=2
NodeName=n0 NodeHostname=%[1]s NodeAddr=127.0.0.1 Port=%[5]d CPUs=4 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=n0 Default=YES MaxTime=INFINITE State=UP
`, host, ports[0], me.Username, s.dir, ports[1])
	if err := os.WriteFile(s.conf, []byte(conf), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func freePorts(t *testing.T, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// daemon starts a program that ends with the test.
func (s *slurmCluster) daemon(name string, args ...string) {
	s.t.Helper()
	cmd := exec.Command(name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	s.t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			cmd.Process.Kill()
			<-ended
		}
		if s.t.Failed() {
			s.t.Logf("%s says %s", name, out.String())
		}
	})
}

// await waits until something is there.
func (s *slurmCluster) await(what string, there func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); !there(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(s.dir, "slurmctld.log"))
			s.t.Fatalf("no %s within a minute\n%s", what, log)
		}
	}
}

// try gives what a command prints, "" where it fails.
func (s *slurmCluster) try(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return ""
	}
	return string(out)
}

func (s *slurmCluster) isEmpty() bool {
	out, err := exec.Command("squeue", "-h").Output()
	return err == nil && len(bytes.TrimSpace(out)) == 0
}

// slurmJobName is that of the test's jobs.
const slurmJobName = "sweep-test"

// submit hands in a script and gives the job's number; the logs go to dir.
func (s *slurmCluster) submit(script, dir string, options ...string) string {
	s.t.Helper()
	args := append([]string{"--parsable", "--job-name=" + slurmJobName, "--chdir=" + dir, "--output=%a.log"}, options...)
	cmd := exec.Command("sbatch", append(args, script)...)
	cmd.Env = append(os.Environ(), asProgram+"=1") // the test is the program
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("sbatch: %v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// emitted is the batch script of a sweep.
func emitted(t *testing.T, dir string) string {
	t.Helper()
	script := filepath.Join(t.TempDir(), "sweep.sh")
	content := succeed(t, "sweep", "emit", "slurm", dir, "--shards", "4", "--cpus", "1").stdout
	if err := os.WriteFile(script, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return script
}

func TestSweepOnARealSlurm(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	cluster := startSlurm(t)
	const grid = "activations: [sigmoid, relu]\nhidden: [\"8,8\", \"16,16,16\"]\nseed: 1..12\nepochs: "
	table := func(grid string) string {
		whole, _ := planned(t, grid)
		succeed(t, "sweep", "run", whole, "--quiet")
		return merged(t, whole)
	}

	t.Run("an array completes every trial once", func(t *testing.T) {
		const grid = grid + "400\n"
		want := table(grid)
		dir, _ := planned(t, grid)
		logs := t.TempDir()
		cluster.submit(emitted(t, dir), logs)
		cluster.await("end of the array", cluster.isEmpty)
		for index := range 4 {
			log, err := os.ReadFile(filepath.Join(logs, fmt.Sprintf("%d.log", index)))
			if err != nil {
				t.Fatal(err)
			}
			if line := fmt.Sprintf("shard %d/4: 12 trials done: 12 ok, 0 diverged, 0 failed\n", index); !strings.Contains(string(log), line) || strings.Contains(string(log), "before") {
				t.Errorf("element %d says %s", index, log)
			}
		}
		if o := succeed(t, "sweep", "missing", dir, "--shards", "4"); o.stdout != "" {
			t.Errorf("missing: %s", o.stdout)
		}
		if merged(t, dir) != want {
			t.Error("the table is another one")
		}
	})

	t.Run("what was cancelled and killed is resubmitted alone", func(t *testing.T) {
		const grid = grid + "5000\n" // seconds for each element, so that none ends before it is ended
		want := table(grid)
		dir, _ := planned(t, grid)
		script := emitted(t, dir)
		job := cluster.submit(script, t.TempDir())
		victim := 0
		cluster.await("element 2", func() bool { victim = processOf(dir, "2/4"); return victim > 0 })
		cluster.await("first result", func() bool {
			results, _ := filepath.Glob(filepath.Join(dir, "results", "*.segment"))
			return len(results) > 0
		})
		if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("scancel", job+"_1").CombinedOutput(); err != nil {
			t.Fatalf("scancel: %v: %s", err, out)
		}
		cluster.await("end of the array", cluster.isEmpty)
		missing := strings.TrimSpace(succeed(t, "sweep", "missing", dir, "--shards", "4").stdout)
		if missing != "1-2" {
			t.Fatalf("missing %q after elements 1 and 2 were ended", missing)
		}
		cluster.submit(script, t.TempDir(), "--array="+missing)
		cluster.await("end of the second array", cluster.isEmpty)
		if merged(t, dir) != want {
			t.Error("the table is another one")
		}
	})
}

// processOf is the process that runs a shard of a sweep, 0 where there is none.
func processOf(dir, shard string) int {
	processes, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, p := range processes {
		line, err := os.ReadFile(p)
		if err != nil {
			continue
		}
		args := strings.Split(string(line), "\x00")
		if len(args) > 5 && args[1] == "sweep" && args[2] == "run" && args[3] == dir && args[5] == shard {
			var pid int
			fmt.Sscanf(p, "/proc/%d/", &pid)
			return pid
		}
	}
	return 0
}
