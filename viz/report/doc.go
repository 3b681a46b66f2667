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
// The page answers first: title, answer, warnings and film stand in the first screen, then figures with what they
// found as headlines, then claims, the story, and last the tables, folded where they are long.
//
// Figures come as sheets of package viz ([viz.Sheet]): each panel is an SVG element of its own in a grid that has as many
// columns as fit, so that a phone needs no second drawing (figures of one column have one for wide screens); the colours are
// custom properties, which the style sheet gives the values of the light or the dark theme, on paper always the light ones;
// title, legend and notes are words of the page.
//
// The [Film] shows decision boundaries and hidden spaces through the epochs on
// canvases, from quantised grids packed into the page.
//
// The colours are those of a theme of package viz, the networks and classes those of package
// figures. How the values were made is not known here.
package report
