// Package study runs the project's experiments and keeps their results.
//
// A [Config] holds everything that determines a result; [Article] is the one of
// the published study. [Compare] trains the networks of a configuration on one
// random stream and gives a [Result]: the data, the trained networks, and what
// their hooks saw. [Judge] holds a result against the article's claims and
// [Depart] against the numbers that the article's own algorithm produces, which
// are embedded in the program. A [Folder] keeps a run; [Load] reads it back.
package study
