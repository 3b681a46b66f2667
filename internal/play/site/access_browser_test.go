package site

import (
	"os"
	"path/filepath"
	"testing"
)

// axe gives the text of axe-core, where there is one.
func axe(t *testing.T) string {
	modules := os.Getenv("ACTSCOPE_NODE_MODULES")
	text, err := os.ReadFile(filepath.Join(modules, "axe-core", "axe.min.js"))
	if modules == "" || err != nil {
		t.Skip("no axe-core: name a folder of node modules that has it in ACTSCOPE_NODE_MODULES")
	}
	return string(text)
}

var devices = map[string]device{
	"desk": {}, "desk in the dark": {dark: true}, "phone": {width: 360, height: 800}, "phone in the dark": {width: 360, height: 800, dark: true},
}

func TestAxeFindsNothing(t *testing.T) {
	script := axe(t)
	for name, d := range devices {
		b := open(t, laboratory(t), "", d)
		eval[bool](b, `laboratory.lab.ask("step", { epochs: 5 }).then(() => laboratory.lab.ask("seeds", { count: 20 })).then(() => true)`)
		eval[bool](b, `for (const details of document.querySelectorAll("details")) details.open = true; document.querySelector(".net .tools button").click(); true`)
		eval[bool](b, script+`;true`)
		check := func(where string) {
			for _, found := range eval[[]string](b, `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + ": " + failureSummary)))`) {
				t.Errorf("%s, %s: %s", name, where, found)
			}
		}
		for _, tab := range []string{"map", "nets", "curves", "spaces", "settings"} {
			eval[bool](b, `document.body.dataset.tab = "`+tab+`", laboratory.draw(), true`)
			check(tab)
			if d.width == 0 {
				break
			}
		}
		for _, menu := range []string{"presets", "files", "keys"} {
			eval[bool](b, `document.querySelector("#`+menu+`-menu").showPopover(), true`)
			check(menu)
			eval[bool](b, `document.querySelector("#`+menu+`-menu").hidePopover(), true`)
		}
		eval[bool](b, `document.querySelector(".net .tools button:last-child").click(), true`)
		check("editor")
	}
}

func TestNothingSticksOutAndLettersCanBeRead(t *testing.T) {
	for _, d := range []device{{width: 360, height: 640}, {width: 390, height: 844}, {width: 768, height: 1024}, {width: 1024, height: 700}, {width: 1280, height: 720}, {}, {width: 1920, height: 1080}, {width: 2560, height: 1440}} {
		b := open(t, laboratory(t), "", d)
		for _, tab := range []string{"map", "nets", "curves", "spaces", "settings"} {
			eval[bool](b, `document.body.dataset.tab = "`+tab+`", laboratory.draw(), true`)
			if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%d × %d, %s: %d px stick out", d.width, d.height, tab, over)
			}
			for _, small := range eval[[]string](b, `{
				const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = [];
				while (walker.nextNode()) {
					const e = walker.currentNode.parentElement;
					if (walker.currentNode.data.trim() && e.checkVisibility() && parseFloat(getComputedStyle(e).fontSize) < 11) small.push(walker.currentNode.data.trim());
				}
				small;
			}`) {
				t.Errorf("%d × %d, %s: letters below 11 px: %q", d.width, d.height, tab, small)
			}
		}
		if d.width == 0 || d.width >= 1920 {
			if over := eval[int](b, `Math.max(document.documentElement.scrollHeight - innerHeight, ...[...document.querySelectorAll(".settings, .right, .middle")].map((e) => e.scrollHeight - e.clientHeight))`); over > 0 {
				t.Errorf("%d × %d: %d px to scroll", d.width, d.height, over)
			}
		}
	}
}

func TestPicturesAreDescribedAndTheAnswerIsHeardOnceASecond(t *testing.T) {
	b := open(t, laboratory(t), "", device{calm: true})
	eval[bool](b, `globalThis.heard = []; new MutationObserver(() => heard.push(performance.now())).observe(document.querySelector("#heard"), { childList: true, characterData: true, subtree: true }), laboratory.setSpeed(0), laboratory.lab.ask("play").then(() => true)`)
	b.wait(`heard.length >= 4`)
	if least := eval[float64](b, `Math.min(...heard.slice(1).map((at, i) => at - heard[i]))`); least < 900 {
		t.Errorf("the answer is heard again after %.0f ms", least)
	}
	for _, unnamed := range eval[[]string](b, `[...document.querySelectorAll("canvas")].filter((c) => !(c.getAttribute("aria-label")?.length > 10)).map((c) => c.id || c.className)`) {
		t.Errorf("the picture %q is not described", unnamed)
	}
}
