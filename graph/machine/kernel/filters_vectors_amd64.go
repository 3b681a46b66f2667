package kernel

// filterPanels cuts filters into panels, the last of which may have columns of padding.
func filterPanels[T Float](filters int) []filterPanel[T] {
	k := kernelsOf[T]()
	var panels []filterPanel[T]
	for first := 0; first < filters; {
		left := filters - first
		vectors := (left + k.lanes - 1) / k.lanes
		p := filterPanel[T]{first: first}
		switch {
		case wide && vectors > 1:
			pairs := min((vectors+1)/2, 4)
			p.columns, p.multiply = pairs*2*k.lanes, k.wide.filters[pairs]
		case vectors == 4: // twice two is better than three and one
			p.columns, p.multiply = 2*k.lanes, k.filters[2]
		default:
			p.columns, p.multiply = min(vectors, 3)*k.lanes, k.filters[min(vectors, 3)]
		}
		p.filters = min(left, p.columns)
		panels = append(panels, p)
		first += p.columns
	}
	return panels
}
