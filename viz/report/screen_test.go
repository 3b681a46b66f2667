package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// onScreen is what a table writes on a terminal.
func onScreen(t *testing.T, table Table, width int, colour bool) string {
	t.Helper()
	var b strings.Builder
	if err := table.WriteText(&Screen{Writer: &b, Width: func() int { return width }, Colour: colour}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// claimed is as wide a table as there is: 158 cells.
func claimed() Table {
	return Table{
		Columns: []string{"claim", "article", "measured", "verdict"},
		Rows: [][]string{
			{"ReLU loss keeps falling", "about 0.15 to about 0.03", "epoch 200 0.15493, epoch 400 0.05658, epoch 600 0.045023, epoch 800 0.035271", "holds"},
			{"first pre-activation alike in both nets", "about 2.0", "class 0: sigmoid 2.2561, relu 1.6993", "does not hold"},
			{"", "", "class 1: sigmoid 2.0789, relu 2.0536", "open"},
		},
		Fit: Fit{Least: []string{"article"}, Verdict: "verdict", Tone: func(cell string) Tone {
			return map[string]Tone{"holds": Favourable, "does not hold": Unfavourable, "open": Unsettled}[cell]
		}},
	}
}

// measured is a table of numbers with a series.
func measured(layers int) Table {
	numbers := make([]string, layers)
	for i := range numbers {
		numbers[i] = fmt.Sprintf("0.%05d", 10101+i)
	}
	return Table{
		Columns: []string{"network", "parameters", "final loss", "train accuracy", "test accuracy", "fresh accuracy", "spread by hidden layer"},
		Rows:    [][]string{{"sigmoid", "609", "0.27028", "84.0 %", "79.0 %", "87.5 %", strings.Join(numbers, " ")}, {"relu", "609", "0.02957", "98.3 %", "98.0 %", "97.7 %", strings.Join(numbers, " ")}},
		Fit:     Fit{Least: []string{"parameters", "spread by hidden layer"}, Series: "spread by hidden layer"},
	}
}

// Whatever the width is, no line is wider, no word is broken or lost but those of columns that are named as left out and of
// a series, and what fits is what a pipe gets.
func TestTablesFitTheScreen(t *testing.T) {
	wide := Table{Columns: []string{"layer"}, Rows: [][]string{{"1"}}, AlignRight: true}
	for i := range 12 {
		wide.Columns, wide.Rows[0] = append(wide.Columns, fmt.Sprintf("mode %d", i)), append(wide.Rows[0], "0.2088 ± 0.0014")
	}
	bare := claimed()
	bare.Columns, bare.Fit = nil, Fit{}
	for i, row := range bare.Rows {
		bare.Rows[i] = row[1:]
	}
	for name, table := range map[string]Table{
		"claims": claimed(), "three layers": measured(3), "thirty layers": measured(30), "numbers": wide, "without headings": bare,
		"other scripts": {Columns: []string{"图层的名称", "значение"}, Rows: [][]string{{"隐藏层 输出层 隐藏层 输出层 隐藏层", "да"}, {"é́ layer", strings.Repeat("слово ", 30)}}},
		"ragged":        {Rows: [][]string{{"a"}, {"b", "c"}, {}}},
		"empty":         {},
	} {
		var whole strings.Builder
		if err := table.WriteText(&whole); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{40, 80, 120, 200, 1000} {
			got := onScreen(t, table, width, false)
			for line := range strings.Lines(got) {
				if n := cells(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%s at %d: a line of %d cells:\n%s", name, width, n, got)
				}
			}
			if width == 1000 {
				if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(whole.String()), " ") {
					t.Errorf("%s: with room for all it is\n%s\nand in a pipe\n%s", name, got, whole.String())
				}
				continue
			}
			text, left, _ := strings.Cut(got, "Left out")
			words := strings.Fields(text)
			for c, heading := range table.Columns {
				if strings.Contains(strings.Join(strings.Fields(left), " "), heading) || table.isSeries(c) {
					continue
				}
				for _, row := range append([][]string{table.Columns}, table.Rows...) {
					for _, word := range strings.Fields(row[c]) {
						if !slices.Contains(words, word) {
							t.Errorf("%s at %d: %q of %s is missing:\n%s", name, width, word, heading, got)
						}
					}
				}
			}
		}
	}
}

func TestNarrowTablesLookLikeThis(t *testing.T) {
	for _, c := range []struct {
		table Table
		width int
		want  string
	}{
		{claimed(), 80, `
claim                 article              measured                verdict
ReLU loss keeps       about 0.15 to about  epoch 200 0.15493,      holds
 falling               0.03                 epoch 400 0.05658,
                                            epoch 600 0.045023,
                                            epoch 800 0.035271
first pre-activation  about 2.0            class 0: sigmoid        does not hold
 alike in both nets                         2.2561, relu 1.6993
                                           class 1: sigmoid        open
                                            2.0789, relu 2.0536
`},
		{measured(30), 80, `
network  parameters  final    train     test      fresh     spread by hidden
                     loss     accuracy  accuracy  accuracy  layer
sigmoid  609         0.27028  84.0 %    79.0 %    87.5 %    0.10101 … 0.10130
`},
	} {
		got := onScreen(t, c.table, c.width, false)
		if want := strings.TrimPrefix(c.want, "\n"); !strings.HasPrefix(got, want) {
			t.Errorf("at %d:\n%s\nwant it to begin with\n%s", c.width, got, want)
		}
	}
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	table := Table{
		Columns: []string{"layer", "q", "measured", "correlation", "measured", "verdict", "ties"},
		Rows:    [][]string{{"1", "0.29338", "0.2088 ± 0.0014", "0.85214", "0.8510 ± 0.0068", "does not hold", "12"}},
		Fit:     Fit{Least: []string{"ties"}, Verdict: "verdict"},
	}
	for width, want := range map[int]string{
		80: "layer  q        measured         correlation  measured         verdict\n1      0.29338  0.2088 ± 0.0014  0.85214      0.8510 ± 0.0068  does not hold\n" +
			"Left out for want of width: ties. A wider terminal shows all, and so does a\npipe.\n",
		70: "layer  q        measured         correlation  verdict\n1      0.29338  0.2088 ± 0.0014  0.85214      does not hold\n" +
			"Left out for want of width: measured after correlation, ties. A wider\nterminal shows all, and so does a pipe.\n",
	} {
		if got := onScreen(t, table, width, false); got != want {
			t.Errorf("at %d:\n%s\nwant\n%s", width, got, want)
		}
	}
}

func TestSeriesKeepTheirEnds(t *testing.T) {
	for _, c := range []struct {
		cell string
		most int
		want string
	}{
		{"1 2 3 4 5", 9, "1 2 3 4 5"}, {"1 2 3 4 5", 8, "1 2 … 5"}, {"1 2 3 4 5", 5, "1 … 5"}, {"1 2 3 4 5", 0, "1 … 5"}, {"1 2", 1, "1 2"}, {"", 0, ""},
		{"1 2 3 4 5 6 7 8", 11, "1 2 3 … 7 8"}, {"1 2 3 4 5 6 7 8", 10, "1 2 … 7 8"},
	} {
		if got := abridged(c.cell, c.most); got != c.want {
			t.Errorf("%q in %d cells is %q, want %q", c.cell, c.most, got, c.want)
		}
	}
}

func TestVerdictsHaveColoursWhereTheScreenHas(t *testing.T) {
	got := onScreen(t, claimed(), 120, true)
	for _, want := range []string{"\x1b[32mholds\x1b[0m", "\x1b[31mdoes not hold\x1b[0m", "\x1b[33mopen\x1b[0m", "\x1b[1mclaim\x1b[0m"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%q", want, got)
		}
	}
	plain := strings.NewReplacer("\x1b[32m", "", "\x1b[31m", "", "\x1b[33m", "", "\x1b[1m", "", "\x1b[0m", "").Replace(got)
	if want := onScreen(t, claimed(), 120, false); plain != want || strings.Contains(want, "\x1b") {
		t.Errorf("without colours it is\n%s\nwant\n%s", plain, want)
	}
}

func TestParagraphsAreBrokenAtBlanks(t *testing.T) {
	var b strings.Builder
	screen := &Screen{Writer: &b, Width: func() int { return 20 }}
	text := "short\n\n    a sentence of 84.0 % that is longer\n" + strings.Repeat("x", 30) + " y\n"
	fmt.Fprint(Paragraphs(screen), text)
	want := "short\n\n    a sentence of\n    84.0 % that is\n    longer\n" + strings.Repeat("x", 30) + "\ny\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	b.Reset()
	fmt.Fprint(screen, text) // as it is
	fmt.Fprint(Paragraphs(&b), text)
	if b.String() != text+text {
		t.Errorf("%q", b.String())
	}
	b.Reset()
	if err := measured(30).WriteText(Paragraphs(&Screen{Writer: &b, Width: func() int { return 80 }})); err != nil || b.String() != onScreen(t, measured(30), 80, false) {
		t.Errorf("%v, a table among paragraphs:\n%s", err, b.String())
	}
}
