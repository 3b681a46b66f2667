package report

import "testing"

// paper lays the page out in columns of the size of A4 between its margins, which break where pages do, and lists
// pages that are more than half empty, headings that are alone at the end of one, and what is wider than a page.
const paper = `{
	const [width, height, gap] = [673, 1001, 40];
	const root = document.documentElement;
	root.style.cssText = "width:" + width + "px";
	document.body.style.cssText = "columns:" + width + "px auto;column-gap:" + gap + "px;column-fill:auto;height:" + height + "px;width:" + width + "px;margin:0";
	const top = document.body.getBoundingClientRect().top;
	const left = document.body.getBoundingClientRect().left;
	const page = (x) => Math.floor((x - left + 1) / (width + gap));
	const ends = [];
	const found = [];
	const boxes = (e) => [...e.getClientRects()].filter((r) => r.width > 0 && r.height > 0);
	for (const e of document.querySelectorAll("body *")) {
		if (!e.checkVisibility() || e.closest("script, style") || e.parentElement.closest("svg")) continue;
		if (e.childElementCount > 0 && !e.matches("svg, p, li, h1, h2, h3, td, th, dt, dd, pre, summary")) continue;
		for (const r of boxes(e)) {
			ends[page(r.left)] = Math.max(ends[page(r.left)] ?? 0, r.bottom - top);
			const over = r.right - left - page(r.left) * (width + gap) - width;
			if (over > 1) found.push(e.tagName + "." + e.className.toString() + " is " + over.toFixed(0) + " px wider than the page: " + e.textContent.slice(0, 40));
		}
	}
	for (let i = 0; i < ends.length - 1; i++) {
		if (!(ends[i] > height / 2)) found.push("page " + (i + 1) + " of " + ends.length + " ends at " + (ends[i] ?? 0).toFixed(0) + " px");
	}
	for (const h of document.querySelectorAll("h2, h3, h4, .keys, summary, caption")) {
		if (!h.checkVisibility()) continue;
		const own = boxes(h).at(-1);
		let next = h;
		while (next && !next.nextElementSibling) next = next.parentElement;
		const follows = next && boxes(next.nextElementSibling)[0];
		if (own && follows && page(follows.left) !== page(own.left)) found.push("alone on its page: " + h.textContent.slice(0, 60));
	}
	root.style.cssText = document.body.style.cssText = "";
	for (const e of document.querySelectorAll("p, li, td, span, label, button, summary"))
		if (e.checkVisibility() && !e.querySelector("p, li") && /\b(click|drag|press|hover|tap|slider|arrow keys)\b/i.test(e.innerText ?? ""))
			found.push("asks paper to be pressed: " + e.innerText.slice(0, 60));
	found;
}`

// checkPaper looks at the page as it is printed.
func (b *tab) checkPaper() {
	b.t.Helper()
	b.resize(device{width: 673, paper: true})
	b.settle()
	for _, fault := range eval[[]string](b, paper) {
		b.t.Error("on paper: " + fault)
	}
}

func TestFaultsOfPaperWouldBeSeen(t *testing.T) {
	b := open(t, []byte(`<!DOCTYPE html><style>h2 { break-after: auto } div { break-inside: avoid; height: 980px }</style>
		<body><h2>x</h2><div>y</div><p style="width:800px">z</p><p>Press me</p>`), device{})
	b.resize(device{width: 673, paper: true})
	if found := eval[[]string](b, paper); len(found) < 4 {
		t.Errorf("found %q", found)
	}
}

func TestSamplePageOnPaper(t *testing.T) {
	open(t, written(t, sectionPage(t)), device{}).checkPaper()
}
