// Package claims asks of each of the article's claims whether it holds beyond the
// one run that the article shows.
//
//  1. A [Design] says which networks are trained: two initial seeds on each of many data
//     sets under the article's settings, one on each of others with one setting changed, each
//     a [Variant].
//  2. A [Claim] is a predicate on the networks of one seed that is defined in any variant;
//     asked of a variant, it is a [Question].
//  3. [Run] trains and gives a [Table] of measurements.
//  4. [Assess] counts in how many seeds each claim holds in each variant, how large the
//     effect is and what may be said of it once all the questions that were asked are
//     taken into account: data sets are clusters, and accuracies those on fresh points.
//     [Controls] hold what was measured against figures that were found before.
//  5. [Design.Interventions] change what sigmoid and ReLU differ in, one thing at a time, which
//     gives an [Intervention] each.
//
// [Investigate] does all of it. [Committed] is what it found in the default design: the
// tables from which the README's answer and the page beside this package are made.
package claims
