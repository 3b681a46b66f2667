// Package present shows what the studies have found: as figures, as a page, and as tables
// on standard output.
//
// A [Story] is a study's drawings and its page; [Comparison], [Claims], [Cost], [Theory]
// and [Sweep] tell the stories of the studies' results, and [Load] that of a run folder.
// [Publish] draws a story and writes figures and page. A table is a [report.Table], which
// prints as text and as HTML. [Progress] shows how far work is while it goes on.
package present
