package main

import (
	"debug/elf"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The image needs a registry for its builder. Its steps are tried without: the program is built as the Containerfile says,
// and runs in a folder that has nothing else, as root of it alone.
func TestContainerfileMakesAProgramThatNeedsNothingElse(t *testing.T) {
	if testing.Short() {
		t.Skip("links a program")
	}
	if runtime.GOOS != "linux" {
		t.Skip("images are of Linux")
	}
	text, err := os.ReadFile(filepath.Join(root, "Containerfile"))
	if err != nil {
		t.Fatal(err)
	}
	build, image, _ := strings.Cut(string(text), "\nFROM scratch\n")
	var step string
	for line := range strings.Lines(build) {
		if command, is := strings.CutPrefix(line, "RUN "); is && strings.Contains(command, "go build") {
			step = strings.TrimSpace(command)
		}
	}
	if step == "" || !strings.Contains(image, "COPY --from=build /actscope /bin/actscope\n") || !strings.Contains(image, "ENV PATH=/bin\n") || !strings.Contains(image, `ENTRYPOINT ["actscope"]`) {
		t.Fatalf("not the steps that are known:\n%s", text)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "bin", "actscope")
	if err := os.Mkdir(filepath.Dir(program), 0o755); err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(step, "-o /actscope", "-o '"+program+"'", 1))
	run.Dir = root
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", step, err, out)
	}
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			interpreter, _ := io.ReadAll(p.Open())
			t.Errorf("the program is not static: %v %q", p.Type, interpreter)
		}
	}
	if exec.Command("unshare", "-r", "-R", "/", "true").Run() != nil {
		t.Skip("built, and not run: unshare makes no user of its own here")
	}
	alone := exec.CommandContext(t.Context(), "unshare", "-r", "-R", dir, "/bin/actscope", "reproduce", "--quiet", "--format", "png", "--out", "/out")
	alone.Env = []string{"PATH=/bin"}
	if out, err := alone.CombinedOutput(); err != nil || !strings.Contains(string(out), "All reference values of the article's algorithm are reproduced") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "out", "report.html")); err != nil {
		t.Error(err)
	}
}

func TestGoOfTheModuleAndOfTheReadmeAgree(t *testing.T) {
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	_, version, _ := strings.Cut(string(module), "\ngo ")
	version, _, _ = strings.Cut(version, "\n")
	if !strings.Contains(pages(t)[0].text, "With Go "+version+" or later") {
		t.Errorf("go.mod asks for Go %s, the README for another", version)
	}
	minor := strings.Join(strings.Split(version, ".")[:2], ".")
	if text, err := os.ReadFile(filepath.Join(root, "Containerfile")); err != nil || !strings.Contains(string(text), "golang:"+minor+" ") {
		t.Errorf("the Containerfile builds with another Go than %s: %v", minor, err)
	}
}
