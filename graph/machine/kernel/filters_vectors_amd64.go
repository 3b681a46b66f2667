package kernel

// filterPanels cuts filters into panels, the last of which may have columns of padding.
func filterPanels[T Float](filters int) []filterPanel[T] {
	k := kernelsOf[T]()
	var panels []filterPanel[T]
	for first := 0; first < filters; {
		left := filters - first
		vectors := (left + k.lanes - 1) / k.lanes
		if vectors = min(vectors, 3); (left+k.lanes-1)/k.lanes == 4 { // twice two is better than three and one
			vectors = 2
		}
		columns := vectors * k.lanes
		panels = append(panels, filterPanel[T]{first, min(left, columns), columns, k.filters[vectors]})
		first += columns
	}
	return panels
}
