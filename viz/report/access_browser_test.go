package report

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// node is what assistive technology hears of an element.
type node struct{ role, name string }

func (b *tab) nodes() []node {
	b.t.Helper()
	text := func(v *accessibility.Value) string {
		var s string
		if v != nil {
			_ = json.Unmarshal(v.Value, &s) // a value that is no string has no words
		}
		return strings.TrimSpace(s)
	}
	var nodes []node
	for _, n := range call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if !n.Ignored {
			nodes = append(nodes, node{text(n.Role), text(n.Name)})
		}
	}
	return nodes
}

func TestEverythingThatNeedsANameHasOne(t *testing.T) {
	needed := []string{"button", "slider", "link", "img", "image", "region", "table", "navigation", "dialog", "group", "heading", "columnheader", "rowheader"}
	for _, d := range []device{{}, {width: 360, dark: true}} {
		b := open(t, written(t, samplePage(t)), d)
		counts := map[string]int{}
		for _, n := range b.nodes() {
			counts[n.role]++
			if n.name == "" && slices.Contains(needed, n.role) {
				t.Errorf("a %s has no name", n.role)
			}
		}
		for role, least := range map[string]int{
			"banner": 1, "main": 1, "contentinfo": 1, "navigation": 1, "slider": 1, "button": 1, "link": 7, "heading": 10, "table": 2, "region": 9, "group": 3,
			"columnheader": 9, "rowheader": 4,
		} {
			if counts[role] < least {
				t.Errorf("%+v: %d of %s, want %d or more: %v", d, counts[role], role, least, counts)
			}
		}
		if pictures := counts["img"] + counts["image"]; pictures != 2*2+3+2 {
			t.Errorf("%d pictures, want those of the film and one for each figure", pictures)
		}
		if planes := counts["application"]; planes != 2 {
			t.Errorf("%d planes that take arrow keys, want one for each network", planes)
		}
	}
}

func TestFirstTabStopSkipsToTheContent(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{})
	b.do(chromedp.KeyEvent(kb.Tab))
	b.settle()
	if got := eval[string](b, `document.activeElement.textContent`); got != "Skip to the content" {
		t.Errorf("the first stop is %q", got)
	}
	if !eval[bool](b, `document.activeElement.getBoundingClientRect().top >= 0`) {
		t.Error("it cannot be seen")
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	if got := eval[string](b, `document.activeElement.id`); got != "content" {
		t.Errorf("it leads to %q", got)
	}
}

func TestFocusCanBeSeenAtEveryStop(t *testing.T) {
	b := open(t, written(t, samplePage(t)), device{})
	var stops []string
	for range 30 {
		b.do(chromedp.KeyEvent(kb.Tab))
		stop := eval[string](b, `document.activeElement.className || document.activeElement.tagName`)
		if stop == "BODY" {
			break
		}
		stops = append(stops, stop)
		if !eval[bool](b, `{ const s = getComputedStyle(document.activeElement); s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 }`) {
			t.Errorf("the focus on %s cannot be seen", stop)
		}
	}
	for _, want := range []string{"skip", "A", "play", "slider", "scroll", "PRE"} {
		if !slices.Contains(stops, want) {
			t.Errorf("no stop at %s: %v", want, stops)
		}
	}
}

// contrast lists text whose contrast with its ground is below WCAG 2.2's AA.
const contrast = `{
	const channels = (colour) => colour.match(/[\d.]+/g)?.map(Number);
	const luminance = (rgb) => {
		const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3]));
	const ground = (e) => {
		for (; e; e = e.parentElement) {
			const [r, g, b, a = 1] = channels(getComputedStyle(e).backgroundColor);
			if (a === 1) return [r, g, b];
		}
		return [255, 255, 255];
	};
	// below is what text in a figure stands on: the filled shapes under its middle, as far as the window shows it.
	const below = (text) => {
		const box = text.getBoundingClientRect();
		const stack = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2);
		if (stack.length === 0) return null;
		const fills = [];
		for (const e of stack.slice(stack.indexOf(text) + 1)) {
			if (!e.matches("path, circle")) continue;
			const [r, g, b, a = 1] = channels(getComputedStyle(e).fill) ?? [0, 0, 0, 0];
			fills.unshift([r, g, b, a]);
		}
		return fills.reduce((c, fill) => over(fill, c), ground(text.closest("div, li, figure")));
	};
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const weak = [];
	let seen = 0;
	while (texts.nextNode()) {
		const e = texts.currentNode.parentElement;
		if (!texts.currentNode.data.trim() || !e.checkVisibility() || e.closest("script, style, noscript")) continue;
		seen++;
		const style = getComputedStyle(e);
		const drawn = e.closest("svg");
		const paper = drawn ? below(e) : ground(e);
		if (!paper) continue;
		const [r, g, b, a = 1] = channels(drawn ? style.fill : style.color);
		const [l1, l2] = [luminance(over([r, g, b, a], paper)), luminance(paper)].sort((a, b) => b - a);
		const ratio = (l1 + 0.05) / (l2 + 0.05);
		if (ratio < (!drawn && parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) weak.push(texts.currentNode.data + ": " + ratio.toFixed(2));
	}
	if (seen < 80) weak.push("only " + seen + " texts were looked at");
	weak;
}`

func TestTextContrastIsAA(t *testing.T) {
	for _, d := range []device{{}, {dark: true}} {
		b := open(t, written(t, samplePage(t)), d)
		if weak := eval[[]string](b, contrast); len(weak) > 0 {
			t.Errorf("dark %v: %q", d.dark, weak)
		}
	}
}
