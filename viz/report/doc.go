// Package report writes the study as one page: a single HTML file with its
// story, setting, claims, figures, numbers and a film of the training, which opens
// from disk, asks no network for anything and can be read without a script.
//
// A [Page] is a struct of plain values, most of which may be missing: a part
// without values is left out. [Page.Write] puts them into a template with style
// and script inline (the files in the folder page). Nothing is tied to two
// networks or two layers, and text may be anything: it is escaped where it
// stands. The same values give the same bytes.
//
// Figures come as the SVG documents that package viz writes and stand in the page
// as elements, not as images behind data URIs: they keep their size (a data URI
// adds a tenth to a third), the style sheet switches between a light and a dark
// variant on screen and keeps the light one on paper, and they can be read and
// enlarged without a second file. The price is that names clash and that a
// drawing could carry a script; so each is parsed, its ids and classes get a prefix of
// their own, and what is not plain drawing is refused.
//
// The [Film] shows decision boundaries and hidden spaces through the epochs on
// canvases, from quantised grids packed into the page.
//
// The colours are those of a theme of package viz, the networks and classes those of package
// figures. How the values were made is not known here.
package report
