package site

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// read gives a file of the page.
func read(t *testing.T, name string) string {
	t.Helper()
	content, err := fs.ReadFile(Files(), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func names(t *testing.T) []string {
	t.Helper()
	all, err := fs.Glob(Files(), "*")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	imported = regexp.MustCompile(`(?m)^(?:import|export) [^;]*? from "([^"]+)";$`)
	linked   = regexp.MustCompile(`(?:href|src)="([^"#]+)"`)
	inline   = regexp.MustCompile(`(?i)<style|<script>|<script [^>]*>[^<]|\sstyle=|\son[a-z]+="`)
	comment  = regexp.MustCompile(`(?s)/\*.*?\*/`)
	fetched  = regexp.MustCompile(`https?://[^\s"'` + "`" + `]+`)
)

func TestModulesNameOnlyEachOther(t *testing.T) {
	all := names(t)
	if len(all) < 20 {
		t.Fatalf("only %d files: %q", len(all), all)
	}
	used := map[string]bool{"index.html": true}
	for _, name := range all {
		if strings.Contains(name, "/") {
			t.Errorf("%s is in a folder", name)
		}
		text := read(t, name)
		if path.Ext(name) == ".js" {
			for _, m := range imported.FindAllStringSubmatch(text, -1) {
				file, own := strings.CutPrefix(m[1], "./")
				if !own {
					t.Errorf("%s imports %q, which does not begin with ./", name, m[1])
				}
				read(t, file)
				used[file] = true
			}
			if rest := imported.ReplaceAllString(comment.ReplaceAllString(text, ""), ""); regexp.MustCompile(`(?m)^import|import\.meta|import\(`).MatchString(rest) {
				t.Errorf("%s imports in a form that a single file cannot have", name)
			}
		}
		for _, address := range fetched.FindAllString(text, -1) {
			if !strings.HasPrefix(address, "http://www.w3.org/") {
				t.Errorf("%s names %s", name, address)
			}
		}
	}
	page := read(t, "index.html")
	for _, m := range linked.FindAllStringSubmatch(page, -1) {
		if m[1] != "data:," {
			read(t, m[1])
			used[m[1]] = true
		}
	}
	for _, name := range all {
		if !used[name] {
			t.Errorf("%s is used by none", name)
		}
	}
	if found := inline.FindString(page); found != "" {
		t.Errorf("the page has %q, which its policy refuses", found)
	}
}

func TestStylesHaveNoLettersBelow11Px(t *testing.T) {
	sizes := regexp.MustCompile(`(?:font-size|--small|--type): ([\d.]+)rem`)
	seen := 0
	for _, name := range []string{"layout.css", "controls.css"} {
		for _, m := range sizes.FindAllStringSubmatch(read(t, name), -1) {
			seen++
			if m[1] < ".6875" && strings.HasPrefix(m[1], ".") {
				t.Errorf("%s: %srem is below 11 px", name, m[1])
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d sizes were looked at", seen)
	}
}
