package report_test

import (
	"bytes"
	"fmt"
	"strings"

	"actscope/viz/report"
)

// A page has the parts that it is given: here claims and how to measure them again.
func ExamplePage_Write() {
	page := report.Page{
		Title: "Does depth pay?",
		Lead:  "Two claims about deep sigmoid networks, each measured once.",
		Claims: []report.Claim{
			{Statement: "the loss stalls", Article: "about 0.28", Findings: []report.Finding{{Measured: "0.28216", Holds: true}}},
			{Statement: "the signal is compressed", Article: "to about 0.3", Findings: []report.Finding{
				{Sample: "class 0", Measured: "0.30703", Holds: true},
				{Sample: "class 1", Measured: "0.68682", Holds: false},
			}},
		},
		Again: report.Again{Command: "go run ./cmd/actscope reproduce"},
	}
	var file bytes.Buffer
	if err := page.Write(&file); err != nil {
		fmt.Println(err)
		return
	}
	_, tally, _ := strings.Cut(file.String(), `<h2 id="claims-title">The claims</h2>`)
	tally, _, _ = strings.Cut(strings.TrimSpace(tally), "\n")
	fmt.Println(tally)
	// Output:
	// <p>Of 2 claims, 1 holds and 1 holds for some samples only.</p>
}

// Which of 100,000 test rows to record.
func ExampleEvenlySpaced() {
	rows := report.EvenlySpaced(100000, 500)
	fmt.Println(len(rows), rows[:3], rows[499])
	// Output:
	// 500 [0 200 401] 99999
}
