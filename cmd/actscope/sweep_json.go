package main

import (
	"actscope/internal/number"
	"actscope/internal/stats"
	"actscope/internal/sweep"
	"actscope/internal/sweep/analysis"
)

// plannedSweep is what sweep plan says as JSON.
type plannedSweep struct {
	Folder string `json:"folder"`
	// Plan is the plan's hash, Axes what is varied.
	Plan   string      `json:"plan"`
	Trials int         `json:"trials"`
	Axes   []sweepAxis `json:"axes"`
}

type sweepAxis struct {
	Key     string `json:"key"`
	Entries int    `json:"entries"`
}

func newPlannedSweep(folder string, p *sweep.Plan) plannedSweep {
	s := plannedSweep{folder, p.Hash(), p.Trials(), []sweepAxis{}}
	for _, a := range p.Axes() {
		s.Axes = append(s.Axes, sweepAxis{a.Key, a.Entries})
	}
	return s
}

// trialCounts are the trials of a sweep, or of a shard.
type trialCounts struct {
	Trials int `json:"trials"`
	// Done are those with a record, which are OK, diverged or failed.
	Done     int `json:"done"`
	OK       int `json:"ok"`
	Diverged int `json:"diverged"`
	Failed   int `json:"failed"`
	Missing  int `json:"missing"`
}

func newTrialCounts(trials, done, diverged, failed int) trialCounts {
	return trialCounts{trials, done, done - diverged - failed, diverged, failed, trials - done}
}

// ranShard is what sweep run says as JSON.
type ranShard struct {
	Shard string `json:"shard"`
	trialCounts
}

// missingShards are those with trials without a record, and the same as job arrays take them.
type missingShards struct {
	Shards        int    `json:"shards"`
	MissingShards []int  `json:"missing_shards"`
	Array         string `json:"array"`
}

func newMissingShards(r *sweep.Records, shards int) missingShards {
	m := missingShards{max(shards, 1), append([]int{}, r.MissingShards(max(shards, 1))...), ""}
	if len(m.MissingShards) > 0 {
		m.Array = sweep.IndexList(m.MissingShards)
	}
	return m
}

// sweepStatus is what sweep status says as JSON.
type sweepStatus struct {
	trialCounts
	missingShards
}

// mergedSweep is what sweep merge says as JSON.
type mergedSweep struct {
	File   string `json:"file"`
	Trials int    `json:"trials"`
}

// reportedSweep is what sweep report says as JSON.
type reportedSweep struct {
	Page     string `json:"page"`
	Trials   int    `json:"trials"`
	Diverged int    `json:"diverged"`
	Failed   int    `json:"failed"`
	// Score says what the trials are judged by: accuracy or r2. Varied are the settings that tell
	// groups apart, Repeats the seeds that do not.
	Score   string       `json:"score"`
	Varied  []string     `json:"varied"`
	Repeats []string     `json:"repeats"`
	Groups  []sweepGroup `json:"groups"`
}

// sweepGroup is one group of trials that differ in their seeds only.
type sweepGroup struct {
	Settings map[string]string `json:"settings"`
	Trials   int               `json:"trials"`
	// Failed diverged or could not be trained, and have no part in what follows.
	Failed           int          `json:"failed"`
	Score            summary      `json:"score"`
	Loss             summary      `json:"loss"`
	Spread           summary      `json:"spread"`
	NoticeableGrowth number.Float `json:"noticeable_growth"`
}

// summary is [stats.Summary] as JSON: null stands for what there is not.
type summary struct {
	Count  int          `json:"count"`
	Mean   number.Float `json:"mean"`
	Median number.Float `json:"median"`
	// Low and High bound the mean's 95 % interval.
	Low  number.Float `json:"low"`
	High number.Float `json:"high"`
}

func newSummary(s stats.Summary) summary {
	return summary{s.Count, number.Float(s.Mean), number.Float(s.Median), number.Float(s.Low), number.Float(s.High)}
}

func newReportedSweep(page string, r *analysis.Result) reportedSweep {
	s := reportedSweep{
		Page: page, Trials: r.Trials, Diverged: r.Diverged, Failed: r.Failed, Score: "accuracy",
		Varied: append([]string{}, r.Varied...), Repeats: append([]string{}, r.Repeats...),
	}
	if r.Regression {
		s.Score = "r2"
	}
	for _, g := range r.Groups {
		of := sweepGroup{
			Settings: make(map[string]string), Trials: g.Trials, Failed: g.Failed,
			Score: newSummary(g.Score), Loss: newSummary(g.Loss), Spread: newSummary(g.Spread), NoticeableGrowth: number.Float(g.NoticeableGrowth),
		}
		for i, key := range r.Varied {
			of.Settings[key] = g.Settings[i]
		}
		s.Groups = append(s.Groups, of)
	}
	return s
}
